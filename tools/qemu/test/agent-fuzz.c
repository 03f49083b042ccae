// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands, lengths, addresses and bytes at random, thousands a second, each
 * answer compared with a model of the device (agent-model.c).
 */

#include "agent-model.h"

#define STAMP_OFFSET	(MIB - 8)	/* SCCBs do not get that far */

static u64 random_state;

static u64 rnd(u64 n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) % n;
}

static void choose_code(void)
{
	static const u32 storage[] = { READ, ATTACH, ASSIGN, UNASSIGN };
	u32 e = rnd(8) ? rnd(machine.elements + 2) : rnd(256);

	call.code = storage[rnd(4)] | e << 8;
	/* None of the commands that the SCLP has anyway. */
	if (!rnd(16))
		call.code = rnd(0x10000) << 16 | e << 8 | 0x02;
}

/* May an SCCB be written there without harm to us? */
static int ours(u64 addr)
{
	return model_exists(addr, 8) && !(addr & 7) &&
	       (addr >= machine.boot_rn * MIB - PAGE ||
		(addr >= AGENT_POOL && addr < AGENT_POOL + MIB));
}

static void choose_place(void)
{
	static const u16 length[] = { 0, 7, 8, 9, 10, 15, 16, 40, 4096 };

	switch (rnd(16)) {
	case 0:		/* anywhere */
		call.addr = rnd(2) ? rnd(1UL << 33) : rnd(0x3000);
		break;
	case 1:		/* standby storage, assigned or not */
		call.addr = (machine.boot_rn + rnd(machine.rnmax - machine.boot_rn)) * MIB +
			 (rnd(128) << 3);
		break;
	case 2:		/* reaching from boot storage into it */
		call.addr = machine.boot_rn * MIB - (rnd(512) << 3) - 8;
		break;
	case 3:
		call.addr = AGENT_POOL + rnd(PAGE);
		break;
	case 4:
		call.addr = AGENT_POOL + (rnd(512) << 3);
		break;
	default:
		call.addr = AGENT_POOL + rnd(128) * PAGE;
	}
	/* Nobody's SCCB is overwritten: that is what alignment is checked for. */
	if (!ours(call.addr) && model_exists(call.addr, 8))
		call.addr |= 1;
	switch (rnd(8)) {
	case 0:
		call.length = rnd(0x10000);
		break;
	case 1:
		call.length = length[rnd(sizeof(length) / sizeof(length[0]))];
		break;
	default:
		call.length = PAGE - (call.addr & (PAGE - 1));
	}
	call.room = PAGE - (call.addr & (PAGE - 1));
	if (call.room > call.length)
		call.room = call.length;
}

static void write_sccb(void)
{
	u32 i, space = PAGE - (call.addr & (PAGE - 1));

	/* What follows must not change: a few bytes more, if there is a place. */
	call.written = (call.room + 15) & ~7U;
	if (call.written < 16)
		call.written = 16;
	if (call.written > space)
		call.written = space;
	for (i = 0; i < call.written; i++)
		call.bytes[i] = rnd(256);
	put16(0, call.length);
	if (rnd(8))
		call.bytes[2] = 0x40;
	if (rnd(8))
		put16(8, rnd(machine.rnmax + 3));
	/* An SCCB in the increment that it is about. */
	if (call.addr >= machine.boot_rn * MIB && rnd(2))
		put16(8, call.addr / MIB + 1);
	for (i = 0; ours(call.addr) && i < call.written; i += 8)
		poke(call.addr + i, *(u64 *)(call.bytes + i));
}

static int wrong(u32 what, u64 got, u64 want)
{
	param[FUZZ_COMMAND] = call.code;
	param[FUZZ_ADDR] = call.addr;
	param[FUZZ_LENGTH] = call.length;
	param[FUZZ_WHAT] = what;
	param[FUZZ_GOT] = got;
	param[FUZZ_WANT] = want;
	return 1;
}

static void count_outcome(void)
{
	static const u16 response[] = {
		[SEEN_0010] = 0x0010, [SEEN_0020] = 0x0020, [SEEN_0100] = 0x0100,
		[SEEN_0120] = 0x0120, [SEEN_01F0] = 0x01f0, [SEEN_0300] = 0x0300,
		[SEEN_0310] = 0x0310, [SEEN_0340] = 0x0340, [SEEN_0410] = 0x0410,
		[SEEN_40F0] = 0x40f0,
	};
	u32 i;

	if (call.pgm) {
		param[FUZZ_SEEN + (call.pgm == PGM_ADDRESSING ? SEEN_ADDRESSING :
				   SEEN_SPECIFICATION)]++;
		return;
	}
	if (call.lost)
		param[FUZZ_SEEN + SEEN_LOST]++;
	for (i = 0; i < sizeof(response) / sizeof(response[0]); i++)
		if (response[i] == call.response)
			param[FUZZ_SEEN + i]++;
}

/* What the SCCB has become, and that no byte behind it has changed. */
static int check_sccb(void)
{
	u64 got, want, i;

	got = peek(call.addr) & 0xffff;
	if (got != call.response)
		return wrong(FUZZ_RESPONSE, got, call.response);
	for (i = 0; i < call.written; i += 8) {
		got = peek(call.addr + i);
		want = *(u64 *)(call.bytes + i);
		if (got != want)
			return wrong(i < call.room ? FUZZ_BYTES : FUZZ_BEYOND,
				     got, want);
	}
	return 0;
}

/* Each standby increment is there, or not, with what was left in it. */
static int check_storage(void)
{
	u64 pgm, got, addr;
	u32 rn;

	for (rn = machine.boot_rn + 1; rn <= machine.rnmax; rn++) {
		addr = (rn - 1) * MIB + STAMP_OFFSET;
		got = guarded_load(addr, &pgm);
		if (pgm != (machine.assigned[rn] ? 0 : PGM_ADDRESSING))
			return wrong(FUZZ_STORAGE, pgm, rn);
		if (!machine.assigned[rn])
			continue;
		if (got != machine.stamp[rn])
			return wrong(FUZZ_STORAGE, got, machine.stamp[rn]);
		machine.stamp[rn] = rnd(~0UL);
		poke(addr, machine.stamp[rn]);
	}
	return 0;
}

static int step(void)
{
	u64 pgm, cc;

	choose_code();
	choose_place();
	write_sccb();
	model_execute();
	cc = guarded_servc(call.code, call.addr, &pgm);
	count_outcome();
	if (pgm != call.pgm)
		return wrong(FUZZ_PGM, pgm, call.pgm);
	if (pgm)
		return 0;
	if (cc)
		return wrong(FUZZ_CC, cc, 0);
	wait_service_signal();
	return call.lost ? 0 : check_sccb();
}

u64 fuzz(void)
{
	u64 i;

	random_state = param[FUZZ_SEED];
	for (i = 0; i < FUZZ_NR_SEEN; i++)
		param[FUZZ_SEEN + i] = 0;
	model_reset();
	for (i = 0; i < param[FUZZ_STEPS]; i++) {
		param[FUZZ_STEP] = i;
		if (step() || (i % 64 == 0 && check_storage()))
			return 1;
	}
	return 0;
}
