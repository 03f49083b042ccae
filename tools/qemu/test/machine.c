// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device in its machine: reset, stop, sizes up to the limit, and
 * configurations that are refused.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sclp-standby-test.h"

static void check_pristine(struct vm *vm)
{
	CHECK_STR(vm_get(vm, "assigned"), "");
	CHECK_STR(vm_get(vm, "attached"), "");
	CHECK_STR(vm_get(vm, "busy"), "false");
	CHECK_EQ(vm_get_int(vm, "runs"), 0);
	CHECK_EQ(load_pgm(vm, rn_addr(65)), PGM_ADDRESSING);
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(1)), 0x0410);
	attach_all(vm, 3);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	CHECK_EQ(agent_op(vm, OP_LOAD, rn_addr(65), 0, NULL), 0);
}

static void reset_idle(struct vm *vm)
{
	uint64_t resets = vm_counter(vm, "resets");
	long full;
	int rn;

	attach_all(vm, 3);
	for (rn = FIRST_RN; rn <= LAST_RN; rn++) {
		if (rn == 72)
			continue;
		CHECK_EQ(sclp_rn(vm, ASSIGN, rn), 0x0020);
		vm_memset(vm, rn_addr(rn), MiB, 0xff);
	}
	full = vm_rss(vm);
	vm_reset(vm);
	CHECK(full - vm_rss(vm) > 12 * 1024);
	CHECK_EQ(vm_counter(vm, "resets"), resets + 1);
	check_pristine(vm);
}

/* In the middle of a command, CPU 1 touching storage. */
static void reset_busy(struct vm *vm)
{
	static const uint32_t command[] = { ASSIGN, UNASSIGN, UNASSIGN, ATTACH(2) };
	unsigned int i;

	for (i = 0; i < sizeof(command) / sizeof(command[0]); i++) {
		vm_set(vm, "x-delay-ms", "0");
		attach_all(vm, 1);
		CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
		CHECK_EQ(store_pgm(vm, rn_addr(65), ~0UL), 0);
		if (i == 0) {
			vm_writeq(vm, AGENT_FLAG, 0);
			agent_begin(vm, 1, OP_HAMMER_STORE, rn_addr(65), 1);
			CHECK_EQ(sclp_rn(vm, ASSIGN, 67), 0x0020);
		}
		vm_set(vm, "x-delay-ms", "200");
		vm_memset(vm, SCCB, 16, 0);
		sccb_new(vm, SCCB, 4096, 0x40);
		vm_writew(vm, SCCB + 8, command[i] == ASSIGN ? 66 : 65);
		CHECK_EQ(agent_op(vm, OP_SERVC_START, command[i], SCCB, NULL), 0);
		CHECK_STR(vm_get(vm, "busy"), "true");
		vm_reset(vm);
		vm_set(vm, "x-delay-ms", "0");
		check_pristine(vm);
		/* The old command's end does not come any more. */
		vm_writew(vm, SCCB + 6, 0xdead);
		usleep(300000);
		CHECK_EQ(vm_readw(vm, SCCB + 6), 0xdead);
		CHECK_STR(vm_get(vm, "assigned"), "65");
		vm_reset(vm);
	}
}

/*
 * A guest that starts another kernel takes its storage along, but not the
 * command that is running.
 */
static void subsystem_reset(struct vm *vm)
{
	uint64_t resets = vm_counter(vm, "resets");
	int i;

	attach_all(vm, 1);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 67), 0x0020);
	CHECK_EQ(store_pgm(vm, rn_addr(67), 0x1234), 0);
	for (i = 0; i < 2; i++) {
		vm_set(vm, "x-delay-ms", "100000");
		vm_memset(vm, SCCB, 16, 0);
		sccb_new(vm, SCCB, 4096, 0);
		vm_writew(vm, SCCB + 8, i ? 66 : 65);
		CHECK_EQ(agent_op(vm, OP_SERVC_START, i ? ASSIGN : UNASSIGN,
				  SCCB, NULL), 0);
		CHECK_STR(vm_get(vm, "busy"), "true");
		vm_writeq(vm, AGENT_MBOX0 + MBOX_MAGIC, 0);
		agent_begin(vm, 0, OP_SUBSYSTEM_RESET, 0, 0);
		vm_wait_agent(vm);
		CHECK_STR(vm_get(vm, "busy"), "false");
		CHECK_EQ(vm_readw(vm, SCCB + 6), 0xdead);
		vm_set(vm, "x-delay-ms", "0");
		CHECK_STR(vm_get(vm, "attached"), "1");
		CHECK_STR(vm_get(vm, "assigned"), "67");
		CHECK_EQ(load_pgm(vm, rn_addr(65)), PGM_ADDRESSING);
		CHECK_EQ(load_pgm(vm, rn_addr(66)), PGM_ADDRESSING);
		CHECK_EQ(agent_op(vm, OP_LOAD, rn_addr(67), 0, NULL), 0x1234);
	}
	CHECK_EQ(vm_counter(vm, "resets"), resets);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	CHECK_EQ(agent_op(vm, OP_LOAD, rn_addr(65), 0, NULL), 0);
}

/* What is reserved is what there may be. */
static void memslots(struct vm *vm)
{
	attach_all(vm, 3);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 67), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 69), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 71), 0x0340);
	CHECK_STR(vm_get(vm, "assigned"), "65,67,69");
	CHECK_EQ(sclp_rn(vm, ASSIGN, 70), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 71), 0x0020);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 70), 0x0340);
	CHECK_EQ(load_pgm(vm, rn_addr(70)), 0);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 66), 0x0020);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 70), 0x0020);
	CHECK_STR(vm_get(vm, "assigned"), "65-67,69,71");
	CHECK_EQ(vm_counter(vm, "errors"), 2);
}

/* An element that would come as one piece too many does not come. */
static void memslots_attach(struct vm *vm)
{
	CHECK_EQ(sclp_element(vm, ATTACH(1)), 0x0020);
	CHECK_EQ(sclp_element(vm, ATTACH(3)), 0x0340);
	CHECK_STR(vm_get(vm, "attached"), "1");
	CHECK_STR(vm_get(vm, "assigned"), "65-70");
	CHECK_EQ(sclp_element(vm, ATTACH(2)), 0x0020);
	CHECK_EQ(sclp_element(vm, ATTACH(3)), 0x0020);
	CHECK_STR(vm_get(vm, "assigned"), "65-80");
}

/* A stopped machine has no command running. */
static void stop(struct vm *vm)
{
	attach_all(vm, 1);
	vm_set(vm, "x-delay-ms", "100000");
	vm_memset(vm, SCCB, 16, 0);
	sccb_new(vm, SCCB, 4096, 0);
	vm_writew(vm, SCCB + 8, 65);
	CHECK_EQ(agent_op(vm, OP_SERVC_START, ASSIGN, SCCB, NULL), 0);
	CHECK_STR(vm_get(vm, "busy"), "true");
	vm_qmp(vm, "{\"execute\": \"stop\"}");
	CHECK_STR(vm_get(vm, "busy"), "false");
	CHECK_STR(vm_get(vm, "assigned"), "65");
	vm_qmp(vm, "{\"execute\": \"cont\"}");
	agent_op(vm, OP_WAIT, 0, 0, NULL);
	CHECK_EQ(vm_readw(vm, SCCB + 6), 0x0020);
}

/* As many increments as there are numbers, 16 of them initial memory. */
#define LAST_RN_MAX	65535
#define LARGE	"-smp 2 -m 16M,maxmem=65G " \
		"-object memory-backend-ram,id=sb0,size=65519M,reserve=off " \
		"-device sclp-standby-memory,id=sm0,memdev=sb0,increment=1M"

static void many_increments(struct vm *vm)
{
	int e, rn;

	CHECK_EQ(sclp_element(vm, READ_SCP_INFO), 0x0010);
	CHECK_EQ(vm_readw(vm, SCCB + 8), 65535);
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(64)), 0x0410);
	CHECK_EQ(vm_readw(vm, SCCB + 8), 65);
	CHECK_EQ(vm_readw(vm, SCCB + 10), 1020);
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(65)), 0x0410);
	CHECK_EQ(vm_readw(vm, SCCB + 10), 65535 - 16 - 64 * 1020);
	for (e = 1; e <= 65; e++)
		CHECK_EQ(sclp_element(vm, ATTACH(e)), 0x0020);
	CHECK_EQ(vm_readl(vm, SCCB + 16 + 4 * (239 - 1)), 65535U << 16 | 1);
	for (rn = 65535; rn > 65535 - 600; rn -= 2)
		CHECK_EQ(sclp_rn(vm, ASSIGN, rn), 0x0020);
	CHECK_EQ(vm_get_int(vm, "runs"), 300);
	for (rn = 65534; rn > 65535 - 600; rn -= 2)
		CHECK_EQ(sclp_rn(vm, ASSIGN, rn), 0x0020);
	CHECK_EQ(vm_get_int(vm, "runs"), 1);
	CHECK_EQ(load_pgm(vm, rn_addr(65535) + MiB - 8), 0);
	CHECK_EQ(load_pgm(vm, rn_addr(65536)), PGM_ADDRESSING);
}

/* One command for each of first, first + step, ... last; see AGENT_LOOP. */
static uint64_t loop(struct vm *vm, uint32_t command, uint64_t first,
		     uint64_t last, uint64_t step)
{
	return agent_op(vm, OP_STORAGE_LOOP, command,
			first | last << 16 | step << 32, NULL);
}

/*
 * What a guest can do to the memory map: as many separate runs as there can be
 * increments.  At the bound it is told so, nothing changes by it, and what
 * needs no further run goes on working.
 */
static void hostile(struct vm *vm)
{
	const int runs = 2048, all = LAST_RN_MAX - 16, half = all / 2;
	int e;

	for (e = 1; e <= 65; e++)
		CHECK_EQ(sclp_element(vm, ATTACH(e)), 0x0020);
	/* Every other increment, one by one. */
	CHECK_EQ(loop(vm, ASSIGN, 18, LAST_RN_MAX, 2),
		 AGENT_LOOP(runs, 0, half - runs, 0));
	CHECK_EQ(vm_get_int(vm, "runs"), runs);
	CHECK_EQ(load_pgm(vm, rn_addr(18 + 2 * runs - 2)), 0);
	CHECK_EQ(load_pgm(vm, rn_addr(18 + 2 * runs)), PGM_ADDRESSING);
	/* A place that is given up is free for another. */
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 18), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, LAST_RN_MAX), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 18), 0x0340);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, LAST_RN_MAX), 0x0020);
	/* All, then holes in between. */
	CHECK_EQ(loop(vm, ASSIGN, 17, LAST_RN_MAX, 1),
		 AGENT_LOOP(all - runs + 1, runs - 1, 0, 0));
	CHECK_EQ(vm_get_int(vm, "runs"), 1);
	CHECK_EQ(loop(vm, UNASSIGN, 18, LAST_RN_MAX - 1, 2),
		 AGENT_LOOP(runs - 1, 0, half - runs + 1, 0));
	CHECK_EQ(vm_get_int(vm, "runs"), runs);
	/* Refused: it is there, and what is in it. */
	CHECK_EQ(store_pgm(vm, rn_addr(30000), 0x1234), 0);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 30000), 0x0340);
	CHECK_EQ(agent_op(vm, OP_LOAD, rn_addr(30000), 0, NULL), 0x1234);
	/* An end of a run, or a whole one, can always go. */
	CHECK_EQ(sclp_rn(vm, UNASSIGN, LAST_RN_MAX), 0x0020);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 17), 0x0020);
	CHECK_EQ(vm_get_int(vm, "runs"), runs - 1);
	vm_reset(vm);
	CHECK_STR(vm_get(vm, "assigned"), "");
	CHECK_EQ(vm_get_int(vm, "runs"), 0);
	CHECK_EQ(sclp_element(vm, ATTACH(1)), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 18), 0x0020);
	CHECK_EQ(agent_op(vm, OP_LOAD, rn_addr(18), 0, NULL), 0);
}

static void many_elements(struct vm *vm)
{
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(255)), 0x0410);
	CHECK_EQ(vm_readw(vm, SCCB + 8), 255);
	CHECK_EQ(vm_readw(vm, SCCB + 10), 1);
	attach_all(vm, 255);
	CHECK_EQ(vm_readl(vm, SCCB + 16), (64 + 255) << 16 | 1);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 64 + 255), 0x0020);
	CHECK_EQ(load_pgm(vm, rn_addr(64 + 255)), 0);
}

#define BACKEND(mem, size) \
	"-S -m " mem " -object memory-backend-ram,id=sb0,reserve=off,size=" size " "
#define STANDBY	"-device id=sm0,memdev=sb0,driver=sclp-standby-memory"

static void refused(struct vm *vm)
{
	static const char *const bad[][2] = {
		{ "-S -m 64M,maxmem=1G -device sclp-standby-memory",
		  "memdev is not set" },
		{ BACKEND("64M,maxmem=1G", "64M") STANDBY ",increment=3M",
		  "power of two" },
		{ BACKEND("64M,maxmem=1G", "64M") STANDBY ",increment=512K",
		  "power of two" },
		{ BACKEND("64M,maxmem=1G", "64M") STANDBY ",increment=128M",
		  "initial memory of" },
		{ BACKEND("64M,maxmem=2G", "63M") STANDBY ",increment=64M",
		  "memdev of" },
		{ BACKEND("64M", "64M") STANDBY ",increment=1M", "maxmem" },
		/* Room for memory devices ends at 2.5 GiB here, maxmem does not. */
		{ BACKEND("1536M,maxmem=2G", "1G") STANDBY ",increment=1M",
		  "raise -m maxmem" },
		{ "-S -m 64M,maxmem=1G "
		  "-object memory-backend-ram,id=sb0,size=64M,prealloc=on "
		  STANDBY ",increment=1M", "memdev is preallocated" },
		{ BACKEND("64M,maxmem=1G", "64M") STANDBY
		  ",increment=1M,memslots=2049", "memslots must be at most 2048" },
		{ BACKEND("2G,maxmem=4G", "64M") STANDBY
		  ",increment=1M,single-element=on", "of a single element" },
		{ BACKEND("64M,maxmem=2G", "64M") STANDBY
		  ",increment=1M,single-element=on,per-element=6",
		  "leaves nothing to" },
		{ BACKEND("64M,maxmem=2G", "64M") STANDBY
		  ",increment=1M,boot-per-element=1021", "at most 1020" },
		{ BACKEND("300M,maxmem=2G", "64M") STANDBY
		  ",increment=1M,boot-per-element=1", "storage elements" },
		{ BACKEND("64M,maxmem=128G", "65536M") STANDBY ",increment=1M",
		  "more than 65535 increments" },
		{ BACKEND("64M,maxmem=2G", "64M") STANDBY
		  ",increment=1M,per-element=1021", "at most 1020" },
		{ BACKEND("64M,maxmem=2G", "256M") STANDBY
		  ",increment=1M,per-element=1", "storage elements" },
		{ BACKEND("64M,maxmem=2G", "64M") STANDBY ",increment=1M "
		  "-device sclp-standby-memory,memdev=sb0,increment=1M",
		  "only one" },
		{ BACKEND("64M,maxmem=2G", "64M") STANDBY
		  ",increment=1M,x-advertise=on", "x-advertise" },
		{ BACKEND("64M,maxmem=2G", "64M") STANDBY
		  "-lab,increment=1M,x-advertise=maybe", "maybe" },
		{ BACKEND("64M,maxmem=3G", "64M") STANDBY ",increment=1M "
		  "-object memory-backend-ram,id=m1,size=4M "
		  "-device virtio-mem-ccw,memdev=m1", "not enough space" },
		{ "-S -m 64M,maxmem=3G "
		  "-object memory-backend-ram,id=m1,size=4M "
		  "-device virtio-mem-ccw,memdev=m1 "
		  "-object memory-backend-ram,id=sb0,size=64M "
		  STANDBY ",increment=1M", "combined with memory devices" },
	};
	size_t i;

	(void)vm;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (!vm_refused(bad[i][0], bad[i][1])) {
			printf("# accepted, or another error: %s\n", bad[i][0]);
			longjmp(case_failed, 1);
		}
	}
}

static void refused_locked(struct vm *vm)
{
	(void)vm;
	if (geteuid())
		SKIP("only root may lock memory");
	CHECK(vm_refused(BACKEND("64M,maxmem=1G", "64M") STANDBY
			 ",increment=1M -overcommit mem-lock=on-fault",
			 "cannot be given back"));
}

const struct test_case machine_cases[] = {
	{ "reset: everything back to standby", SMALL, reset_idle },
	{ "reset in the middle of a command", SMALL, reset_busy },
	{ "subsystem reset cancels a command, storage stays", SMALL,
	  subsystem_reset },
	{ "stop ends a running command", SMALL, stop },
	{ "as many runs as memory slots are reserved", SMALL ",memslots=3",
	  memslots },
	{ "ATTACH that would need a memory slot too many",
	  SMALL ",attach-assigned=on,memslots=1", memslots_attach },
	{ "65535 increments", LARGE, many_increments },
	{ "65535 increments, as fragmented as a guest can", LARGE, hostile },
	{ "256 storage elements",
	  "-smp 2 -m 64M,maxmem=2G "
	  "-object memory-backend-ram,id=sb0,size=255M,reserve=off "
	  "-device sclp-standby-memory,id=sm0,memdev=sb0,increment=1M,per-element=1",
	  many_elements },
	{ "impossible configurations are refused", NULL, refused },
	{ "locked memory is refused", NULL, refused_locked },
	{ }
};
