// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sysroot.h"

const char *sysroot = "";

static char *vpath(const char *format, va_list args)
{
	char *below = xvasprintf(format, args);
	char *path = xasprintf("%s%s", sysroot, below);

	free(below);
	return path;
}

/**
 * sys_path() - where a file of the kernel is
 * @format: its path, as for printf()
 *
 * Return: the path below --sysroot, to be freed.
 */
char *sys_path(const char *format, ...)
{
	va_list args;
	char *path;

	va_start(args, format);
	path = vpath(format, args);
	va_end(args);
	return path;
}

/**
 * sys_exists() - whether a file or folder is there
 * @format: its path
 *
 * Return: true if it is.
 */
bool sys_exists(const char *format, ...)
{
	struct stat st;
	va_list args;
	char *path;
	int err;

	va_start(args, format);
	path = vpath(format, args);
	va_end(args);
	err = stat(path, &st);
	free(path);
	return !err;
}

static char *read_file(const char *path)
{
	size_t room = 4096, used = 0;
	ssize_t n = -1;
	char *text;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	text = xcalloc(room, 1);
	/* Files of the kernel do not know their size before they are read. */
	do {
		if (room - used < 2) {
			room *= 2;
			text = realloc(text, room);
			if (!text)
				abort();
		}
		n = read(fd, text + used, room - used - 1);
		if (n > 0)
			used += n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	if (n < 0) {
		int error = errno;

		free(text);
		text = NULL;
		errno = error;
	} else {
		text[used] = '\0';
	}
	close(fd);
	return text;
}

/**
 * sys_read() - all of a file
 * @format: its path
 *
 * Return: text to be freed; NULL with errno set.
 */
char *sys_read(const char *format, ...)
{
	va_list args;
	char *path, *text;
	int error;

	va_start(args, format);
	path = vpath(format, args);
	va_end(args);
	text = read_file(path);
	error = errno;
	free(path);
	errno = error;
	return text;
}

/**
 * sys_line() - the first line of a file
 * @format: its path
 *
 * Return: text to be freed, without blanks at its end; NULL with errno set.
 */
char *sys_line(const char *format, ...)
{
	va_list args;
	char *path, *text;
	size_t len;

	va_start(args, format);
	path = vpath(format, args);
	va_end(args);
	text = read_file(path);
	free(path);
	if (!text)
		return NULL;
	len = strcspn(text, "\n");
	while (len && text[len - 1] == ' ')
		len--;
	text[len] = '\0';
	return text;
}

/**
 * sys_link() - where a symbolic link points
 * @format: its path
 *
 * Return: the last component, to be freed; NULL if it is none.
 */
char *sys_link(const char *format, ...)
{
	char target[PATH_MAX];
	const char *slash;
	va_list args;
	ssize_t n;
	char *path;

	va_start(args, format);
	path = vpath(format, args);
	va_end(args);
	n = readlink(path, target, sizeof(target) - 1);
	free(path);
	if (n < 0)
		return NULL;
	target[n] = '\0';
	slash = strrchr(target, '/');
	return xstrdup(slash ? slash + 1 : target);
}

static int by_version(const void *a, const void *b)
{
	return strverscmp(*(char * const *)a, *(char * const *)b);
}

/**
 * sys_list() - names in a folder that are PREFIX and a number
 * @folder: the folder
 * @prefix: what they begin with
 *
 * Return: NULL-terminated array in the order of the numbers; it and the names
 * are to be freed. NULL with errno set if there is no such folder.
 */
char **sys_list(const char *folder, const char *prefix)
{
	char *path = sys_path("%s", folder);
	size_t len = strlen(prefix), n = 0;
	struct dirent *entry;
	char **names = NULL;
	DIR *dir;

	dir = opendir(path);
	free(path);
	if (!dir)
		return NULL;
	while ((entry = readdir(dir))) {
		const char *number = entry->d_name + len;

		if (strncmp(entry->d_name, prefix, len) || !*number ||
		    number[strspn(number, "0123456789")])
			continue;
		names = xgrow(names, n, sizeof(*names));
		names[n++] = xstrdup(entry->d_name);
	}
	closedir(dir);
	names = xgrow(names, n, sizeof(*names));
	names[n] = NULL;
	qsort(names, n, sizeof(*names), by_version);
	return names;
}

/**
 * sys_write() - write to a file in one call, as the kernel wants it
 * @path: without --sysroot
 * @text: what
 *
 * Return: 0 or a negative errno; -EINTR where a signal came and the kernel gave up.
 */
int sys_write(const char *path, const char *text)
{
	char *full = sys_path("%s", path);
	int fd, err = 0;
	ssize_t n;

	/* O_TRUNC means something to a recorded file only. */
	fd = open(full, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
	} else {
		n = write(fd, text, strlen(text));
		if (n < 0)
			err = -errno;
		else if ((size_t)n != strlen(text))
			err = -EIO;
		close(fd);
	}
	free(full);
	return err;
}
