/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What went wrong last, in one line for the person at the keyboard. Owns the
 * text behind debugfs last_error; a spinlock guards it.
 */
#ifndef MHPS_REPORT_H
#define MHPS_REPORT_H

#include <linux/compiler.h>

struct seq_file;

__printf(2, 3) int mhps_fail(int err, const char *fmt, ...);
void mhps_report_show(struct seq_file *m);

#endif /* MHPS_REPORT_H */
