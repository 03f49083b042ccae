/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random operations. For one process those that lead somewhere are chosen by what the
 * model knows, so that few are refused for being out of place; for several processes
 * at once nobody knows.
 *
 * What must not happen is not made: memory in a kernel zone, out of which it may never
 * come back; a write to standby storage that the module was told to allow; rules that
 * have the firmware say yes without doing it, or wait long.
 */
#ifndef SOAK_GENERATE_H
#define SOAK_GENERATE_H

#include <stdbool.h>

#include "model.h"
#include "random.h"

static inline const char *pick(struct rng *rng, const char * const *words, unsigned int nr)
{
	return words[below(rng, nr)];
}

unsigned int working_blocks(void);
unsigned int a_rn(struct rng *rng);
void op_write(struct op *op, const char *file, const char *format, ...)
	__printf(3, 4);
bool rule_is_harmless(const char *text, size_t len);
void generate_rule(struct rng *rng, struct op *op);
void generate_load(struct rng *rng, struct op *op);
void generate_alone(struct rng *rng, const struct model *m, struct op *op);
void generate_beside(struct rng *rng, const struct op *load, struct op *op);
void generate_junk(struct rng *rng, struct op *op);

#endif
