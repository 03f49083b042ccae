// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "layout.h"
#include "options.h"
#include "persistent.h"
#include "sysroot.h"
#include "util.h"

#define LAYOUT_FILE	"/etc/standbyctl.layout"
#define SERVICE		"standbyctl.service"

static bool has_service(void)
{
	static const char * const folders[] = {
		"/etc/systemd/system", "/usr/local/lib/systemd/system",
		"/usr/lib/systemd/system", "/lib/systemd/system",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(folders); i++) {
		if (sys_exists("%s/" SERVICE, folders[i]))
			return true;
	}
	return false;
}

/**
 * persistent_check() - end with a reason where --persistent is not possible
 *
 * Before anything is changed.
 */
void persistent_check(void)
{
	if (!options.persistent)
		return;
	if (!sys_exists("/run/systemd/system"))
		errx(EXIT_FAILURE, "--persistent needs systemd, which does not run here: have 'standbyctl layout --import FILE' run when the machine starts");
	if (!has_service())
		errx(EXIT_FAILURE, "--persistent needs " SERVICE ", which is not installed with this program");
}

static int enable_service(void)
{
	char *root = xasprintf("--root=%s", sysroot);
	char *command[6] = { "systemctl", "--quiet", "enable", SERVICE, *sysroot ? root : NULL, NULL };
	int error, status;
	pid_t pid;

	error = posix_spawnp(&pid, command[0], NULL, NULL, command, environ);
	free(root);
	if (error) {
		errno = error;
		warn("systemctl");
		return EXIT_FAILURE;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}

/* A machine that loses power has the old layout or the new one. */
static void write_layout(void)
{
	char *path = sys_path(LAYOUT_FILE), *new = xasprintf("%s.new", path);
	struct model model;

	model_read(&model);
	layout_export(&model, new);
	model_free(&model);
	if (rename(new, path))
		err(EXIT_FAILURE, "%s", path);
	free(new);
	free(path);
}

/**
 * persistent_save() - have the machine start as it is now, where --persistent is given
 * @status: exit status of the change
 *
 * Return: exit status.
 */
int persistent_save(int status)
{
	if (!options.persistent)
		return status;
	if (options.dry_run) {
		puts("standbyctl layout --export " LAYOUT_FILE "\nsystemctl enable " SERVICE);
		return status;
	}
	if (status != EXIT_SUCCESS) {
		warnx(LAYOUT_FILE " stays as it was, as not all was done");
		return status;
	}
	write_layout();
	if (enable_service()) {
		warnx(LAYOUT_FILE " is written, but " SERVICE " is not enabled");
		return EXIT_SOMEOK;
	}
	return EXIT_SUCCESS;
}
