/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers that come again with the same seed (splitmix64). */
#ifndef SOAK_RANDOM_H
#define SOAK_RANDOM_H

#include "types.h"

struct rng {
	u64 state;
};

static inline u64 rng_next(struct rng *rng)
{
	u64 z = rng->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static inline unsigned int below(struct rng *rng, unsigned int limit)
{
	return rng_next(rng) % limit;
}

/* True in so many of a hundred cases. */
static inline int chance(struct rng *rng, unsigned int percent)
{
	return below(rng, 100) < percent;
}

#endif
