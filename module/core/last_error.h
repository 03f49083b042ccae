/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why the last command was refused, in one line for the person at the
 * keyboard. Owns the text behind debugfs last_error; a spinlock guards it.
 */
#ifndef MHPS_LAST_ERROR_H
#define MHPS_LAST_ERROR_H

#include <linux/compiler.h>

#define MHPS_LAST_ERROR_SIZE	256

__printf(2, 3) int mhps_refuse(int err, const char *fmt, ...);
void mhps_last_error(char line[MHPS_LAST_ERROR_SIZE]);

#endif /* MHPS_LAST_ERROR_H */
