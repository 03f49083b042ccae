// SPDX-License-Identifier: GPL-2.0-only
/* What nobody would write: commands with a slip of the pen, bytes, too many of them. */
#include <string.h>

#include "generate.h"

static void insert(struct op *op, unsigned int at, char c)
{
	if (op->len >= OP_TEXT - 2)
		return;
	memmove(op->text + at + 1, op->text + at, op->len - at);
	op->text[at] = c;
	op->len++;
}

static void slip(struct rng *rng, struct op *op)
{
	static const char chars[] = "=-, \t\n0129xKMGTfa:\xff";
	unsigned int at = below(rng, op->len + 1);
	char c = chars[below(rng, sizeof(chars))];	/* with its NUL */

	switch (below(rng, 4)) {
	case 0:
		insert(op, at, c);
		break;
	case 1:
		if (at < op->len)
			op->text[at] = c;
		break;
	case 2:
		if (at < op->len) {
			memmove(op->text + at, op->text + at + 1, op->len - at - 1);
			op->len--;
		}
		break;
	default:
		op->len = at;
		break;
	}
}

/* OP is a command that makes sense; make something else of it. */
void generate_junk(struct rng *rng, struct op *op)
{
	unsigned int i, nr;

	switch (below(rng, 8)) {
	case 0:
		op->len = 1 + below(rng, 64);
		for (i = 0; i < op->len; i++)
			op->text[i] = rng_next(rng);
		break;
	case 1:		/* around the most that a command may have */
		op->pad = 4096 - op->len - 2 + below(rng, 5);
		break;
	case 2:		/* once more, as part of the same write */
		nr = op->len;
		for (i = 0; i < nr && op->len < OP_TEXT - 2; i++)
			insert(op, op->len, op->text[i]);
		break;
	default:
		for (nr = 1 + below(rng, 3); nr; nr--)
			slip(rng, op);
		break;
	}
	op->text[op->len] = '\0';
}
