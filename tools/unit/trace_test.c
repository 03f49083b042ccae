// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of a soak's trace (selftests/soak/op.c): what is written is read again as the
 * same operation, whatever bytes are in it, and what is no operation is refused. KTAP on
 * stdout.
 */
#include <stdio.h>
#include <string.h>

#include "../../selftests/soak/op.h"
#include "../../selftests/soak/random.h"

static unsigned int number, failures;

static void result(bool good, const char *name)
{
	number++;
	failures += !good;
	printf("%s %u %s\n", good ? "ok" : "not ok", number, name);
}

static bool same(const struct op *a, const struct op *b)
{
	bool text = a->kind == OP_WRITE || a->kind == OP_LOAD;

	return a->kind == b->kind && a->who == b->who && a->pad == b->pad && a->nth == b->nth &&
	       !strcmp(a->file, b->file) &&
	       (!text || (a->len == b->len && !memcmp(a->text, b->text, a->len)));
}

static void random_op(struct rng *rng, struct op *op)
{
	static const char * const files[] = { "add", "memory32/state", "cpu1/online", "block/7" };
	unsigned int i;

	memset(op, 0, sizeof(*op));
	op->kind = below(rng, 4);
	op->who = below(rng, 3);
	if (op->kind == OP_WRITE || op->kind == OP_READ)
		strcpy(op->file, files[below(rng, 4)]);
	if (op->kind == OP_WRITE) {
		op->pad = chance(rng, 20) ? below(rng, 5000) : 0;
		op->nth = chance(rng, 20) ? below(rng, 50) : 0;
		op->len = below(rng, OP_TEXT);
		for (i = 0; i < op->len; i++)
			op->text[i] = rng_next(rng);
	} else if (op->kind == OP_LOAD && chance(rng, 70)) {
		op->len = sprintf(op->text, "sim_size=%u canary=off", below(rng, 1 << 30));
	}
}

/* With the answer behind it, as in a trace. */
static bool comes_back(const struct op *op)
{
	struct op other;
	char line[OP_LINE];

	op_print(op, line, sizeof(line) - 16);
	strcat(line, "\t# EBUSY\n");
	return op_parse(line, &other) && same(op, &other);
}

int main(void)
{
	static const char * const bad[] = {
		"", "wrote add: x", "write", "write add", "write add start=1",
		"write /etc/passwd: x",
		"write ../add: x", "read", "read ../x", "write add: \\q", "write add: \\x",
		"write add: \\x5", "write add: \\x 5",
		"p write",
		"write add nth=: x",
	};
	struct rng rng = { 11 };
	unsigned int i, lost = 0;
	struct op op;

	printf("KTAP version 1\n");
	for (i = 0; i < 20000; i++) {
		random_op(&rng, &op);
		lost += !comes_back(&op);
	}
	result(!lost, "20000 operations come back from their lines");
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		result(!op_parse(bad[i], &op), bad[i]);
	printf("1..%u\n# %u failed\n", number, failures);
	return failures != 0;
}
