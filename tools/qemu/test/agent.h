/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the host side of the test and its guest agent agree on: one mailbox a
 * CPU, in the guest's memory, big endian.  The host fills in op and arguments
 * and then counts seq up; the agent does it and sets done to seq.
 */
#ifndef AGENT_H
#define AGENT_H

#define AGENT_MAGIC	0x5343525654455354ULL

/* Guest memory: lowcore of CPU 1, mailboxes, scratch SCCBs; code at 64 KiB. */
#define AGENT_LOWCORE1	0x4000
#define AGENT_MBOX0	0x8000
#define AGENT_MBOX1	0x8100
#define AGENT_FLAG	0x8200
#define AGENT_SCCB	0x300000
#define AGENT_FUZZ	0x310000
#define AGENT_POOL	0x400000	/* one MiB for SCCBs */

/* Offsets in a mailbox. */
#define MBOX_MAGIC	0x00
#define MBOX_SEQ	0x08
#define MBOX_DONE	0x10
#define MBOX_OP		0x18
#define MBOX_A		0x20
#define MBOX_B		0x28
#define MBOX_RET	0x30
#define MBOX_PGM	0x38	/* program interruption code, or 0 */
#define MBOX_ROUNDS	0x40	/* how often a hammer has hit */

enum agent_op {
	OP_SERVC = 1,	/* a: command, b: SCCB; ret: cc; waits for completion */
	OP_SERVC_START,	/* the same, not waiting */
	OP_SERVC_FLAG,	/* the same, waiting, then sets AGENT_FLAG to 1 */
	OP_WAIT,	/* wait for a service signal; ret: its parameter */
	OP_LOAD,	/* a: address; ret: doubleword */
	OP_STORE,	/* a: address, b: doubleword */
	OP_CALL,	/* a: address of a function; ret: what it returns */
	OP_SET_KEY,	/* a: address, b: storage key */
	OP_GET_KEY,	/* a: address; ret: storage key */
	OP_START_CPU1,
	OP_HAMMER_LOAD,	/* a: address; until it faults or succeeds after FLAG */
	OP_HAMMER_STORE,/* the same with stores of b; ret: 1 if it was stale */
	OP_SUBSYSTEM_RESET,	/* and begin anew, memory as it was; no answer */
	OP_FUZZ,	/* parameters at AGENT_FUZZ; ret: 0, or 1 and what was wrong */
	OP_STORAGE_LOOP,/* a: ASSIGN or UNASSIGN, b: first rn, last << 16 and
			 * step << 32; ret: AGENT_LOOP() of the responses */
};

/* How many responses were 0x0020, 0x0120, 0x0340, and anything else. */
#define AGENT_LOOP(done, already, check, other) \
	((done) | (unsigned long)(already) << 16 | \
	 (unsigned long)(check) << 32 | (unsigned long)(other) << 48)

/*
 * OP_FUZZ: doublewords at AGENT_FUZZ.  The machine as it is after a reset; what
 * was wrong first; how often each outcome was seen.
 */
enum agent_fuzz {
	FUZZ_SEED,
	FUZZ_STEPS,
	FUZZ_BOOT_RN,
	FUZZ_RNMAX,
	FUZZ_PER_ELEMENT,
	FUZZ_BOOT_PER_ELEMENT,	/* 0: one element has everything */
	FUZZ_ATTACH_ASSIGNED,
	FUZZ_RUNS,		/* most pieces of assigned storage */
	FUZZ_STEP,		/* outputs from here on */
	FUZZ_COMMAND,
	FUZZ_ADDR,
	FUZZ_LENGTH,
	FUZZ_WHAT,		/* enum fuzz_what */
	FUZZ_GOT,
	FUZZ_WANT,
	FUZZ_SEEN,		/* FUZZ_NR_SEEN of them, enum fuzz_seen */
};

enum fuzz_what {
	FUZZ_PGM = 1, FUZZ_CC, FUZZ_RESPONSE, FUZZ_BYTES, FUZZ_BEYOND, FUZZ_STORAGE,
};

enum fuzz_seen {
	SEEN_ADDRESSING, SEEN_SPECIFICATION, SEEN_0010, SEEN_0020, SEEN_0100,
	SEEN_0120, SEEN_01F0, SEEN_0300, SEEN_0310, SEEN_0340, SEEN_0410,
	SEEN_40F0, SEEN_LOST, FUZZ_NR_SEEN,
};

#endif
