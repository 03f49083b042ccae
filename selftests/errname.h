/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The name of an errno, as the tests write it. glibc's strerrorname_np()
 * would do, but musl and older libcs lack it.
 */
#ifndef MHP_SELFTEST_ERRNAME_H
#define MHP_SELFTEST_ERRNAME_H

#include <errno.h>
#include <stddef.h>
#include <stdio.h>

static const char *errname(int err)
{
	static const struct {
		int err;
		const char *name;
	} names[] = {
#define E(x) { x, #x }
		E(EPERM), E(ENOENT), E(EINTR), E(EIO), E(ENXIO), E(E2BIG),
		E(EBADF), E(EAGAIN), E(ENOMEM), E(EACCES), E(EFAULT), E(EBUSY),
		E(EEXIST), E(ENODEV), E(ENOTDIR), E(EISDIR), E(EINVAL),
		E(EFBIG), E(ENOSPC), E(EROFS), E(EPIPE), E(EDOM), E(ERANGE),
		E(ENOEXEC), E(ENODATA), E(EPROTO), E(EOVERFLOW),
		E(EOPNOTSUPP), E(ETIMEDOUT), E(EALREADY), E(EKEYREJECTED),
		E(EHWPOISON), E(ELOOP), E(ENOTTY),
		{ 0, "OK" }
#undef E
	};
	static char number[16];
	size_t i;

	for (i = 0; names[i].err; i++)
		if (names[i].err == err)
			return names[i].name;
	if (!err)
		return names[i].name;
	snprintf(number, sizeof(number), "%d", err);
	return number;
}

#endif
