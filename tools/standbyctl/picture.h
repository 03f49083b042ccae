/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a map shows, whatever it is drawn on: a kind for each block, each
 * increment and each memmap, with its letter, colours and meaning.
 */
#ifndef STANDBYCTL_PICTURE_H
#define STANDBYCTL_PICTURE_H

#include <stdio.h>

#include "model.h"

/**
 * struct kind - a way a cell can be
 * @letter: in ASCII
 * @colour: of a terminal, as in \033[...m
 * @fill: of an SVG
 * @means: in the legend
 */
struct kind {
	char letter;
	const char *colour;
	const char *fill;
	const char *means;
};

enum block_kind {
	KIND_MOVABLE, KIND_KERNEL, KIND_OFFLINE, KIND_GOING, KIND_STANDBY,
	KIND_DEVICE, KIND_HOLE, BLOCK_KINDS
};

extern const struct kind block_kinds[BLOCK_KINDS];
extern const struct kind increment_kinds[INCREMENT_STATES];
extern const struct kind memmap_kinds[];

enum block_kind block_kind(const struct block *block);

char *picture_title(const struct model *model);
void picture_terminal(FILE *f, const struct model *model, unsigned int width,
		      unsigned int height, bool colour, bool utf8);
void picture_svg(FILE *f, const struct model *model);
void picture_tree(const struct model *model);
void picture_runs(const struct model *model);

#endif /* STANDBYCTL_PICTURE_H */
