// SPDX-License-Identifier: GPL-2.0-only
/*
 * What assigning and unassigning does to storage: where it exists, what is in
 * it, and that no CPU sees it when it is gone.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sclp-standby-test.h"

static void exists(struct vm *vm)
{
	unsigned long addr = rn_addr(70);

	attach_all(vm, 3);
	CHECK_EQ(load_pgm(vm, rn_addr(65) - 8), 0);	/* initial memory */
	CHECK_EQ(load_pgm(vm, rn_addr(65)), PGM_ADDRESSING);
	CHECK_EQ(load_pgm(vm, addr), PGM_ADDRESSING);
	CHECK_EQ(store_pgm(vm, addr, 1), PGM_ADDRESSING);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 70), 0x0020);
	CHECK_EQ(store_pgm(vm, addr, 0x1234), 0);
	CHECK_EQ(agent_op(vm, OP_LOAD, addr, 0, NULL), 0x1234);
	CHECK_EQ(load_pgm(vm, addr - 8), PGM_ADDRESSING);
	CHECK_EQ(load_pgm(vm, addr + MiB - 8), 0);
	CHECK_EQ(load_pgm(vm, addr + MiB), PGM_ADDRESSING);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 70), 0x0020);
	CHECK_EQ(load_pgm(vm, addr), PGM_ADDRESSING);
	CHECK_EQ(store_pgm(vm, addr, 1), PGM_ADDRESSING);
	/* Beyond the last one there is nothing either. */
	CHECK_EQ(sclp_rn(vm, ASSIGN, LAST_RN), 0x0020);
	CHECK_EQ(load_pgm(vm, rn_addr(LAST_RN) + MiB - 8), 0);
	CHECK_EQ(load_pgm(vm, rn_addr(LAST_RN + 1)), PGM_ADDRESSING);
}

static void zero(struct vm *vm)
{
	unsigned long addr = rn_addr(68), a;

	attach_all(vm, 1);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 68), 0x0020);
	vm_memset(vm, addr, MiB, 0x5a);
	CHECK_EQ(agent_op(vm, OP_LOAD, addr + MiB - 8, 0, NULL),
		 0x5a5a5a5a5a5a5a5a);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 68), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 68), 0x0020);
	for (a = addr; a < addr + MiB; a += 4096)
		CHECK_EQ(vm_readq(vm, a), 0);
	CHECK_EQ(agent_op(vm, OP_LOAD, addr + MiB - 8, 0, NULL), 0);
}

/* Translated code is contents, too. */
static void code(struct vm *vm)
{
	unsigned long addr = rn_addr(65);
	uint64_t pgm;

	attach_all(vm, 1);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	vm_writeq(vm, addr, 0xa729002a07fe0000);	/* lghi %r2,42; br %r14 */
	CHECK_EQ(agent_op(vm, OP_CALL, addr, 0, NULL), 42);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 65), 0x0020);
	agent_op(vm, OP_CALL, addr, 0, &pgm);
	CHECK_EQ(pgm, PGM_ADDRESSING);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	agent_op(vm, OP_CALL, addr, 0, &pgm);
	CHECK_EQ(pgm, PGM_OPERATION);
}

static void keys(struct vm *vm)
{
	unsigned long addr = rn_addr(65);

	attach_all(vm, 1);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	agent_op(vm, OP_SET_KEY, addr + MiB - 4096, 0x30, NULL);
	CHECK_EQ(agent_op(vm, OP_GET_KEY, addr + MiB - 4096, 0, NULL), 0x30);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 65), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	CHECK_EQ(agent_op(vm, OP_GET_KEY, addr + MiB - 4096, 0, NULL), 0);
}

static void runs(struct vm *vm)
{
	static const struct {
		uint32_t command;
		int rn, runs;
		const char *assigned;
	} step[] = {
		{ ASSIGN, 65, 1, "65" },
		{ ASSIGN, 67, 2, "65,67" },
		{ ASSIGN, 66, 1, "65-67" },	/* joins two */
		{ ASSIGN, 70, 2, "65-67,70" },
		{ ASSIGN, 69, 2, "65-67,69-70" },	/* grows down */
		{ ASSIGN, 68, 1, "65-70" },
		{ UNASSIGN, 67, 2, "65-66,68-70" },	/* splits */
		{ UNASSIGN, 65, 2, "66,68-70" },	/* loses the first */
		{ UNASSIGN, 70, 2, "66,68-69" },	/* loses the last */
		{ UNASSIGN, 66, 1, "68-69" },		/* vanishes */
	};
	unsigned int i;

	attach_all(vm, 3);
	for (i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		CHECK_EQ(sclp_rn(vm, step[i].command, step[i].rn), 0x0020);
		CHECK_STR(vm_get(vm, "assigned"), step[i].assigned);
		CHECK_EQ(vm_get_int(vm, "runs"), step[i].runs);
	}
}

/* A thousand random changes, storage compared with what it should be. */
static void random_walk(struct vm *vm)
{
	uint64_t contents[LAST_RN + 1] = { 0 };
	bool there[LAST_RN + 1] = { false };
	int i, rn, step;

	attach_all(vm, 3);
	srand(1);
	for (step = 0; step < 1000; step++) {
		rn = FIRST_RN + rand() % (LAST_RN - FIRST_RN + 1);
		CHECK_EQ(sclp_rn(vm, there[rn] ? UNASSIGN : ASSIGN, rn), 0x0020);
		there[rn] = !there[rn];
		contents[rn] = 0;
		if (there[rn]) {
			CHECK_EQ(vm_readq(vm, rn_addr(rn) + 8), 0);
			contents[rn] = (uint64_t)step << 32 | rn;
			vm_writeq(vm, rn_addr(rn) + 8, contents[rn]);
		}
		for (i = FIRST_RN; step % 10 == 0 && i <= LAST_RN; i++) {
			uint64_t pgm, val;

			val = agent_op(vm, OP_LOAD, rn_addr(i) + 8, 0, &pgm);
			CHECK_EQ(pgm, there[i] ? 0 : PGM_ADDRESSING);
			CHECK_EQ(val, contents[i]);
		}
	}
}

static void host_memory(struct vm *vm)
{
	long before, full, after;
	int rn;

	attach_all(vm, 3);
	before = vm_rss(vm);
	for (rn = FIRST_RN; rn <= LAST_RN; rn++) {
		CHECK_EQ(sclp_rn(vm, ASSIGN, rn), 0x0020);
		vm_memset(vm, rn_addr(rn), MiB, 0xff);
	}
	full = vm_rss(vm);
	CHECK(full - before > 15 * 1024);
	for (rn = FIRST_RN; rn <= LAST_RN; rn++)
		CHECK_EQ(sclp_rn(vm, UNASSIGN, rn), 0x0020);
	after = vm_rss(vm);
	CHECK(full - after > 15 * 1024);
}

/*
 * CPU 1 touches an increment without a pause.  CPU 0 unassigns it and, when
 * the service signal has come, sets a flag: a touch that begins after that
 * has to fault.  A store must not survive in the increment either.
 */
static void stale(struct vm *vm, int hammer, int rounds)
{
	unsigned long addr = rn_addr(72);
	uint64_t pgm;
	int i;

	attach_all(vm, 3);
	for (i = 0; i < rounds; i++) {
		CHECK_EQ(sclp_rn(vm, ASSIGN, 72), 0x0020);
		CHECK_EQ(vm_readq(vm, addr), 0);
		vm_writeq(vm, AGENT_FLAG, 0);
		agent_begin(vm, 1, hammer, addr, 0x77);
		while (vm_readq(vm, AGENT_MBOX1 + MBOX_ROUNDS) < 2)
			CHECK(!agent_done(vm, 1));
		vm_memset(vm, SCCB, 16, 0);
		sccb_new(vm, SCCB, 4096, 0);
		vm_writew(vm, SCCB + 8, 72);
		CHECK_EQ(agent_op(vm, OP_SERVC_FLAG, UNASSIGN, SCCB, NULL), 0);
		CHECK_EQ(vm_readw(vm, SCCB + 6), 0x0020);
		CHECK_EQ(agent_end(vm, 1, &pgm), 0);
		CHECK_EQ(pgm, PGM_ADDRESSING);
	}
}

static void stale_load(struct vm *vm)
{
	stale(vm, OP_HAMMER_LOAD, 100);
}

static void stale_store(struct vm *vm)
{
	stale(vm, OP_HAMMER_STORE, 100);
}

static void stale_single(struct vm *vm)
{
	stale(vm, OP_HAMMER_LOAD, 30);
}

static void start_rn(struct vm *vm, uint32_t command, int rn)
{
	vm_memset(vm, SCCB, 16, 0);
	sccb_new(vm, SCCB, 4096, 0);
	vm_writew(vm, SCCB + 8, rn);
	CHECK_EQ(agent_op(vm, OP_SERVC_START, command, SCCB, NULL), 0);
}

static void delay(struct vm *vm)
{
	attach_all(vm, 3);
	/* What a busy machine needs for what is asked meanwhile. */
	vm_set(vm, "x-delay-ms", "3000");
	/* Storage comes when ASSIGN ends. */
	start_rn(vm, ASSIGN, 65);
	CHECK_EQ(load_pgm(vm, rn_addr(65)), PGM_ADDRESSING);
	CHECK_STR(vm_get(vm, "busy"), "true");
	CHECK_EQ(agent_op(vm, OP_SERVC_START, READ_ELEMENT(0), SCCB, NULL), 2);
	CHECK_EQ(agent_op(vm, OP_SERVC_START, READ_SCP_INFO, SCCB, NULL), 2);
	CHECK_EQ(vm_readw(vm, SCCB + 6), 0xdead);
	CHECK_EQ(agent_op(vm, OP_WAIT, 0, 0, NULL) & ~7UL, SCCB);
	CHECK_EQ(vm_readw(vm, SCCB + 6), 0x0020);
	CHECK_EQ(vm_counter(vm, "busy"), 2);
	CHECK_STR(vm_get(vm, "busy"), "false");
	CHECK_EQ(load_pgm(vm, rn_addr(65)), 0);
	vm_set(vm, "x-delay-ms", "300");
	/* It goes when UNASSIGN begins. */
	start_rn(vm, UNASSIGN, 65);
	CHECK_EQ(load_pgm(vm, rn_addr(65)), PGM_ADDRESSING);
	agent_op(vm, OP_WAIT, 0, 0, NULL);
	CHECK_EQ(vm_readw(vm, SCCB + 6), 0x0020);
	/* Errors take as long. */
	start_rn(vm, UNASSIGN, 65);
	CHECK_STR(vm_get(vm, "busy"), "true");
	agent_op(vm, OP_WAIT, 0, 0, NULL);
	CHECK_EQ(vm_readw(vm, SCCB + 6), 0x0120);
}

/* An SCCB that goes with the increment: the signal comes all the same. */
static void sccb_gone(struct vm *vm)
{
	attach_all(vm, 1);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	sccb_new(vm, rn_addr(65), 4096, 0);
	vm_writew(vm, rn_addr(65) + 8, 65);
	CHECK_EQ(agent_op(vm, OP_SERVC, UNASSIGN, rn_addr(65), NULL), 0);
	CHECK_STR(vm_get(vm, "assigned"), "");
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	CHECK_EQ(vm_readq(vm, rn_addr(65)), 0);
}

const struct test_case storage_cases[] = {
	{ "storage exists while it is assigned", SMALL, exists },
	{ "contents are zero after assigning again", SMALL, zero },
	{ "code is gone after assigning again", SMALL, code },
	{ "storage keys are zero after assigning again", SMALL, keys },
	{ "neighbouring increments are one run", SMALL, runs },
	{ "a thousand random changes", SMALL, random_walk },
	{ "host memory is returned", SMALL, host_memory },
	{ "no stale load on another CPU", SMALL, stale_load },
	{ "no stale store on another CPU", SMALL, stale_store },
	{ "no stale load with one emulation thread",
	  SMALL " -accel tcg,thread=single", stale_single },
	{ "delay: busy, and the most hostile order", SMALL, delay },
	{ "SCCB inside the unassigned increment", SMALL, sccb_gone },
	{ }
};
