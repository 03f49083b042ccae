// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"
#include "op.h"

/* What an offline may take; then it is told to stop. */
#define OFFLINE_SECONDS	30

static size_t put_escaped(char *line, size_t size, const char *text, size_t len)
{
	size_t at = 0, i;

	for (i = 0; i < len && at + 5 < size; i++) {
		unsigned char c = text[i];

		if (c == '\n')
			at += sprintf(line + at, "\\n");
		else if (c == '\t')
			at += sprintf(line + at, "\\t");
		else if (c == '\\')
			at += sprintf(line + at, "\\\\");
		else if (c < ' ' || c > '~')
			at += sprintf(line + at, "\\x%02x", c);
		else
			line[at++] = c;
	}
	line[at] = '\0';
	return at;
}

static bool get_escaped(const char *line, struct op *op)
{
	unsigned int c;

	for (op->len = 0; *line && *line != '\t' && *line != '\n'; op->len++) {
		if (op->len == OP_TEXT - 1)
			return false;
		c = *line++;
		if (c == '\\') {
			switch (*line++) {
			case 'n':
				c = '\n';
				break;
			case 't':
				c = '\t';
				break;
			case '\\':
				break;
			case 'x':
				if (!isxdigit(line[0]) || !isxdigit(line[1]) ||
				    sscanf(line, "%2x", &c) != 1)
					return false;
				line += 2;
				break;
			default:
				return false;
			}
		}
		op->text[op->len] = c;
	}
	op->text[op->len] = '\0';
	return true;
}

void op_print(const struct op *op, char *line, size_t size)
{
	static const char * const names[] = {
		[OP_WRITE] = "write", [OP_READ] = "read",
		[OP_LOAD] = "load", [OP_UNLOAD] = "unload",
	};
	size_t at = 0;

	if (op->who)
		at += snprintf(line + at, size - at, "p%d ", op->who);
	at += snprintf(line + at, size - at, "%s", names[op->kind]);
	if (op->kind == OP_WRITE || op->kind == OP_READ)
		at += snprintf(line + at, size - at, " %s", op->file);
	if (op->pad)
		at += snprintf(line + at, size - at, " pad=%u", op->pad);
	if (op->nth)
		at += snprintf(line + at, size - at, " nth=%u", op->nth);
	if (op->kind == OP_WRITE)
		at += snprintf(line + at, size - at, ": ");
	else if (op->kind == OP_LOAD && op->len)
		at += snprintf(line + at, size - at, " ");
	if (op->kind == OP_WRITE || op->kind == OP_LOAD)
		put_escaped(line + at, size - at, op->text, op->len);
}

/* One word, up to a blank, a colon or the end. */
static const char *get_word(const char *line, char *word, size_t size)
{
	size_t len;

	line += strspn(line, " ");
	len = strcspn(line, " :\t\n");
	snprintf(word, size, "%.*s", (int)len, line);
	return line + len;
}

static bool parse_write(const char *line, struct op *op)
{
	char word[64];

	while (*line == ' ') {
		line = get_word(line, word, sizeof(word));
		if (sscanf(word, "pad=%u", &op->pad) != 1 &&
		    sscanf(word, "nth=%u", &op->nth) != 1)
			return false;
	}
	if (strncmp(line, ": ", 2))
		return false;
	return get_escaped(line + 2, op);
}

/* A line of a trace; false if it is none. */
bool op_parse(const char *line, struct op *op)
{
	char word[64];

	memset(op, 0, sizeof(*op));
	line = get_word(line, word, sizeof(word));
	if (sscanf(word, "p%d", &op->who) == 1)
		line = get_word(line, word, sizeof(word));
	if (!strcmp(word, "unload")) {
		op->kind = OP_UNLOAD;
		return true;
	}
	if (!strcmp(word, "load")) {
		op->kind = OP_LOAD;
		return get_escaped(line + (*line == ' '), op);
	}
	if (strcmp(word, "read") && strcmp(word, "write"))
		return false;
	op->kind = *word == 'r' ? OP_READ : OP_WRITE;
	line = get_word(line, op->file, sizeof(op->file));
	if (!*op->file || op->file[0] == '/' || strstr(op->file, ".."))
		return false;
	return op->kind == OP_READ || parse_write(line, op);
}

bool op_is_for(const struct op *op, const char *file)
{
	return op->kind == OP_WRITE && !strcmp(op->file, file);
}

/* A write to memoryN/state. */
bool op_is_state(const struct op *op, unsigned int *block)
{
	char rest[8];

	return op->kind == OP_WRITE &&
	       sscanf(op->file, "memory%u/%7s", block, rest) == 2 &&
	       !strcmp(rest, "state");
}

static void path_of(const struct op *op, char *path, size_t size)
{
	const char *folder = MHP;
	unsigned int number;

	if (sscanf(op->file, "memory%u/", &number) == 1 ||
	    !strcmp(op->file, "auto_online_blocks"))
		folder = MEMORY;
	else if (sscanf(op->file, "cpu%u/", &number) == 1)
		folder = CPUS;
	snprintf(path, size, "%s/%s", folder, op->file);
}

static void set_fail_nth(unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);
	static int fd = -1;
	static pid_t whose;

	if (fd < 0 || whose != getpid()) {
		fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
		whose = getpid();
	}
	if (fd >= 0 && pwrite(fd, text, len, 0) != len)
		perror("fail-nth");
}

static int run_write(const struct op *op, const char *path)
{
	size_t len = op->pad + op->len;
	static char text[16384];
	ssize_t n;
	int fd, err;

	if (len > sizeof(text))
		return E2BIG;
	memset(text, ' ', op->pad);
	memcpy(text + op->pad, op->text, op->len);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	alarm(OFFLINE_SECONDS);
	if (op->nth)
		set_fail_nth(op->nth);
	n = write(fd, text, len);
	err = n < 0 ? errno : 0;
	if (op->nth)
		set_fail_nth(0);
	alarm(0);
	close(fd);
	return !err && (size_t)n != len ? -1 : err;
}

static int run_read(const char *path)
{
	static char text[TABLE_SIZE];
	ssize_t n = read_file(path, text, sizeof(text));

	return n < 0 ? -n : 0;
}

/* Do it: 0, an errno, -1 for a write that took less than all. */
int op_run(const struct op *op)
{
	char path[128];

	path_of(op, path, sizeof(path));
	switch (op->kind) {
	case OP_WRITE:
		return run_write(op, path);
	case OP_READ:
		return run_read(path);
	case OP_LOAD:
		return module_load(op->text);
	default:
		return module_unload();
	}
}
