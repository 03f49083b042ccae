// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "options.h"
#include "picture.h"
#include "sysroot.h"
#include "util.h"
#include "verb.h"

/* How often --watch looks, in milliseconds. */
#define WATCH_MS	500

/* Alternate screen, no cursor; and back. */
#define SCREEN_ENTER	"\033[?1049h\033[?25l"
#define SCREEN_LEAVE	"\033[?25h\033[?1049l"

static struct termios before;
static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	/* SIGWINCH is caught for the poll() it ends. */
	if (number != SIGWINCH)
		stop = 1;
}

static bool has_utf8(void)
{
	return !options.ascii && !strcmp(nl_langinfo(CODESET), "UTF-8");
}

static bool has_colour(void)
{
	const char *term = getenv("TERM");

	if (options.color && strcmp(options.color, "auto"))
		return !strcmp(options.color, "always");
	return isatty(STDOUT_FILENO) && !getenv("NO_COLOR") && term && strcmp(term, "dumb");
}

static void terminal_size(unsigned int *width, unsigned int *height)
{
	struct winsize size = { };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		size = (struct winsize){ .ws_col = 80, .ws_row = 24 };
	*width = options.width ?: size.ws_col;
	*height = size.ws_row;
}

static char *draw(unsigned int width, unsigned int height, bool colour)
{
	struct model model;
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		err(EXIT_FAILURE, "no memory");
	model_read(&model);
	picture_terminal(f, &model, width, height, colour, has_utf8());
	model_free(&model);
	if (fclose(f))
		err(EXIT_FAILURE, "no memory");
	return text;
}

static void restore(void)
{
	fputs(SCREEN_LEAVE, stdout);
	fflush(stdout);
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

static void enter(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct termios raw;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &before))
		errx(EXIT_FAILURE, "--watch wants a terminal");
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGWINCH, &action, NULL);
	raw = before;
	raw.c_lflag &= ~(ICANON | ECHO);
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	fputs(SCREEN_ENTER, stdout);
	/* Whatever ends the program, also an error while reading. */
	atexit(restore);
}

/*
 * Each frame is written over the one before, in one piece and only where it
 * differs: nothing flickers.
 */
static void watch(void)
{
	struct pollfd keys = { .fd = STDIN_FILENO, .events = POLLIN };
	unsigned int width, height, old_width = 0, old_height = 0;
	char *shown = NULL, *frame, key;

	enter();
	while (!stop) {
		terminal_size(&width, &height);
		frame = draw(width, height, has_colour());
		if (!shown || strcmp(shown, frame) || width != old_width || height != old_height) {
			if (width != old_width || height != old_height)
				fputs("\033[2J", stdout);
			printf("\033[H%s\033[J", frame);
			fflush(stdout);
		}
		free(shown);
		shown = frame;
		old_width = width;
		old_height = height;
		if (poll(&keys, 1, WATCH_MS) > 0 &&
		    (read(STDIN_FILENO, &key, 1) != 1 || key == 'q' || key == 'Q'))
			stop = 1;
	}
	free(shown);
}

static void write_svg(const struct model *model)
{
	FILE *f = strcmp(options.svg, "-") ? fopen(options.svg, "w") : stdout;

	if (!f)
		err(EXIT_FAILURE, "%s", options.svg);
	picture_svg(f, model);
	if (f != stdout ? fclose(f) : fflush(f))
		err(EXIT_FAILURE, "%s", options.svg);
}

/**
 * verb_map() - standbyctl map
 * @n: arguments, of which it takes none
 * @arguments: unused
 *
 * Return: exit status.
 */
int verb_map(int n __unused, char **arguments __unused)
{
	unsigned int width, height;
	struct model model;
	char *text;

	if (options.watch) {
		watch();
		return EXIT_SUCCESS;
	}
	if (!options.svg && !options.tree && !options.table) {
		terminal_size(&width, &height);
		text = draw(width, 0, has_colour());
		fputs(text, stdout);
		free(text);
		return EXIT_SUCCESS;
	}
	model_read(&model);
	if (options.svg) {
		write_svg(&model);
	} else {
		model_need_module(&model, "increments");
		if (options.tree)
			picture_tree(&model);
		else
			picture_runs(&model);
	}
	model_free(&model);
	return EXIT_SUCCESS;
}
