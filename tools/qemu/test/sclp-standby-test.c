// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test of the sclp-standby-memory device: SCLP spoken without a kernel.
 *
 *	sclp-standby-test QEMU SANITIZED AGENT [PATTERN]
 *
 * Runs all cases, or those whose name contains PATTERN, and prints KTAP.
 * SANITIZED is the same QEMU built with sanitizers, for cases that look for
 * what only those see.
 * Exit status: 0 all passed that could run, 1 otherwise.
 */
#include <string.h>

#include "sclp-standby-test.h"

jmp_buf case_failed;
const char *case_skipped;

void sccb_new(struct vm *vm, uint64_t addr, uint16_t length, uint8_t function)
{
	vm_writew(vm, addr, length);
	vm_writeb(vm, addr + 2, function);
	vm_writew(vm, addr + 6, 0xdead);
}

uint16_t sclp(struct vm *vm, uint32_t command, uint64_t addr)
{
	CHECK_EQ(agent_op(vm, OP_SERVC, command, addr, NULL), 0);
	return vm_readw(vm, addr + 6);
}

uint16_t sclp_element(struct vm *vm, uint32_t command)
{
	vm_memset(vm, SCCB, 4096, 0);
	sccb_new(vm, SCCB, 4096, 0x40);
	return sclp(vm, command, SCCB);
}

uint16_t sclp_rn(struct vm *vm, uint32_t command, uint16_t rn)
{
	vm_memset(vm, SCCB, 16, 0);
	sccb_new(vm, SCCB, 4096, 0);
	vm_writew(vm, SCCB + 8, rn);
	return sclp(vm, command, SCCB);
}

void attach_all(struct vm *vm, int n)
{
	int e;

	for (e = 1; e <= n; e++)
		CHECK_EQ(sclp_element(vm, ATTACH(e)), 0x0020);
}

uint64_t load_pgm(struct vm *vm, uint64_t addr)
{
	uint64_t pgm;

	agent_op(vm, OP_LOAD, addr, 0, &pgm);
	return pgm;
}

uint64_t store_pgm(struct vm *vm, uint64_t addr, uint64_t val)
{
	uint64_t pgm;

	agent_op(vm, OP_STORE, addr, val, &pgm);
	return pgm;
}

static const struct {
	const struct test_case *cases;
	bool sanitized;
} tables[] = {
	{ command_cases, false }, { layout_cases, false },
	{ storage_cases, false }, { machine_cases, false },
	{ state_cases, false }, { fuzz_cases, true },
};

#define NR_TABLES	(sizeof(tables) / sizeof(tables[0]))

static const char *qemu[2];	/* as it is, and with sanitizers */

/* Each case gets a machine of its own: none can spoil another. */
static bool run_case(const struct test_case *tc, bool sanitized)
{
	struct vm *volatile vm = NULL;
	volatile bool ok = false;

	case_skipped = NULL;
	vm_qemu = qemu[sanitized];
	if (!setjmp(case_failed)) {
		if (tc->args)
			vm = vm_start("%s", tc->args);
		tc->run(vm);
		ok = true;
	}
	if (vm)
		vm_stop(vm);
	if (!ok)
		vm_show_messages();
	return ok;
}

int main(int argc, char **argv)
{
	const char *pattern = argc > 4 ? argv[4] : "";
	const struct test_case *tc;
	int n = 0, failed = 0, skipped = 0;
	size_t i;

	if (argc < 4 || argc > 5) {
		fprintf(stderr, "usage: %s QEMU SANITIZED AGENT [PATTERN]\n",
			argv[0]);
		return 2;
	}
	qemu[false] = argv[1];
	qemu[true] = argv[2];
	vm_agent = argv[3];
	setvbuf(stdout, NULL, _IOLBF, 0);

	for (i = 0; i < NR_TABLES; i++)
		for (tc = tables[i].cases; tc->name; tc++)
			n += !!strstr(tc->name, pattern);
	printf("KTAP version 1\n1..%d\n", n);
	n = 0;
	for (i = 0; i < NR_TABLES; i++) {
		for (tc = tables[i].cases; tc->name; tc++) {
			bool ok;

			if (!strstr(tc->name, pattern))
				continue;
			ok = run_case(tc, tables[i].sanitized);
			n++;
			if (case_skipped) {
				skipped++;
				printf("ok %d %s # SKIP %s\n", n, tc->name,
				       case_skipped);
				continue;
			}
			failed += !ok;
			printf("%sok %d %s\n", ok ? "" : "not ", n, tc->name);
		}
	}
	printf("# %d passed, %d failed, %d skipped\n", n - failed - skipped,
	       failed, skipped);
	return failed || n == skipped;
}
