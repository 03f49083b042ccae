// SPDX-License-Identifier: GPL-2.0-only
/*
 * failing: do something again and again, each time with the next allocation of
 * the kernel failing (/proc/self/fail-nth), until it goes through without.
 *
 *	failing [-s STEPS] [-e FILE] FILE TEXT FILE TEXT WATCH...
 *		write TEXT to FILE; the second pair undoes it
 *	failing -m [-s STEPS] MODULE PARAMETERS NAME WATCH...
 *		load the module; unloading NAME undoes it
 *
 * -s: not every allocation after the first STEPS, but steps that grow with it.
 * -e: a file that says why the write failed, with the name of the errno.
 *
 * WATCH is what has to be as it was after a failure, and as after a success
 * without failures whenever it succeeds: PATH (a folder: the names in it),
 * PATH:N (the first N columns), PATH=WORD,... (lines that begin with these).
 *
 * Prints a line for each time: which allocation failed, and OK or the name of
 * the errno; behind that what is wrong, if anything is. The last line has no
 * allocation left to fail. Exit status 0 if nothing was wrong.
 */
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "errname.h"

/* Nothing has so many; something is wrong with the counting. */
#define MOST	100000

struct action {
	const char *file;
	const char *text;
	char *line;		/* text with a newline, for a write */
	int fd;
};

static struct action todo, undo;
static int is_module, fail_nth, bad;
static const char *reason_file;
static char **watched;
static int nr_watched;

static void wrong(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	printf(": ");
	vprintf(fmt, args);
	va_end(args);
	bad = 1;
}

/* Opened anew each time, but never while something is to fail. */
static void action_open(struct action *a)
{
	a->fd = -1;
	if (is_module && a == &undo)
		return;
	a->fd = open(a->file, is_module ? O_RDONLY : O_WRONLY);
	if (a->fd < 0)
		err(2, "%s", a->file);
}

static int action_run(struct action *a)
{
	long ret;

	if (is_module)
		ret = a->fd < 0 ? syscall(SYS_delete_module, a->text, O_NONBLOCK) :
				  syscall(SYS_finit_module, a->fd, a->text, 0);
	else
		ret = write(a->fd, a->line, strlen(a->line));
	return ret < 0 ? errno : 0;
}

/* Which one is still to fail; 0: it did. */
static unsigned int get_fail_nth(void)
{
	char text[16] = "";

	if (pread(fail_nth, text, sizeof(text) - 1, 0) <= 0)
		err(2, "/proc/self/fail-nth");
	return strtoul(text, NULL, 10);
}

static void set_fail_nth(unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	if (pwrite(fail_nth, text, len, 0) != len)
		err(2, "/proc/self/fail-nth");
}

/*
 * With n, the nth allocation fails. Returns an errno, and whether the allocation
 * was there to fail. A block that goes offline is busy now and then.
 */
static int run_failing(struct action *a, unsigned int n, int *failed)
{
	int ret, try = 0;

	do {
		if (try)
			sleep(1);
		action_open(a);
		if (n)
			set_fail_nth(n);
		ret = action_run(a);
		*failed = n && !get_fail_nth();
		if (n)
			set_fail_nth(0);
		if (a->fd >= 0)
			close(a->fd);
	} while (ret == EBUSY && !*failed && try++ < 3);
	return ret;
}

static int run(struct action *a)
{
	int failed;

	return run_failing(a, 0, &failed);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char * const *)a, *(char * const *)b);
}

static void list_folder(const char *path, FILE *out)
{
	char *names[4096];
	size_t nr = 0, i;
	struct dirent *entry;
	DIR *dir = opendir(path);

	if (!dir)
		err(2, "%s", path);
	while (nr < 4096 && (entry = readdir(dir)))
		names[nr++] = strdup(entry->d_name);
	closedir(dir);
	qsort(names, nr, sizeof(*names), by_name);
	for (i = 0; i < nr; i++) {
		fprintf(out, "%s\n", names[i]);
		free(names[i]);
	}
}

/* Whether a line begins with one of these words, separated by commas. */
static int begins_with(const char *line, const char *words)
{
	size_t len;

	line += strspn(line, " ");
	for (; *words; words += len + !!words[len]) {
		len = strcspn(words, ",");
		if (!strncmp(line, words, len) && strchr(" :\n", line[len]))
			return 1;
	}
	return 0;
}

static void first_columns(char *line, long nr)
{
	for (; nr > 0; nr--) {
		line += strspn(line, " ");
		line += strcspn(line, "\n ");
	}
	*line = '\0';
}

static void copy_file(const char *path, long columns, const char *words,
		      FILE *out)
{
	FILE *in = fopen(path, "r");
	size_t size = 0;
	char *line = NULL;

	if (!in)
		err(2, "%s", path);
	while (getline(&line, &size, in) > 0) {
		if (words && !begins_with(line, words))
			continue;
		line[strcspn(line, "\n")] = '\0';
		if (columns)
			first_columns(line, columns);
		fprintf(out, "%s\n", line);
	}
	if (ferror(in))
		err(2, "%s", path);
	free(line);
	fclose(in);
}

/* All that is watched, a text for each. */
static char **look(void)
{
	char **texts = calloc(nr_watched, sizeof(*texts));
	int i;

	if (!texts)
		err(2, "no memory");
	for (i = 0; i < nr_watched; i++) {
		char *path = strdup(watched[i]);
		size_t len = strcspn(path, ":="), size;
		char kind = path[len], *rest = path + len + !!kind;
		FILE *out = open_memstream(&texts[i], &size);
		struct stat st;

		path[len] = '\0';
		if (!out || stat(path, &st))
			err(2, "%s", path);
		if (S_ISDIR(st.st_mode))
			list_folder(path, out);
		else
			copy_file(path, kind == ':' ? atol(rest) : 0,
				  kind == '=' ? rest : NULL, out);
		fclose(out);
		free(path);
	}
	return texts;
}

static void forget(char **texts)
{
	int i;

	for (i = 0; i < nr_watched; i++)
		free(texts[i]);
	free(texts);
}

/* Say where two texts differ: the first line that does. */
static void compare(const char *when, char **before)
{
	char **now = look();
	int i;

	for (i = 0; i < nr_watched; i++) {
		const char *a = before[i], *b = now[i];
		size_t at = 0;

		if (!strcmp(a, b))
			continue;
		while (a[at] == b[at])
			at++;
		while (at && a[at - 1] != '\n')
			at--;
		wrong("%s %s: expected '%.*s' got '%.*s'", when, watched[i],
		      (int)strcspn(a + at, "\n"), a + at,
		      (int)strcspn(b + at, "\n"), b + at);
	}
	forget(now);
}

static void check_reason(int ret)
{
	char text[512] = "", name[32];
	int fd = open(reason_file, O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		err(2, "%s", reason_file);
	close(fd);
	snprintf(name, sizeof(name), "(-%s)", errname(ret));
	if (!strstr(text, name))
		wrong("%s says '%.*s'", reason_file, (int)strcspn(text, "\n"), text);
}

/* So that it does not say already what it should say. */
static void spoil_reason(void)
{
	int fd = open(todo.file, O_WRONLY);

	if (fd < 0 || write(fd, "?\n", 2) >= 0 || errno != EINVAL)
		errx(2, "%s takes anything", todo.file);
	close(fd);
}

static void do_and_undo(char ***between)
{
	int ret = run(&todo);

	if (ret)
		errx(1, "without failures: %s", errname(ret));
	if (between)
		*between = look();
	ret = run(&undo);
	if (ret)
		errx(1, "undone without failures: %s", errname(ret));
}

static void walk(unsigned long steps)
{
	char **before, **after;
	unsigned long n;
	int ret, failed;

	/* What comes with the first time stays, such as an attached element. */
	do_and_undo(NULL);
	before = look();
	do_and_undo(&after);
	printf("0 OK");
	compare("undone:", before);
	putchar('\n');

	for (n = 1; n < MOST; n += steps ? 1 + n / steps : 1) {
		if (reason_file)
			spoil_reason();
		ret = run_failing(&todo, n, &failed);
		printf("%lu %s", failed ? n : 0, errname(ret));
		if (ret && failed) {
			compare("after the failure:", before);
			if (reason_file)
				check_reason(ret);
		} else if (ret) {
			wrong("although nothing failed");
		} else {
			compare("after the success:", after);
			ret = run(&undo);
			if (ret)
				wrong("undone: %s", errname(ret));
			compare("undone:", before);
		}
		putchar('\n');
		fflush(stdout);
		if (!failed || bad)
			return;
	}
	errx(2, "no end");
}

int main(int argc, char **argv)
{
	unsigned long steps = 0;
	int opt;

	while ((opt = getopt(argc, argv, "me:s:")) != -1) {
		switch (opt) {
		case 'm':
			is_module = 1;
			break;
		case 'e':
			reason_file = optarg;
			break;
		case 's':
			steps = strtoul(optarg, NULL, 0);
			break;
		default:
			return 2;
		}
	}
	argv += optind;
	argc -= optind;
	if (argc < 4 - is_module)
		errx(2, "usage: failing [-m] [-s STEPS] [-e FILE] FILE TEXT UNDO... WATCH...");
	fail_nth = open("/proc/self/fail-nth", O_RDWR);
	if (fail_nth < 0)
		err(2, "/proc/self/fail-nth");
	todo.file = argv[0];
	todo.text = argv[1];
	undo.file = is_module ? NULL : argv[2];
	undo.text = argv[3 - is_module];
	if (asprintf(&todo.line, "%s\n", todo.text) < 0 ||
	    asprintf(&undo.line, "%s\n", undo.text) < 0)
		err(2, "no memory");
	watched = argv + 4 - is_module;
	nr_watched = argc - 4 + is_module;
	walk(steps);
	return bad;
}
