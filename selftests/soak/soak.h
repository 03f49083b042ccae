/* SPDX-License-Identifier: GPL-2.0-only */
/* What a soak says, and where it stands. */
#ifndef SOAK_SOAK_H
#define SOAK_SOAK_H

#include <stdbool.h>
#include <stddef.h>

#include "model.h"

struct soak {
	int out;			/* descriptor for what is said */
	bool every_op;			/* say each operation before it is done */
	unsigned long total;		/* MemTotal before anything */
	unsigned long operations;
	unsigned long refused;
	unsigned int round;
	double until;			/* of now() */
	double next_progress;
	struct model model;
};

extern struct soak soak;

double now(void);
void say(const char *format, ...) __printf(1, 2);
void say_op(const char *word, const struct op *op);
void progress(void);

/* play.c */
bool slate(char *why, size_t size);
bool step(struct op *op, char *why, size_t size);
bool play(struct ops *ops, char *why, size_t size);
bool round_end(char *why, size_t size);
void ops_add(struct ops *ops, const struct op *op);

/* shrink.c */
void shrink(struct ops *ops, const char *kind, unsigned int seconds);

#endif
