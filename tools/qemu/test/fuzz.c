// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fuzz that the agent runs (agent-fuzz.c), on machines of each shape.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "sclp-standby-test.h"

#define ROUNDS	3		/* each begins with a reset */
#define STEPS	6000

static void put(struct vm *vm, enum agent_fuzz what, uint64_t v)
{
	vm_writeq(vm, AGENT_FUZZ + 8 * what, v);
}

static uint64_t get(struct vm *vm, int what)
{
	return vm_readq(vm, AGENT_FUZZ + 8 * what);
}

static void explain(struct vm *vm, uint64_t seed)
{
	static const char *const what[] = {
		[FUZZ_PGM] = "program interruption code",
		[FUZZ_CC] = "condition code", [FUZZ_RESPONSE] = "response code",
		[FUZZ_BYTES] = "bytes of the SCCB",
		[FUZZ_BEYOND] = "bytes behind the SCCB",
		[FUZZ_STORAGE] = "storage",
	};

	printf("# seed %" PRIu64 " step %" PRIu64 ": command 0x%08" PRIx64
	       " SCCB 0x%" PRIx64 " length %" PRIu64 ": %s 0x%" PRIx64
	       ", not 0x%" PRIx64 "\n",
	       seed, get(vm, FUZZ_STEP), get(vm, FUZZ_COMMAND),
	       get(vm, FUZZ_ADDR), get(vm, FUZZ_LENGTH),
	       what[get(vm, FUZZ_WHAT)], get(vm, FUZZ_GOT), get(vm, FUZZ_WANT));
}

/* Seeds are the same each time; FUZZ_SEED= is another first one. */
static uint64_t first_seed(void)
{
	const char *seed = getenv("FUZZ_SEED");

	return seed && *seed ? strtoull(seed, NULL, 0) : 1;
}

/* FUZZ_ROUNDS= makes it longer. */
static unsigned int rounds(void)
{
	const char *nr = getenv("FUZZ_ROUNDS");

	return nr && *nr ? strtoul(nr, NULL, 0) : ROUNDS;
}

struct shape {
	unsigned int per_element, boot_per_element, attach_assigned, runs;
	unsigned int never;	/* bits of outcomes that there are not */
};

static void fuzz(struct vm *vm, const struct shape *shape)
{
	uint64_t seed = first_seed(), seen[FUZZ_NR_SEEN] = { 0 };
	unsigned int round;
	int i;

	for (round = 0; round < rounds(); round++, seed++) {
		put(vm, FUZZ_SEED, seed);
		put(vm, FUZZ_STEPS, STEPS);
		put(vm, FUZZ_BOOT_RN, BOOT_RN);
		put(vm, FUZZ_RNMAX, LAST_RN);
		put(vm, FUZZ_PER_ELEMENT, shape->per_element);
		put(vm, FUZZ_BOOT_PER_ELEMENT, shape->boot_per_element);
		put(vm, FUZZ_ATTACH_ASSIGNED, shape->attach_assigned);
		put(vm, FUZZ_RUNS, shape->runs);
		if (agent_op(vm, OP_FUZZ, 0, 0, NULL)) {
			explain(vm, seed);
			longjmp(case_failed, 1);
		}
		for (i = 0; i < FUZZ_NR_SEEN; i++)
			seen[i] += get(vm, FUZZ_SEEN + i);
		vm_reset(vm);
	}
	/* It has been everywhere: each outcome that there is was seen. */
	for (i = 0; i < FUZZ_NR_SEEN; i++) {
		if ((seen[i] == 0) != (shape->never >> i & 1)) {
			printf("# outcome %d was seen %" PRIu64 " times\n", i,
			       seen[i]);
			longjmp(case_failed, 1);
		}
	}
}

#define MACHINE	"-smp 2 -m 64M,maxmem=2G " \
		"-object memory-backend-ram,id=sb0,size=16M " \
		"-device sclp-standby-memory,id=sm0,memdev=sb0,increment=1M"
#define NO_BOUND	2048

static void elements(struct vm *vm)
{
	fuzz(vm, &(struct shape){ 6, 64, 0, NO_BOUND, 1 << SEEN_0340 });
}

static void boot_elements(struct vm *vm)
{
	fuzz(vm, &(struct shape){ 3, 24, 0, NO_BOUND, 1 << SEEN_0340 });
}

static void single(struct vm *vm)
{
	fuzz(vm, &(struct shape){ 0, 0, 0, NO_BOUND,
				  1 << SEEN_0340 | 1 << SEEN_0410 });
}

static void assigned(struct vm *vm)
{
	fuzz(vm, &(struct shape){ 5, 64, 1, NO_BOUND, 1 << SEEN_0340 });
}

static void bounded(struct vm *vm)
{
	fuzz(vm, &(struct shape){ 2, 64, 1, 3, 0 });
}

const struct test_case fuzz_cases[] = {
	{ "fuzz: usual elements", MACHINE ",per-element=6", elements },
	{ "fuzz: boot storage in several elements",
	  MACHINE ",per-element=3,boot-per-element=24", boot_elements },
	{ "fuzz: one element", MACHINE ",single-element=on", single },
	{ "fuzz: storage arrives assigned",
	  MACHINE ",per-element=5,attach-assigned=on", assigned },
	{ "fuzz: few pieces, arriving assigned",
	  MACHINE ",per-element=2,attach-assigned=on,memslots=3", bounded },
	{ }
};
