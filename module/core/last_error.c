// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cleanup.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "core/last_error.h"

static DEFINE_SPINLOCK(report_lock);
static char report_line[256];		/* under report_lock */

/**
 * mhps_fail() - say why a command fails
 * @err: negative errno
 * @fmt: reason, without a newline; begins with the name of the command
 *
 * The line replaces the previous one in debugfs last_error, with the errno's
 * name at its end. Any context.
 *
 * Return: @err, so that callers can return it at once.
 */
int mhps_fail(int err, const char *fmt, ...)
{
	char line[sizeof(report_line)];
	va_list args;
	int i, len;

	va_start(args, fmt);
	len = vscnprintf(line, sizeof(line) - 24, fmt, args);
	va_end(args);
	/* It may quote what was written, which may be anything. */
	for (i = 0; i < len; i++) {
		if (!isascii(line[i]) || !isprint(line[i]))
			line[i] = '?';
	}
	scnprintf(line + len, sizeof(line) - len, " (%pe)", ERR_PTR(err));

	scoped_guard(spinlock_irqsave, &report_lock)
		strscpy(report_line, line, sizeof(report_line));
	return err;
}

/**
 * mhps_report_show() - print the last error, or an empty line
 * @m: where to
 */
void mhps_report_show(struct seq_file *m)
{
	char line[sizeof(report_line)];

	scoped_guard(spinlock_irqsave, &report_lock)
		strscpy(line, report_line, sizeof(line));
	seq_printf(m, "%s\n", line);
}
