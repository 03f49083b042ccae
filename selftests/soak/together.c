// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../errname.h"
#include "generate.h"
#include "soak.h"
#include "together.h"
#include "watch.h"

#define MOST_OPS	4096
#define PATIENCE	180	/* seconds for what every process is still at */

/* What the processes have in common. */
static struct shared {
	atomic_uint nr;
	atomic_ulong refused, transitions;
	atomic_int stop, bad;
	char why[512];
	struct op at[MAX_PROCESSES + 1];	/* what each is at */
	struct op ops[MOST_OPS];
} *shared;

void together_init(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
}

/* By file; where the module may go meanwhile, GONE as well. */
static const int gone[] = { ENOENT, ENODEV, ENXIO, EIO, 0 };
static const int by_state[] = { ENOENT, ENODEV, ENXIO, EINVAL, EBUSY, EAGAIN, EIO, EINTR, 0 };
static const int by_add[] = { EEXIST, EBUSY, EIO, ENOENT, ERANGE, EOPNOTSUPP, 0 };
static const int by_remove[] = { ENOENT, EINVAL, EBUSY, 0 };
static const int by_hand[] = { EBUSY, EIO, ENOENT, EPERM, EINVAL, 0 };
static const int by_load[] = { EEXIST, EBUSY, EAGAIN, ENOENT, 0 };
static const int by_cpu[] = { EBUSY, 0 };
/* EIO is debugfs's, of a file that went when it was open (debugfs_file_get()). */
static const int by_block[] = { ENOENT, ENODEV, EIO, 0 };

static bool is_one_of(const int *errnos, int err)
{
	for (; *errnos; errnos++) {
		if (*errnos == err)
			return true;
	}
	return false;
}

static bool may_answer(const struct op *op, int got, bool reloads)
{
	unsigned int block;

	if (!got || (op->nth && (got == ENOMEM || got == EPERM || got == EEXIST)))
		return true;
	if (op->kind == OP_LOAD || op->kind == OP_UNLOAD)
		return is_one_of(by_load, got);
	if (op_is_state(op, &block))
		return is_one_of(by_state, got);
	if (!strncmp(op->file, "cpu", 3))
		return is_one_of(by_cpu, got);
	if (reloads && is_one_of(gone, got))
		return true;
	if (op->kind == OP_READ)
		return !strncmp(op->file, "block/", 6) && is_one_of(by_block, got);
	if (op_is_for(op, "add"))
		return is_one_of(by_add, got);
	if (op_is_for(op, "remove"))
		return is_one_of(by_remove, got);
	if (op_is_for(op, "assign") || op_is_for(op, "unassign"))
		return is_one_of(by_hand, got);
	return false;
}

/* As far as can be told: a block or an increment has another state now. */
static bool is_transition(const struct op *op)
{
	static const char * const files[] = { "add", "remove", "assign", "unassign" };
	unsigned int block;
	int i;

	for (i = 0; i < 4; i++) {
		if (op_is_for(op, files[i]))
			return true;
	}
	return op_is_state(op, &block);
}

static void run_one(struct op *op, bool reloads)
{
	int got;

	shared->at[op->who] = *op;
	if (soak.every_op)
		say_op("op", op);
	got = op_run(op);
	op->got = got;
	atomic_fetch_add(&shared->refused, got != 0);
	atomic_fetch_add(&shared->transitions, !got && is_transition(op));
	if (may_answer(op, got, reloads) || atomic_exchange(&shared->bad, 1))
		return;
	atomic_store(&shared->stop, 1);
	op_print(op, shared->why, sizeof(shared->why) - 80);
	strcat(shared->why, ": no answer for it: ");
	strcat(shared->why, got < 0 ? "SHORT" : errname(got));
}

static void worker_random(int who, u64 seed, double until, const struct op *load)
{
	struct rng rng = { seed + who * 0x1234567ULL };
	unsigned int nr;
	struct op op;

	while (!atomic_load(&shared->stop) && now() < until) {
		generate_beside(&rng, load, &op);
		op.who = who;
		nr = atomic_fetch_add(&shared->nr, 1);
		if (nr >= MOST_OPS)
			return;
		shared->ops[nr] = op;
		run_one(&shared->ops[nr], load);
	}
}

static void worker_replay(int who, const struct ops *ops, unsigned int from)
{
	bool reloads = !is_loaded();
	unsigned int i;

	for (i = from; i < ops->nr; i++)
		reloads |= ops->op[i].kind >= OP_LOAD;
	for (i = from; i < ops->nr && !atomic_load(&shared->stop); i++) {
		if (ops->op[i].who == who)
			run_one(&ops->op[i], reloads);
	}
}

/* All are back, or WHY says who is not. */
static bool await(pid_t *pids, double until, char *why, size_t size)
{
	char line[OP_LINE];
	int i, left;

	for (;;) {
		for (i = 1, left = 0; i <= MAX_PROCESSES; i++) {
			if (pids[i] && waitpid(pids[i], NULL, WNOHANG) == pids[i])
				pids[i] = 0;
			if (pids[i])
				left = i;
		}
		if (!left)
			return true;
		if (!watch_is_clean(why, size)) {
			atomic_store(&shared->stop, 1);
			return false;
		}
		if (now() > until + PATIENCE) {
			op_print(&shared->at[left], line, sizeof(line));
			snprintf(why, size, "no end of: %s", line);
			kill(pids[left], 9);
			return false;
		}
		progress();
		usleep(20000);
	}
}

/*
 * OPS from FROM on, each process its own, or with SECONDS random ones, which are added
 * there. LOAD: as for generate_beside().
 */
bool together(struct ops *ops, unsigned int from, u64 seed, unsigned int seconds,
	      const struct op *load, char *why, size_t size)
{
	double until = now() + seconds;
	pid_t pids[MAX_PROCESSES + 1] = { 0 };
	unsigned int i, processes = 4;
	bool good;

	atomic_store(&shared->nr, 0);
	atomic_store(&shared->refused, 0);
	atomic_store(&shared->transitions, 0);
	atomic_store(&shared->stop, 0);
	atomic_store(&shared->bad, 0);
	for (i = 1; i <= processes; i++) {
		pids[i] = fork();
		if (pids[i] < 0) {
			perror("fork");
			exit(2);
		}
		if (pids[i])
			continue;
		if (seconds)
			worker_random(i, seed, until, load);
		else
			worker_replay(i, ops, from);
		_exit(0);
	}
	good = await(pids, until, why, size);
	if (seconds) {
		for (i = 0; i < atomic_load(&shared->nr) && i < MOST_OPS; i++)
			ops_add(ops, &shared->ops[i]);
	}
	soak.operations += ops->nr - from;
	soak.refused += atomic_load(&shared->refused);
	soak.model.transitions += atomic_load(&shared->transitions);
	if (good && atomic_load(&shared->bad)) {
		snprintf(why, size, "%s", shared->why);
		good = false;
	}
	return good && watch_is_clean(why, size) && is_quiet(why, size);
}
