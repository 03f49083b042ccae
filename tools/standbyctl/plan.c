// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "options.h"
#include "plan.h"
#include "progress.h"
#include "reason.h"
#include "sysroot.h"
#include "util.h"

const char * const step_names[STEP_KINDS] = {
	[STEP_MEMMAP] = "memmap",
	[STEP_CONFIGURE] = "configure",
	[STEP_DECONFIGURE] = "deconfigure",
	[STEP_ADD] = "add",
	[STEP_REMOVE] = "remove",
	[STEP_ONLINE] = "online",
	[STEP_OFFLINE] = "offline",
	[STEP_ASSIGN] = "assign",
	[STEP_UNASSIGN] = "unassign",
};

static volatile sig_atomic_t interrupted, timed_out;

static void on_interrupt(int number __unused)
{
	interrupted = 1;
}

static void on_alarm(int number __unused)
{
	timed_out = 1;
}

/* Without SA_RESTART: a write that waits comes back, and the kernel undoes it. */
static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_interrupt };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	action.sa_handler = on_alarm;
	sigaction(SIGALRM, &action, NULL);
}

/* Again after that: the first one may come before the write waits. */
static void set_alarm(unsigned int seconds)
{
	struct itimerval timer = {
		.it_value.tv_sec = seconds,
		.it_interval.tv_usec = seconds ? 200000 : 0,
	};

	setitimer(ITIMER_REAL, &timer, NULL);
}

/**
 * plan_step() - put a step at the end
 * @plan: the plan
 * @kind: what it is for
 * @first: block or increment
 * @count: of them
 * @needs: an earlier step, or NEEDS_NOTHING
 * @path: of the file; belongs to the plan from here on
 * @text: what is written; the same
 *
 * Return: number of the step.
 */
size_t plan_step(struct plan *plan, enum step_kind kind, uint64_t first,
		 uint64_t count, size_t needs, char *path, char *text)
{
	plan->steps = xgrow(plan->steps, plan->n, sizeof(*plan->steps));
	plan->steps[plan->n] = (struct step){
		.kind = kind, .path = path, .text = text,
		.first = first, .count = count, .needs = needs,
	};
	return plan->n++;
}

/**
 * plan_free() - free a plan
 * @plan: the plan
 */
void plan_free(struct plan *plan)
{
	while (plan->n) {
		plan->n--;
		free(plan->steps[plan->n].path);
		free(plan->steps[plan->n].text);
		free(plan->steps[plan->n].undo);
	}
	free(plan->steps);
	*plan = (struct plan){ };
}

/*
 * Whether what a step was for is so, whoever did it: a race that was lost is a
 * success. Reads the one file; the whole machine may be large.
 */
static bool is_reached(const struct step *step)
{
	bool is = false;
	char *line = NULL;

	switch (step->kind) {
	case STEP_ONLINE:
		line = sys_line(SYS_MEMORY "/memory%" PRIu64 "/state", step->first);
		is = line && !strncmp(line, "online", 6);
		break;
	case STEP_OFFLINE:
		line = sys_line(SYS_MEMORY "/memory%" PRIu64 "/state", step->first);
		is = line && !strcmp(line, "offline");
		break;
	case STEP_CONFIGURE:
	case STEP_DECONFIGURE:
	case STEP_MEMMAP:
		line = sys_line("%s", step->path);
		is = line && *line == *step->text;
		break;
	default:
		break;
	}
	free(line);
	return is;
}

static bool counts(const struct plan *plan, const struct step *step)
{
	return step->kind == plan->kind;
}

static uint64_t all_of(const struct plan *plan)
{
	uint64_t all = 0;
	size_t i;

	if (plan->wanted)
		return plan->wanted;
	for (i = 0; i < plan->n; i++) {
		if (counts(plan, &plan->steps[i]))
			all += plan->steps[i].count;
	}
	return all;
}

/* What a person would type. */
static void show_steps(const struct plan *plan)
{
	uint64_t left = all_of(plan);
	size_t i;

	for (i = 0; i < plan->n; i++) {
		const struct step *step = &plan->steps[i];

		/* Blocks to fall back on; they are tried only if others fail. */
		if (counts(plan, step) && !left)
			break;
		printf("echo '%s' > %s\n", step->text, step->path);
		if (counts(plan, step))
			left -= step->count;
	}
}

static bool is_increment(enum step_kind kind)
{
	return kind == STEP_ASSIGN || kind == STEP_UNASSIGN;
}

static void run_step(struct plan *plan, struct step *step, struct reason *reason)
{
	int error;

	reason_begin(reason);
	timed_out = 0;
	set_alarm(options.timeout);
	error = sys_write(step->path, step->text);
	set_alarm(0);
	step->done = !error || is_reached(step);
	if (step->done)
		return;
	progress_clear();
	warnx("%s %s %" PRIu64 "%s: %s", step_names[step->kind],
	      is_increment(step->kind) ? "increment" : "block", step->first,
	      step->count > 1 ? " and more" : "",
	      error == -EINTR && timed_out ? "given up, it took too long" :
	      strerror(-error));
	reason_explain(reason, plan, step, error);
	if (step->undo)
		fputs(sys_write(step->path, step->undo) ? "  and it could not be undone\n" :
		      "  so it is as it was before\n", stderr);
}

static void report(const struct plan *plan, const struct model *model,
		   uint64_t done, uint64_t all)
{
	char *size = size_text(done * (is_increment(plan->kind) ? model->increment_size :
						model->block_size), false);
	const char *unit = is_increment(plan->kind) ? "increment" : "block";

	if (interrupted)
		warnx("stopped; what was done stays so");
	if (done == all && !all)
		printf("%s: nothing to do", step_names[plan->kind]);
	else if (done == all)
		printf("%s: %" PRIu64 " %s%s, %s", step_names[plan->kind], done, unit,
		       done == 1 ? "" : "s", size);
	else
		printf("%s: %" PRIu64 " of %" PRIu64 " %ss, %s", step_names[plan->kind],
		       done, all, unit, size);
	if (plan->already)
		printf("; %" PRIu64 " %s so before", plan->already,
		       plan->already == 1 ? "was" : "were");
	putchar('\n');
	free(size);
}

/**
 * plan_run() - carry a plan out, or show it
 * @plan: the plan
 * @model: the machine it was made for
 *
 * Return: exit status: EXIT_SUCCESS, EXIT_FAILURE, or EXIT_SOMEOK.
 */
int plan_run(struct plan *plan, const struct model *model)
{
	uint64_t done = 0, all = all_of(plan);
	struct reason reason;
	size_t i;

	if (options.dry_run) {
		show_steps(plan);
		return EXIT_SUCCESS;
	}
	catch_signals();
	reason_open(&reason, model);
	progress_start(all, model->block_size);
	for (i = 0; i < plan->n && done < all && !interrupted; i++) {
		struct step *step = &plan->steps[i];

		if (step->needs != NEEDS_NOTHING && !plan->steps[step->needs].done)
			continue;
		progress_show(done, step_names[step->kind], step->first);
		run_step(plan, step, &reason);
		if (step->done && counts(plan, step))
			done += step->count;
	}
	progress_clear();
	reason_close(&reason);
	if (!options.quiet)
		report(plan, model, done, all);
	if (done == all)
		return EXIT_SUCCESS;
	return done ? EXIT_SOMEOK : EXIT_FAILURE;
}
