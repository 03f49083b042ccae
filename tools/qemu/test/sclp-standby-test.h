/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cases of the sclp-standby-memory test, and what they share.  A case
 * fails with the first check that does not hold; the rest of it is skipped.
 */
#ifndef SCLP_STANDBY_TEST_H
#define SCLP_STANDBY_TEST_H

#include <setjmp.h>

#include "vm.h"

#define MiB	(1024UL * 1024)

/* Command words, response codes: by number, not from the device's source. */
#define READ_SCP_INFO	0x00020001
#define READ_ELEMENT(e)	(0x00040001 | (e) << 8)
#define ATTACH(e)	(0x00080001 | (e) << 8)
#define ASSIGN		0x000d0001
#define UNASSIGN	0x000c0001

/* Program interruption codes. */
#define PGM_OPERATION	0x01
#define PGM_ADDRESSING	0x05
#define PGM_SPECIFICATION 0x06

/*
 * The usual machine: 64 MiB of initial memory, 16 standby increments of
 * 1 MiB: rn 65 to 80 in elements of 6, 6 and 4.
 */
#define BOOT_RN		64
#define FIRST_RN	65
#define LAST_RN		80
#define SMALL	"-smp 2 -m 64M,maxmem=2G -object memory-backend-ram,id=sb0,size=16M " \
		"-device sclp-standby-memory-lab,id=sm0,memdev=sb0,increment=1M,per-element=6"

/* Where the cases build SCCBs. */
#define SCCB		0x200000UL

extern jmp_buf case_failed;

#define CHECK(cond)							\
	do {								\
		if (!(cond)) {						\
			printf("# %s:%d: %s\n", __FILE__, __LINE__, #cond); \
			longjmp(case_failed, 1);			\
		}							\
	} while (0)

/* What cannot be tested here is no success: a reason is shown. */
extern const char *case_skipped;

#define SKIP(reason)							\
	do {								\
		case_skipped = (reason);				\
		longjmp(case_failed, 1);				\
	} while (0)

#define CHECK_EQ(got, want)						\
	do {								\
		unsigned long g_ = (got), w_ = (want);			\
									\
		if (g_ != w_) {						\
			printf("# %s:%d: %s is 0x%lx, not 0x%lx\n",	\
			       __FILE__, __LINE__, #got, g_, w_);	\
			longjmp(case_failed, 1);			\
		}							\
	} while (0)

#define CHECK_STR(got, want)						\
	do {								\
		const char *g_ = (got);					\
									\
		if (strcmp(g_, want)) {					\
			printf("# %s:%d: %s is \"%s\", not \"%s\"\n",	\
			       __FILE__, __LINE__, #got, g_, want);	\
			longjmp(case_failed, 1);			\
		}							\
	} while (0)

static inline unsigned long rn_addr(unsigned int rn)
{
	return (rn - 1) * MiB;
}

/* Prepare an SCCB at SCCB; the response code is poisoned. */
void sccb_new(struct vm *vm, uint64_t addr, uint16_t length, uint8_t function);
/* Issue it; the response code.  The condition code has to be 0. */
uint16_t sclp(struct vm *vm, uint32_t command, uint64_t addr);
/* All in one: a page-sized SCCB as the kernel sends it. */
uint16_t sclp_element(struct vm *vm, uint32_t command);
uint16_t sclp_rn(struct vm *vm, uint32_t command, uint16_t rn);
/* Attach element 1 to n. */
void attach_all(struct vm *vm, int n);
/* Program interruption code of a load from, or a store to an address. */
uint64_t load_pgm(struct vm *vm, uint64_t addr);
uint64_t store_pgm(struct vm *vm, uint64_t addr, uint64_t val);

struct test_case {
	const char *name;
	const char *args;	/* QEMU's, or NULL: starts its own */
	void (*run)(struct vm *vm);
};

extern const struct test_case command_cases[], layout_cases[], storage_cases[],
	machine_cases[], state_cases[], fuzz_cases[];

#endif
