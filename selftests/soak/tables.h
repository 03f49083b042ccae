/* SPDX-License-Identifier: GPL-2.0-only */
/* What the module's tables and sysfs show, beside what the model says they must. */
#ifndef SOAK_TABLES_H
#define SOAK_TABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "model.h"

extern const char * const counters[EV_COUNTED][2];	/* good, failed; as stats has them */

void learn(struct model *m);
bool tables_agree(struct model *m, char *why, size_t size);
int sysfs_state(unsigned int block, char *state, size_t size);

#endif
