// SPDX-License-Identifier: GPL-2.0-only
/*
 * soaker: random operations on the module and its memory blocks, held against a model
 * of what they must do. The same seed makes the same operations.
 *
 *	soaker [OPTION]... MODULE [PARAMETER...]
 *	-t SECONDS	how long (10)
 *	-s SEED		(1)
 *	-m alone	one process: each answer and every table, exactly
 *	-m together	several at once: what must hold when they are done
 *	-m both		in turn (the default)
 *	-r FILE		the operations of this trace instead, until the time is up
 *	-k SECONDS	how long to shrink what has ended in a difference (60)
 *	-o N		say on descriptor N what there is to say (1)
 *	-v		each operation, before it is done
 *
 * Exit status 0 without a difference, 1 with one, 4 if this machine is not one to soak.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../errname.h"
#include "generate.h"
#include "put_back.h"
#include "soak.h"
#include "together.h"
#include "watch.h"

#define ROUND_OPS	150	/* by one process, between two loads */
#define LEAST_OPS	60
#define ROUND_SECONDS	4	/* by several */
#define PROGRESS_SECONDS 10

struct soak soak = { .out = 1 };

static enum { BOTH, ALONE, TOGETHER } mode;
static u64 seed = 1;
static double duration;

double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* A line of its own, in one write. */
void say(const char *format, ...)
{
	char line[OP_LINE + 64] = "# soak: ";
	size_t at = strlen(line);
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line + at, sizeof(line) - at - 1, format, args);
	va_end(args);
	at += n < 0 ? 0 : (size_t)n < sizeof(line) - at - 1 ? (size_t)n : sizeof(line) - at - 2;
	line[at++] = '\n';
	if (write(soak.out, line, at) != (ssize_t)at)
		_exit(2);
}

void say_op(const char *word, const struct op *op)
{
	char line[OP_LINE];

	op_print(op, line, sizeof(line));
	if (op->got)
		say("%s: %s\t# %s", word, line, op->got < 0 ? "SHORT" : errname(op->got));
	else
		say("%s: %s", word, line);
}

static void say_totals(const char *end)
{
	say("%lu operations, %lu of them refused, %lu transitions, %u rounds, seed %llu%s",
	    soak.operations, soak.refused, soak.model.transitions, soak.round,
	    (unsigned long long)seed, end);
}

void progress(void)
{
	char left[48];

	if (now() < soak.next_progress)
		return;
	soak.next_progress = now() + PROGRESS_SECONDS;
	snprintf(left, sizeof(left), ", %.0f s left", soak.until - now());
	say_totals(soak.until > now() ? left : "");
}

static bool round_alone(struct ops *ops, struct rng *rng, char *why, size_t size)
{
	unsigned int i;
	struct op op;

	generate_load(rng, &op);
	for (i = 0; ; i++) {
		ops_add(ops, &op);
		if (!step(&ops->op[i], why, size))
			return false;
		if (i == ROUND_OPS || (i >= LEAST_OPS && now() > soak.until))
			break;
		generate_alone(rng, &soak.model, &op);
	}
	return round_end(why, size);
}

static bool round_together(struct ops *ops, struct rng *rng, char *why, size_t size)
{
	unsigned int seconds = ROUND_SECONDS;
	struct op load;

	generate_load(rng, &load);
	ops_add(ops, &load);
	if (!step(&load, why, size))
		return false;
	if (soak.until - now() < seconds)
		seconds = soak.until - now() > 1 ? soak.until - now() : 1;
	load.who = 1;
	if (!together(ops, 1, rng_next(rng), seconds, chance(rng, 30) ? &load : NULL,
		      why, size))
		return false;
	return round_end(why, size);
}

static bool run_round(struct ops *ops, char *why, size_t size)
{
	struct rng rng = { seed };
	bool alone = mode == ALONE || (mode == BOTH && soak.round % 3);

	/* A round is the same whichever came before. */
	rng.state = rng_next(&rng) + soak.round * 0x632be59bd9b4e019ULL;
	soak.round++;
	ops->nr = 0;
	return alone ? round_alone(ops, &rng, why, size) :
		       round_together(ops, &rng, why, size);
}

static void read_trace(const char *path, struct ops *ops)
{
	FILE *in = fopen(path, "r");
	unsigned int number = 0;
	char line[OP_LINE];
	struct op op;

	if (!in)
		err(2, "%s", path);
	while (fgets(line, sizeof(line), in)) {
		number++;
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (!op_parse(line, &op) || op.who > MAX_PROCESSES)
			errx(2, "%s:%u: no operation: %s", path, number, line);
		ops_add(ops, &op);
	}
	fclose(in);
	if (!ops->nr)
		errx(2, "%s: no operation", path);
}

/* Once is enough where one process does it; more find more where several do. */
static bool replay(struct ops *ops, char *why, size_t size)
{
	do {
		soak.round++;
		if (!play(ops, why, size))
			return false;
	} while (ops->op[ops->nr - 1].who && now() < soak.until);
	return true;
}

/* What the machine is like, and that it can be soaked: a load and an unload. */
static void look_around(void)
{
	char text[32] = "", why[512];
	const char *cannot;
	struct rng rng = { 0 };
	struct op load;
	int ret;

	read_file(MEMORY "/block_size_bytes", text, sizeof(text));
	machine.block_size = strtoull(text, NULL, 16);
	machine.fail_nth = !access("/proc/self/fail-nth", W_OK);
	/* As every round has it: not all of the storage. Real firmware takes no size. */
	machine.simulated = true;
	generate_load(&rng, &load);
	ret = module_load(load.text);
	if (ret == EINVAL)
		ret = module_load("");
	if (ret)
		errx(4, "the module does not load: %s", errname(ret));
	cannot = machine_look();
	if (cannot) {
		module_unload();
		errx(4, "%s", cannot);
	}
	if (!put_back(soak.total, why, sizeof(why)))
		errx(1, "%s", why);
	machine_find_cpu();
}

static void on_alarm(int signal)
{
	(void)signal;
}

static void on_term(int signal)
{
	(void)signal;
	soak.until = 0;
}

static void options(int argc, char **argv, const char **trace, unsigned int *shrink_seconds)
{
	static char params[1024];
	double seconds = 10;
	int opt, i;

	while ((opt = getopt(argc, argv, "t:s:m:r:k:o:v")) != -1) {
		switch (opt) {
		case 't':
			seconds = atof(optarg);
			break;
		case 's':
			seed = strtoull(optarg, NULL, 0);
			break;
		case 'm':
			mode = *optarg == 'a' ? ALONE : *optarg == 't' ? TOGETHER : BOTH;
			break;
		case 'r':
			*trace = optarg;
			break;
		case 'k':
			*shrink_seconds = atoi(optarg);
			break;
		case 'o':
			soak.out = atoi(optarg);
			break;
		case 'v':
			soak.every_op = true;
			break;
		default:
			exit(2);
		}
	}
	if (optind == argc)
		errx(2, "usage: soaker [OPTION]... MODULE [PARAMETER...]");
	machine.module = argv[optind];
	for (i = optind + 1; i < argc; i++) {
		strncat(params, argv[i], sizeof(params) - strlen(params) - 2);
		strcat(params, " ");
	}
	machine.params = params;
	duration = seconds;
}

int main(int argc, char **argv)
{
	struct sigaction alarmed = { .sa_handler = on_alarm };
	struct sigaction termed = { .sa_handler = on_term };
	unsigned int shrink_seconds = 60, i;
	const char *trace = NULL;
	struct ops ops = { 0 };
	char why[512] = "";
	bool good = true;

	options(argc, argv, &trace, &shrink_seconds);
	/* Both are to interrupt what takes too long. */
	sigaction(SIGALRM, &alarmed, NULL);
	sigaction(SIGTERM, &termed, NULL);
	soak.total = mem_total();
	look_around();
	watch_start();
	together_init();
	if (trace)
		read_trace(trace, &ops);
	slate(why, sizeof(why));
	soak.until = now() + duration;
	soak.next_progress = now() + PROGRESS_SECONDS;
	if (trace)
		good = replay(&ops, why, sizeof(why));
	/* One round at least, however slow the machine. */
	while (!trace && good && (!soak.round || now() < soak.until))
		good = run_round(&ops, why, sizeof(why));
	say_totals(good ? ", no difference" : ", 1 difference");
	if (good)
		return 0;
	/* From its first load on. */
	for (i = 0; i < ops.nr; i++)
		say_op("trace", &ops.op[i]);
	say("difference: %s", why);
	soak.every_op = false;
	shrink(&ops, why, shrink_seconds);
	return 1;
}
