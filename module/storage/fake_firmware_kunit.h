/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Firmware for the suites of this folder, behind the functions of
 * firmware/firmware.h. It does what it is told at once, notes each call, and
 * refuses those it is told to refuse, each with an errno of its own. No lock: one
 * test at a time uses it.
 */
#ifndef MHPS_FAKE_FIRMWARE_KUNIT_H
#define MHPS_FAKE_FIRMWARE_KUNIT_H

#include <kunit/test.h>
#include <linux/types.h>

#include "core/event.h"
#include "firmware/firmware.h"

#define FAKE_RN_MAX	65535
#define FAKE_SHIFT	20
#define FAKE_CALLS	64

/* What call number N, from 1, fails with. */
#define FAKE_ERRNO(n)	(-1000 - (int)(n))

/**
 * struct fake_call - a call that was made
 * @event: MHPS_READ, MHPS_ATTACH, MHPS_ASSIGN or MHPS_UNASSIGN
 * @id: increment or storage element
 * @row_flags: MHPS_ROW_*
 * @result: what it returned
 */
struct fake_call {
	enum mhps_event event;
	u32 id;
	u8 row_flags;
	int result;
};

/**
 * struct fake_firmware - the machine, and what it is asked for
 * @boot: increments 1 to this one are boot storage
 * @max_id: highest storage element id
 * @element_of: storage element of each increment
 * @assigned: whether an increment is
 * @refused: whether the last UNASSIGN of an increment was refused
 * @present: storage elements there are
 * @attached: those that are attached
 * @says_already: ATTACH finds them attached, and lists nothing
 * @arrives_assigned: the increments of an element that is attached are assigned
 * @listed: one more rn that READ and ATTACH of any element list, or 0
 * @fail_at: number of the call to refuse, from 1; 0 for none
 * @fail_on: refuse all calls from that one on
 * @signal_at: number of the call during which a signal comes, or 0
 * @nr: how many calls there were
 * @calls: the first ones
 */
struct fake_firmware {
	u32 boot;
	unsigned int max_id;
	u8 element_of[FAKE_RN_MAX + 1];
	bool assigned[FAKE_RN_MAX + 1];
	bool refused[FAKE_RN_MAX + 1];
	bool present[MHPS_MAX_ELEMENTS];
	bool attached[MHPS_MAX_ELEMENTS];
	bool says_already;
	bool arrives_assigned;
	u32 listed;
	unsigned int fail_at;
	bool fail_on;
	unsigned int signal_at;
	unsigned int nr;
	struct fake_call calls[FAKE_CALLS];
};

extern struct fake_firmware fake;

void fake_machine(u32 rnmax, unsigned int shift, u32 boot);
void fake_element(u8 id, u32 first, u32 last, bool attached);
void fake_forget_calls(void);
unsigned int fake_count(enum mhps_event event);
bool fake_agrees(u32 rn);

#endif /* MHPS_FAKE_FIRMWARE_KUNIT_H */
