// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cleanup.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "core/last_error.h"

static DEFINE_SPINLOCK(last_error_lock);
static char last_error_line[MHPS_LAST_ERROR_SIZE];	/* under last_error_lock */

/**
 * mhps_refuse() - say why a command fails
 * @err: negative errno
 * @fmt: reason, without a newline; begins with the name of the command
 *
 * The line replaces the previous one in debugfs last_error, with the errno's
 * name at its end. Any context.
 *
 * Return: @err, so that callers can return it at once.
 */
int mhps_refuse(int err, const char *fmt, ...)
{
	char line[sizeof(last_error_line)];
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

	scoped_guard(spinlock_irqsave, &last_error_lock)
		strscpy(last_error_line, line, sizeof(last_error_line));
	return err;
}

/**
 * mhps_last_error() - the last error
 * @line: set to it, without a newline; empty if there was none
 */
void mhps_last_error(char line[MHPS_LAST_ERROR_SIZE])
{
	guard(spinlock_irqsave)(&last_error_lock);
	strscpy(line, last_error_line, MHPS_LAST_ERROR_SIZE);
}
