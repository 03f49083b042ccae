// SPDX-License-Identifier: GPL-2.0-only
/*
 * modctl: load and unload a module and say which errno came back, which
 * insmod and rmmod word differently from one implementation to the next.
 *
 *	modctl load FILE [PARAMETER...]
 *	modctl unload NAME
 *
 * Prints OK or the name of the errno.
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "errname.h"

static int say(long ret)
{
	puts(errname(ret ? errno : 0));
	return ret ? 1 : 0;
}

int main(int argc, char **argv)
{
	char params[4096] = "";
	int i, fd;

	if (argc == 3 && !strcmp(argv[1], "unload"))
		return say(syscall(SYS_delete_module, argv[2], O_NONBLOCK));

	if (argc < 3 || strcmp(argv[1], "load"))
		errx(2, "usage: modctl load FILE [PARAMETER...] | unload NAME");
	for (i = 3; i < argc; i++) {
		if (strlen(params) + strlen(argv[i]) + 2 > sizeof(params))
			errx(2, "too many parameters");
		if (*params)
			strcat(params, " ");
		strcat(params, argv[i]);
	}
	fd = open(argv[2], O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(2, "%s", argv[2]);
	return say(syscall(SYS_finit_module, fd, params, 0));
}
