/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel log, as it comes: does the kernel complain? */
#ifndef SOAK_WATCH_H
#define SOAK_WATCH_H

#include <stdbool.h>
#include <stddef.h>

void watch_start(void);
bool watch_is_clean(char *why, size_t size);
void watch_forget(void);

#endif
