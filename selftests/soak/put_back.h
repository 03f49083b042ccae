/* SPDX-License-Identifier: GPL-2.0-only */
/* The end of a round: everything goes back, by what the tables say and no model. */
#ifndef SOAK_PUT_BACK_H
#define SOAK_PUT_BACK_H

#include <stdbool.h>
#include <stddef.h>

bool put_back(unsigned long total, char *why, size_t size);

#endif
