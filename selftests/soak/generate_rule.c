// SPDX-License-Identifier: GPL-2.0-only
/* Fault rules, and what every generator needs. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "generate.h"

/* Few, so that operations meet. */
unsigned int working_blocks(void)
{
	return machine.nr_blocks < 6 ? machine.nr_blocks : 6;
}

void op_write(struct op *op, const char *file, const char *format, ...)
{
	va_list args;

	memset(op, 0, sizeof(*op));
	snprintf(op->file, sizeof(op->file), "%s", file);
	va_start(args, format);
	op->len = vsnprintf(op->text, sizeof(op->text) - 1, format, args);
	va_end(args);
	if (op->len > sizeof(op->text) - 2)
		op->len = sizeof(op->text) - 2;
}

unsigned int a_rn(struct rng *rng)
{
	u64 address = machine.start + below(rng, working_blocks()) * machine.block_size;
	unsigned int rn = address / machine.increment_size + 1;
	unsigned int per_block = machine.block_size / machine.increment_size;

	return rn + (per_block > 1 ? below(rng, per_block) : 0);
}

void generate_rule(struct rng *rng, struct op *op)
{
	static const char * const calls[] = {
		"assign", "assign", "assign", "unassign", "attach", "read",
	};
	static const char * const events[] = {
		"MEM_PREPARE_ONLINE", "MEM_GOING_ONLINE", "MEM_GOING_OFFLINE",
	};
	static const char * const errnos[] = { "EIO", "EBUSY", "ENOMEM", "EAGAIN", "5", "-12" };
	static const char * const responses[] = {
		"0x1f0", "0x300", "0x100", "0x310", "0x200",
	};
	static const char * const priorities[] = {
		"1", "100", "-7", "0", "2147483647", "-2147483648",
	};
	bool call = chance(rng, 50);
	const char *what;
	char more[96] = "";
	size_t at = 0;

	if (call && chance(rng, 40))
		at += sprintf(more + at, " response=%s",
			      pick(rng, responses, ARRAY_SIZE(responses)));
	else if (chance(rng, 90))
		at += sprintf(more + at, " errno=%s", pick(rng, errnos, ARRAY_SIZE(errnos)));
	else
		at += sprintf(more + at, " delay_ms=%u", below(rng, 4));
	if (chance(rng, 50))
		at += sprintf(more + at, " skip=%u", below(rng, 4));
	if (chance(rng, 80))
		at += sprintf(more + at, " times=%u", 1 + below(rng, 3));
	if (call && chance(rng, 30))
		at += sprintf(more + at, " rn=%u", a_rn(rng));
	if (!call && chance(rng, 40))
		at += sprintf(more + at, " block=%u",
			      machine.first_block + below(rng, working_blocks()));
	if (!call && chance(rng, 40))
		at += sprintf(more + at, " priority=%s",
			      pick(rng, priorities, ARRAY_SIZE(priorities)));
	what = call ? pick(rng, calls, ARRAY_SIZE(calls)) : pick(rng, events, ARRAY_SIZE(events));
	op_write(op, "inject", "what=%s%s\n", what, more);
}

/* A rule that would leave the firmware and the module of two minds, or wait. */
bool rule_is_harmless(const char *text, size_t len)
{
	struct rule rule;

	if (rule_read(text, len, &rule))
		return true;
	switch (rule.response) {
	case 0x10: case 0x20: case 0x120: case 0x410:
		return false;
	}
	return rule.delay_ms <= 5 && rule.error <= ETIMEDOUT;
}
