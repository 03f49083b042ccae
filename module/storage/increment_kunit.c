// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every sequence of getting and putting two ranges that share an increment and
 * assigning and unassigning a third by hand, with every single firmware call
 * refused, once or from then on. After each step the table says what the firmware
 * thinks, who needs an increment has it, and nobody else has.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <kunit/test.h>
#include <linux/printk.h>

/* Refusals are logged by the thousand here: only count the lines. */
static unsigned int complaints;
#undef pr_err
#define pr_err(fmt, ...) (complaints++, no_printk(pr_fmt(fmt), ##__VA_ARGS__))

#include "storage/increment.c"
#include "storage/increment_table.c"
#include "storage/manual.c"
#include "storage/fake_firmware_kunit.h"

#define RNMAX	8
#define BOOT	2
#define STEPS	4

enum op { GET_A, PUT_A, GET_B, PUT_B, ASSIGN, UNASSIGN, OP_NR };

static const char * const op_names[] = {
	"get 3-6", "put 3-6", "get 6-7", "put 6-7", "assign 5-8", "unassign 5-8",
};

static const struct {
	u32 first, last;
} op_range[] = {
	{ 3, 6 }, { 3, 6 }, { 6, 7 }, { 6, 7 }, { 5, 8 }, { 5, 8 },
};

/**
 * struct walk - a sequence on its way, and what should be
 * @ops: the sequence
 * @step: which of them
 * @fail_at: call refused, as fake.fail_at
 * @users: of each increment
 * @manual: assigned by hand, of each increment
 * @held: ranges that are got, by the op that gets them
 * @before: what was needed before this step
 */
static struct walk {
	enum op ops[STEPS];
	int step;
	unsigned int fail_at;
	u32 users[RNMAX + 1];
	bool manual[RNMAX + 1];
	unsigned int held[OP_NR];
	bool before[RNMAX + 1];
} walk;

/* Complain about this step unless it is @good. */
static bool check(struct kunit *test, bool good, const char *what, u32 rn)
{
	int i;

	if (good)
		return true;
	for (i = 0; i <= walk.step; i++)
		kunit_info(test, "step %d: %s", i + 1, op_names[walk.ops[i]]);
	for (i = 0; i < min(fake.nr, FAKE_CALLS); i++)
		kunit_info(test, "call %d: %d of %u flags %u: %d", i + 1, fake.calls[i].event,
			   fake.calls[i].id, fake.calls[i].row_flags, fake.calls[i].result);
	KUNIT_FAIL(test, "rn %u: %s; refused: call %u%s", rn, what, walk.fail_at,
		   fake.fail_on ? " and all after it" : "");
	return false;
}

static bool is_needed(u32 rn)
{
	return walk.users[rn] || walk.manual[rn];
}

static bool check_table(struct kunit *test)
{
	const struct mhps_increment *incr;
	unsigned int stuck = 0;
	bool good = true;
	u32 rn;

	for (rn = 1; rn <= RNMAX; rn++) {
		incr = mhps_increment_find(rn);
		stuck += incr->state == MHPS_STUCK;
		good &= check(test, fake_agrees(rn), "table and firmware differ", rn) &&
			check(test, incr->users == walk.users[rn], "users", rn) &&
			check(test, incr->manual == (walk.manual[rn] ? MHPS_MANUAL :
								       MHPS_MANUAL_NO),
			      "assigned by hand", rn) &&
			check(test, (rn <= BOOT) == (incr->state == MHPS_RESERVED),
			      "boot storage", rn) &&
			check(test, !is_needed(rn) || incr->state == MHPS_ASSIGNED,
			      "needed and not assigned", rn) &&
			check(test, is_needed(rn) || incr->state != MHPS_ASSIGNED,
			      "assigned and not needed", rn);
	}
	return good && check(test, stuck == mhps_increments_stuck(), "stuck are miscounted", 0);
}

/*
 * The calls of a step from number @from on. Those assigned by a step that failed
 * with @err, and no others, were unassigned again, the last first.
 */
static bool check_calls(struct kunit *test, unsigned int from, enum op op, int err)
{
	u8 by_hand = op == ASSIGN || op == UNASSIGN ? MHPS_ROW_MANUAL : 0;
	u32 assigned[RNMAX], nr = 0, last = U32_MAX;
	int first_err = 0, first_refusal = 0;
	const struct fake_call *call;
	bool unwinding = false;
	unsigned int i;

	for (i = from; i < min(fake.nr, FAKE_CALLS); i++) {
		call = &fake.calls[i];
		if (!check(test, call->event == MHPS_READ || call->event == MHPS_ATTACH ||
			   call->id > BOOT, "boot storage was touched", call->id))
			return false;
		if (call->row_flags & MHPS_ROW_UNWIND) {
			unwinding = true;
			if (!check(test, err, "unwound although it went well", call->id) ||
			    !check(test, nr && assigned[--nr] == call->id,
				   "not unwound in reverse", call->id))
				return false;
		} else if (call->event == MHPS_ASSIGN || call->event == MHPS_ATTACH) {
			/* One that is tried has its element, whoever refused before. */
			if (call->event == MHPS_ASSIGN)
				first_err = call->result;
			else
				first_err = first_err ?: call->result;
			if (call->event == MHPS_ASSIGN && !call->result)
				assigned[nr++] = call->id;
			if (!check(test, !unwinding, "assigned while unwinding", call->id) ||
			    !check(test, call->event == MHPS_ATTACH || !walk.before[call->id],
				   "assigned again", call->id))
				return false;
		} else if (call->event == MHPS_UNASSIGN && op != GET_A && op != GET_B &&
			   op != ASSIGN) {
			first_refusal = first_refusal ?: call->result;
			if (!check(test, call->id < last, "not in reverse", call->id))
				return false;
			last = call->id;
		}
		if ((call->event == MHPS_ASSIGN || (call->row_flags & MHPS_ROW_UNWIND)) &&
		    !check(test, (call->row_flags & MHPS_ROW_MANUAL) == by_hand,
			   "by hand or not", call->id))
			return false;
	}
	switch (op) {
	case UNASSIGN:
		return check(test, err == first_refusal || err == -EBUSY, "errno", 0);
	case PUT_A:
	case PUT_B:
		return check(test, !err, "errno", 0);
	default:
		return check(test, err == first_err, "not the first errno", 0) &&
		       check(test, !err || !nr, "not unwound", nr ? assigned[nr - 1] : 0);
	}
}

/* What a step that returned @err should have done. */
static void expect_step(enum op op, int err)
{
	u32 rn, first = op_range[op].first, last = op_range[op].last;

	for (rn = first; rn <= last; rn++) {
		if (op == PUT_A || op == PUT_B)
			walk.users[rn]--;
		else if (op == UNASSIGN && err != -EBUSY)
			walk.manual[rn] = false;
		else if ((op == GET_A || op == GET_B) && !err)
			walk.users[rn]++;
		else if (op == ASSIGN && !err)
			walk.manual[rn] = true;
	}
	if (op == PUT_A || op == PUT_B)
		walk.held[op - 1]--;
	else if (!err)
		walk.held[op]++;
}

static int do_step(enum op op)
{
	u32 first = op_range[op].first, last = op_range[op].last;
	u64 start = mhps_increment_address(first);
	u64 size = mhps_increment_address(last + 1) - start;

	switch (op) {
	case GET_A:
	case GET_B:
		return mhps_increments_get(start, size);
	case PUT_A:
	case PUT_B:
		mhps_increments_put(start, size);
		return 0;
	case ASSIGN:
		return mhps_manual_assign(first, last);
	default:
		return mhps_manual_unassign(first, last);
	}
}

/* Returns how many calls there were; 0 if a step puts what is not got, or is wrong. */
static unsigned int do_walk(struct kunit *test, unsigned int fail_at, bool fail_on,
			    bool arrives_assigned)
{
	unsigned int from, was;
	bool good = true;
	enum op op;
	u32 rn;
	int err;

	fake_machine(RNMAX, FAKE_SHIFT, BOOT);
	fake_element(0, 1, BOOT, true);
	fake_element(1, 3, 5, false);
	fake_element(2, 6, RNMAX, false);
	fake.arrives_assigned = arrives_assigned;
	KUNIT_ASSERT_EQ(test, mhps_increment_table_init(), 0);
	fake_forget_calls();
	fake.fail_at = fail_at;
	fake.fail_on = fail_on;
	walk.fail_at = fail_at;
	memset(walk.users, 0, sizeof(walk.users));
	memset(walk.manual, 0, sizeof(walk.manual));
	memset(walk.held, 0, sizeof(walk.held));
	for (walk.step = 0; good && walk.step < STEPS; walk.step++) {
		op = walk.ops[walk.step];
		if ((op == PUT_A || op == PUT_B) && !walk.held[op - 1]) {
			/* Only because getting it was refused. */
			good = fail_at;
			continue;
		}
		for (rn = 1; rn <= RNMAX; rn++)
			walk.before[rn] = is_needed(rn);
		from = fake.nr;
		was = complaints;
		err = do_step(op);
		expect_step(op, err);
		good = check(test, complaints - was <= 3, "too many lines in the log", 0) &
		       check_table(test) & check_calls(test, from, op, err);
	}
	from = fake.nr;
	/* With the firmware well again what is stuck goes at unload. */
	fake_forget_calls();
	mhps_manual_exit();
	KUNIT_EXPECT_EQ(test, mhps_increments_stuck(), 0);
	mhps_increment_table_exit();
	return good ? from : 0;
}

static void every_walk(struct kunit *test, bool fail_on, bool arrives_assigned)
{
	unsigned int n, i, calls, walks = 0, total = 1;
	int step;

	for (step = 0; step < STEPS; step++)
		total *= OP_NR;
	for (n = 0; n < total; n++) {
		for (i = n, step = 0; step < STEPS; step++, i /= OP_NR)
			walk.ops[step] = i % OP_NR;
		calls = do_walk(test, 0, false, arrives_assigned);
		for (i = 1; i <= calls; i++, walks++)
			do_walk(test, i, fail_on, arrives_assigned);
		if (test->status == KUNIT_FAILURE)
			return;
		cond_resched();
	}
	KUNIT_EXPECT_GT(test, walks, 1000);
	kunit_info(test, "%u walks", walks);
}

static void every_call_refused_once(struct kunit *test)
{
	every_walk(test, false, false);
}

static void every_call_refused_from_then_on(struct kunit *test)
{
	every_walk(test, true, false);
}

static void every_call_refused_once_of_what_arrives_assigned(struct kunit *test)
{
	every_walk(test, false, true);
}

static void every_call_refused_from_then_on_of_what_arrives_assigned(struct kunit *test)
{
	every_walk(test, true, true);
}

static struct kunit_case increment_cases[] = {
	KUNIT_CASE_SLOW(every_call_refused_once),
	KUNIT_CASE_SLOW(every_call_refused_from_then_on),
	KUNIT_CASE_SLOW(every_call_refused_once_of_what_arrives_assigned),
	KUNIT_CASE_SLOW(every_call_refused_from_then_on_of_what_arrives_assigned),
	{ }
};

static struct kunit_suite increment_suite = {
	.name = "mhps_increment",
	.test_cases = increment_cases,
};

kunit_test_suite(increment_suite);
