// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest of the sclp-standby-memory test: no kernel, two CPUs, each of
 * which does what its mailbox says.  Real SERVICE CALLs, real interruptions,
 * real loads and stores, DAT off.
 *
 * Built freestanding for s390x and started with -kernel.
 */

#include "agent.h"
#include "agent-cpu.h"

/*
 * A CPU's lowcore, at real address 0.  The upper page is ours.  A program
 * interruption is recorded and goes on at LC_FIXUP.
 */
#define LC_PGM_OLD	"0x150"
#define LC_SAVE		"0x1200"
#define LC_FIXUP	"0x1210"
#define LC_PGM_CODE	"0x1218"
#define LC_EXT_PARM	"0x1220"
#define LC_EXT_SEEN	"0x1228"

asm(
"	.section .text.start,\"ax\"\n"
"	.globl	_start\n"
"_start:	larl	%r15,stack0_end-160\n"
"	brasl	%r14,cpu0_main\n"
"	.globl	cpu1_start\n"
"cpu1_start:\n"
"	larl	%r2,prefix1\n"
"	spx	0(%r2)\n"
"	larl	%r15,stack1_end-160\n"
"	brasl	%r14,cpu1_main\n"
"	.globl	pgm_handler\n"
"pgm_handler:\n"
"	stmg	%r0,%r1," LC_SAVE "\n"
"	llgh	%r0,0x8e\n"
"	stg	%r0," LC_PGM_CODE "\n"
"	lg	%r1," LC_FIXUP "\n"
"	stg	%r1,0x158\n"
"	lmg	%r0,%r1," LC_SAVE "\n"
"	lpswe	" LC_PGM_OLD "\n"
	/* Note the parameter; go on disabled and no longer waiting. */
"	.globl	ext_handler\n"
"ext_handler:\n"
"	stmg	%r0,%r1," LC_SAVE "\n"
"	llgf	%r0,0x80\n"
"	stg	%r0," LC_EXT_PARM "\n"
"	lghi	%r0,1\n"
"	stg	%r0," LC_EXT_SEEN "\n"
"	ni	0x130,0xfe\n"
"	ni	0x131,0xfd\n"
"	lmg	%r0,%r1," LC_SAVE "\n"
"	lpswe	0x130\n"
"	.data\n"
"	.balign	8\n"
"prefix1:	.long	0x4000\n"
"	.bss\n"
"	.balign	8\n"
"	.skip	8192\n"
"stack0_end:\n"
"	.skip	8192\n"
"stack1_end:\n"
"	.text\n");

extern const u8 _start[], cpu1_start[], pgm_handler[], ext_handler[];

#define PSW_MASK_64	0x0000000180000000UL
#define PSW_ENABLED_WAIT 0x0102000180000000UL
#define CR0_SERVICE	0x200UL

/*
 * Begin and end of an instruction sequence that may be interrupted: after a
 * program interruption it goes on at label 9.
 */
#define GUARD_BEGIN						\
	"	xc	0x218(8,%[lc]),0x218(%[lc])\n"		\
	"	larl	%%r1,9f\n"				\
	"	stg	%%r1," LC_FIXUP "\n"
#define GUARD_END						\
	"9:	lg	%[pgm]," LC_PGM_CODE "\n"

#define GUARD_LC	[lc] "a" (0x1000UL)

u64 guarded_load(u64 addr, u64 *pgm)
{
	u64 v = 0;

	asm volatile(GUARD_BEGIN
		"	lg	%[v],0(%[addr])\n"
		GUARD_END
		: [v] "+&d" (v), [pgm] "=&d" (*pgm)
		: [addr] "a" (addr), GUARD_LC : "r1", "memory");
	return v;
}

void guarded_store(u64 addr, u64 v, u64 *pgm)
{
	asm volatile(GUARD_BEGIN
		"	stg	%[v],0(%[addr])\n"
		GUARD_END
		: [pgm] "=&d" (*pgm)
		: [v] "d" (v), [addr] "a" (addr), GUARD_LC : "r1", "memory");
}

static u64 guarded_call(u64 addr, u64 *pgm)
{
	register u64 ret asm("2") = 0;
	u64 code;

	asm volatile(GUARD_BEGIN
		"	basr	%%r14,%[addr]\n"
		GUARD_END
		: "+d" (ret), [pgm] "=&d" (code)
		: [addr] "a" (addr), GUARD_LC : "r1", "r14", "memory");
	*pgm = code;
	return ret;
}

u64 guarded_servc(u64 command, u64 sccb, u64 *pgm)
{
	u64 cc = 3;

	asm volatile(GUARD_BEGIN
		"	.insn	rre,0xb2200000,%[command],%[sccb]\n"
		"	ipm	%%r1\n"
		"	srl	%%r1,28\n"
		"	llgfr	%[cc],%%r1\n"
		GUARD_END
		: [cc] "+&d" (cc), [pgm] "=&d" (*pgm)
		: [command] "d" (command), [sccb] "a" (sccb), GUARD_LC
		: "r1", "cc", "memory");
	return cc;
}

static u64 get_key(u64 addr, u64 *pgm)
{
	u64 key = 0;

	asm volatile(GUARD_BEGIN
		"	iske	%[key],%[addr]\n"
		GUARD_END
		: [key] "+&d" (key), [pgm] "=&d" (*pgm)
		: [addr] "a" (addr), GUARD_LC : "r1", "memory");
	return key;
}

static void set_key(u64 addr, u64 key, u64 *pgm)
{
	asm volatile(GUARD_BEGIN
		"	sske	%[key],%[addr]\n"
		GUARD_END
		: [pgm] "=&d" (*pgm)
		: [key] "d" (key), [addr] "a" (addr), GUARD_LC
		: "r1", "memory");
}

void wait_service_signal(void)
{
	static u64 psw[2] = { PSW_ENABLED_WAIT };

	while (!peek(0x1228)) {
		asm volatile(
			"	larl	%%r1,1f\n"
			"	stg	%%r1,8(%[psw])\n"
			"	lpswe	0(%[psw])\n"
			"1:\n"
			: : [psw] "a" (psw) : "r1", "memory");
	}
	poke(0x1228, 0);
}

/*
 * Read the flag, then touch the address, a hundred times in a row without a
 * branch: the emulator notices a request to stop only between such blocks, so
 * if a mapping outlives the completion of UNASSIGN, this sees it.  A touch
 * that succeeds although the flag was set before is stale.
 */
#define HAMMER(name, touch)						\
static u64 name(u64 mbox, u64 addr, u64 v, u64 *pgm)			\
{									\
	u64 flags = 0;							\
									\
	do {								\
		asm volatile(GUARD_BEGIN				\
			"	.rept	100\n"				\
			"	lg	%%r1,0(%[flag])\n"		\
			touch						\
			"	ogr	%[flags],%%r1\n"		\
			"	.endr\n"				\
			GUARD_END					\
			: [flags] "+&d" (flags), [pgm] "=&d" (*pgm),	\
			  [v] "+&d" (v)					\
			: [flag] "a" (AGENT_FLAG), [addr] "a" (addr),	\
			  GUARD_LC : "r1", "cc", "memory");		\
		poke(mbox + MBOX_ROUNDS, peek(mbox + MBOX_ROUNDS) + 1);	\
	} while (!*pgm && !flags);					\
	return flags;							\
}

HAMMER(hammer_load, "	lg	%[v],0(%[addr])\n")
HAMMER(hammer_store, "	stg	%[v],0(%[addr])\n")

static void start_cpu1(void)
{
	u64 addr;

	/* CPU 1 gets the same new PSWs, at its own prefix. */
	for (addr = 0; addr < 0x2000; addr += 8)
		poke(AGENT_LOWCORE1 + addr, peek(addr));
	poke(0x1a0, PSW_MASK_64);
	poke(0x1a8, (u64)cpu1_start);
	asm volatile(
		"	lghi	%%r0,0\n"
		"	lghi	%%r1,0\n"
		"	lghi	%%r3,1\n"
		"	sigp	%%r0,%%r3,6\n"		/* restart */
		: : : "r0", "r1", "r3", "cc", "memory");
}

/* DIAGNOSE 308, load normal: goes on with the PSW at absolute address 0. */
static void subsystem_reset(void)
{
	poke(0, 0x0008000000000000UL | PSW_MASK_64 | (u64)_start);
	asm volatile(
		"	lghi	%%r2,0\n"
		"	lghi	%%r3,1\n"
		"	diag	%%r2,%%r3,0x308\n"
		: : : "r2", "r3", "cc", "memory");
}

/* One command a storage increment, faster than the host could ask for them. */
static u64 storage_loop(u64 command, u64 range, u64 *pgm)
{
	u64 last = range >> 16 & 0xffff, step = range >> 32;
	u16 *sccb = (u16 *)AGENT_SCCB;
	u64 ret = 0, rn;

	for (rn = range & 0xffff; rn <= last; rn += step) {
		sccb[0] = 16;
		sccb[1] = sccb[2] = sccb[3] = 0;
		sccb[4] = rn;
		if (guarded_servc(command, AGENT_SCCB, pgm) || *pgm)
			return -1UL;
		wait_service_signal();
		switch (sccb[3]) {
		case 0x0020:
			ret += AGENT_LOOP(1, 0, 0, 0);
			break;
		case 0x0120:
			ret += AGENT_LOOP(0, 1, 0, 0);
			break;
		case 0x0340:
			ret += AGENT_LOOP(0, 0, 1, 0);
			break;
		default:
			ret += AGENT_LOOP(0, 0, 0, 1);
		}
	}
	return ret;
}

static u64 do_op(u64 mbox, u64 *pgm)
{
	u64 a = peek(mbox + MBOX_A), b = peek(mbox + MBOX_B), cc;

	switch (peek(mbox + MBOX_OP)) {
	case OP_SERVC:
	case OP_SERVC_FLAG:
		cc = guarded_servc(a, b, pgm);
		if (!*pgm && !cc)
			wait_service_signal();
		if (peek(mbox + MBOX_OP) == OP_SERVC_FLAG)
			poke(AGENT_FLAG, 1);
		return cc;
	case OP_SERVC_START:
		return guarded_servc(a, b, pgm);
	case OP_WAIT:
		wait_service_signal();
		return peek(0x1220);
	case OP_LOAD:
		return guarded_load(a, pgm);
	case OP_STORE:
		guarded_store(a, b, pgm);
		return 0;
	case OP_CALL:
		return guarded_call(a, pgm);
	case OP_SET_KEY:
		set_key(a, b, pgm);
		return 0;
	case OP_GET_KEY:
		return get_key(a, pgm);
	case OP_START_CPU1:
		start_cpu1();
		return 0;
	case OP_HAMMER_LOAD:
		return hammer_load(mbox, a, b, pgm);
	case OP_HAMMER_STORE:
		return hammer_store(mbox, a, b, pgm);
	case OP_SUBSYSTEM_RESET:
		subsystem_reset();
		return -1UL;
	case OP_FUZZ:
		return fuzz();
	case OP_STORAGE_LOOP:
		return storage_loop(a, b, pgm);
	}
	return -1UL;
}

static void __attribute__((noreturn)) serve(u64 mbox)
{
	u64 seq, pgm, ret;

	poke(mbox + MBOX_DONE, peek(mbox + MBOX_SEQ));
	poke(mbox + MBOX_MAGIC, AGENT_MAGIC);
	for (;;) {
		do {
			seq = peek(mbox + MBOX_SEQ);
		} while (seq == peek(mbox + MBOX_DONE));
		pgm = 0;
		poke(mbox + MBOX_ROUNDS, 0);
		ret = do_op(mbox, &pgm);
		poke(mbox + MBOX_RET, ret);
		poke(mbox + MBOX_PGM, pgm);
		asm volatile("bcr 15,0" : : : "memory");
		poke(mbox + MBOX_DONE, seq);
	}
}

void __attribute__((noreturn)) cpu0_main(void)
{
	u64 cr0 = CR0_SERVICE;

	poke(0x1228, 0);
	poke(0x1b0, PSW_MASK_64);
	poke(0x1b8, (u64)ext_handler);
	poke(0x1d0, PSW_MASK_64);
	poke(0x1d8, (u64)pgm_handler);
	asm volatile("lctlg %%c0,%%c0,0(%0)" : : "a" (&cr0) : "memory");
	serve(AGENT_MBOX0);
}

void __attribute__((noreturn)) cpu1_main(void)
{
	/* Service signals are CPU 0's. */
	u64 cr0 = 0;

	asm volatile("lctlg %%c0,%%c0,0(%0)" : : "a" (&cr0) : "memory");
	serve(AGENT_MBOX1);
}
