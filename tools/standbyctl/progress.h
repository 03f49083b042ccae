/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bar on stderr, where that is a terminal: how many blocks, how fast, how long
 * still. One at a time.
 */
#ifndef STANDBYCTL_PROGRESS_H
#define STANDBYCTL_PROGRESS_H

#include <stdint.h>

void progress_start(uint64_t all, uint64_t block_size);
void progress_show(uint64_t done, const char *what, uint64_t block);
void progress_clear(void);

#endif /* STANDBYCTL_PROGRESS_H */
