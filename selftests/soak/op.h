/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One operation, and how a trace has it, one a line:
 *
 *	[pN ]write FILE[ pad=N][ nth=N]: TEXT
 *	[pN ]read FILE
 *	[pN ]load PARAMETER...
 *	[pN ]unload
 *
 * FILE is one of the module's in debugfs, memoryN/state, auto_online_blocks or
 * cpuN/online. TEXT has \n \t \\ and \xHH. pN: by process N, at the same time as
 * those of other processes; without it by one process, in order. pad=N: N blanks
 * before TEXT. nth=N: the Nth allocation fails. A tab begins a comment.
 */
#ifndef SOAK_OP_H
#define SOAK_OP_H

#include <stdbool.h>
#include <stddef.h>

#define OP_LINE	1024
#define OP_TEXT	208

enum op_kind {
	OP_WRITE,
	OP_READ,
	OP_LOAD,
	OP_UNLOAD,
};

struct op {
	enum op_kind kind;
	int who;		/* process, 0: alone */
	unsigned int pad;
	unsigned int nth;
	int got;		/* what it was answered, once it was done */
	unsigned int len;	/* of text, which may have NUL bytes in it */
	char file[32];
	char text[OP_TEXT];
};

/* A trace, as far as it is known. */
struct ops {
	unsigned int nr;
	unsigned int max;
	struct op *op;
};

void op_print(const struct op *op, char *line, size_t size);
bool op_parse(const char *line, struct op *op);
int op_run(const struct op *op);
bool op_is_for(const struct op *op, const char *file);
bool op_is_state(const struct op *op, unsigned int *block);

#endif
