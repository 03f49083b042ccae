// SPDX-License-Identifier: GPL-2.0-only
/*
 * State that is carried to another machine, or back to an earlier time:
 * migration, snapshots, what does not fit, and what must wait meanwhile.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sclp-standby-test.h"

#define NAP_US		10000
#define NAPS_MAX	6000	/* a minute, for what takes moments */

/* A temporary file, gone when the test is. */
static const char *scratch_file(void)
{
	static char file[32];

	strcpy(file, "/tmp/sclp-standby-XXXXXX");
	CHECK(mkstemp(file) >= 0);
	return file;
}

/* Wait until what a query returns has a text in it. */
static void wait_for(struct vm *vm, const char *query, const char *text)
{
	const char *got;
	int i;

	for (i = 0; i < NAPS_MAX; i++) {
		got = vm_qmp(vm, "{\"execute\": \"%s\"}", query);
		if (strstr(got, text))
			return;
		if (strstr(got, "\"failed\"") || strstr(got, "\"error\": "))
			break;
		usleep(NAP_US);
	}
	printf("# %s does not say %s: %.300s\n", query, text, got);
	longjmp(case_failed, 1);
}

static void save(struct vm *vm, const char *file)
{
	vm_qmp(vm, "{\"execute\": \"migrate\", \"arguments\": {\"uri\": "
	       "\"exec:cat > %s\"}}", file);
	wait_for(vm, "query-migrate", "\"status\": \"completed\"");
}

static void capability(struct vm *vm, const char *name)
{
	if (vm_qmp_error(vm, "{\"execute\": \"migrate-set-capabilities\", "
			 "\"arguments\": {\"capabilities\": "
			 "[{\"capability\": \"%s\", \"state\": true}]}}", name))
		SKIP("the host has no userfaultfd for this");
}

/* Bytes a second, 0: no limit. */
static void bandwidth(struct vm *vm, const char *limit, unsigned int bytes)
{
	vm_qmp(vm, "{\"execute\": \"migrate-set-parameters\", \"arguments\": {"
	       "\"%s\": %u}}", limit, bytes);
}

static void migrate(struct vm *vm)
{
	const char *file = scratch_file();
	char args[1024], assigned[64];
	int rn;

	vm = vm_start("%s", SMALL);
	attach_all(vm, 3);
	for (rn = FIRST_RN; rn <= LAST_RN; rn += rn % 3 ? 1 : 2) {
		CHECK_EQ(sclp_rn(vm, ASSIGN, rn), 0x0020);
		vm_writeq(vm, rn_addr(rn) + 16, rn);
	}
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 66), 0x0020);
	snprintf(assigned, sizeof(assigned), "%s", vm_get(vm, "assigned"));
	CHECK_STR(assigned, "65,68-69,71-72,74-75,77-78,80");
	save(vm, file);
	vm_stop(vm);

	snprintf(args, sizeof(args), "%s -incoming exec:cat<%s", SMALL, file);
	vm = vm_spawn(args);
	wait_for(vm, "query-status", "\"running\": true");
	unlink(file);
	CHECK_STR(vm_get(vm, "attached"), "1-3");
	CHECK_STR(vm_get(vm, "assigned"), assigned);
	CHECK_EQ(load_pgm(vm, rn_addr(65)), 0);
	CHECK_EQ(load_pgm(vm, rn_addr(66)), PGM_ADDRESSING);
	CHECK_EQ(load_pgm(vm, rn_addr(67)), PGM_ADDRESSING);
	CHECK_EQ(agent_op(vm, OP_LOAD, rn_addr(78) + 16, 0, NULL), 78);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 78), 0x0020);
	CHECK_EQ(load_pgm(vm, rn_addr(78)), PGM_ADDRESSING);
	vm_stop(vm);
}

#define MACHINE	"-smp 2 -m 64M,maxmem=2G -object memory-backend-ram,id=sb0,size=16M " \
		"-device sclp-standby-memory,id=sm0,memdev=sb0,"

/* A machine of another shape says in what it differs. */
static void mismatch(struct vm *vm)
{
	static const char *const bad[][2] = {
		{ "increment=2M,per-element=6", "increment is not the same" },
		{ "increment=1M,per-element=5", "per-element is not the same" },
		{ "increment=1M,per-element=6,boot-per-element=32",
		  "boot-per-element is not the same" },
		{ "increment=1M,single-element=on", "per-element is not the same" },
		{ "increment=1M,per-element=6,memslots=2",
		  "in 3 pieces, more than the 2 there may be" },
	};
	const char *file = scratch_file();
	char args[1024];
	size_t i;
	bool ok;

	vm = vm_start("%s", SMALL);
	attach_all(vm, 3);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 67), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 69), 0x0020);
	save(vm, file);
	vm_stop(vm);
	for (i = 0, ok = true; ok && i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(args, sizeof(args), MACHINE "%s -incoming exec:cat<%s",
			 bad[i][0], file);
		ok = vm_refused(args, bad[i][1]);
		if (!ok)
			printf("# accepted, or another error: %s\n", bad[i][0]);
	}
	unlink(file);
	CHECK(ok);
}

static void wait_job(struct vm *vm, const char *id)
{
	wait_for(vm, "query-jobs", "\"status\": \"concluded\"");
	vm_qmp(vm, "{\"execute\": \"job-dismiss\", \"arguments\": {"
	       "\"id\": \"%s\"}}", id);
}

static void snapshot(struct vm *vm, const char *job)
{
	vm_qmp(vm, "{\"execute\": \"%s\", \"arguments\": {\"job-id\": \"%s\", "
	       "\"tag\": \"then\", \"vmstate\": \"disk\", "
	       "\"devices\": [\"disk\"]}}", job, job);
	wait_job(vm, job);
}

/* A disk to take snapshots on, without any other program. */
static void new_disk(struct vm *vm, const char *file)
{
	vm_qmp(vm, "{\"execute\": \"blockdev-add\", \"arguments\": {"
	       "\"driver\": \"file\", \"node-name\": \"file\", "
	       "\"filename\": \"%s\"}}", file);
	vm_qmp(vm, "{\"execute\": \"blockdev-create\", \"arguments\": {"
	       "\"job-id\": \"create\", \"options\": {\"driver\": \"qcow2\", "
	       "\"file\": \"file\", \"size\": 1048576}}}");
	wait_job(vm, "create");
	vm_qmp(vm, "{\"execute\": \"blockdev-add\", \"arguments\": {"
	       "\"driver\": \"qcow2\", \"node-name\": \"disk\", "
	       "\"file\": \"file\"}}");
}

static void load_snapshot(struct vm *vm)
{
	const char *file = scratch_file();

	new_disk(vm, file);
	unlink(file);
	attach_all(vm, 2);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 67), 0x0020);
	vm_writeq(vm, rn_addr(65), 0x1234);
	vm_writeq(vm, rn_addr(67), 0x5678);
	agent_op(vm, OP_SET_KEY, rn_addr(67), 0x30, NULL);
	snapshot(vm, "snapshot-save");

	CHECK_EQ(sclp_rn(vm, UNASSIGN, 65), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 70), 0x0020);
	CHECK_EQ(sclp_element(vm, ATTACH(3)), 0x0020);
	vm_writeq(vm, rn_addr(67), 0);
	snapshot(vm, "snapshot-load");
	wait_for(vm, "query-status", "\"running\": true");
	CHECK_STR(vm_get(vm, "attached"), "1-2");
	CHECK_STR(vm_get(vm, "assigned"), "65,67");
	CHECK_EQ(vm_get_int(vm, "runs"), 2);
	CHECK_EQ(agent_op(vm, OP_LOAD, rn_addr(65), 0, NULL), 0x1234);
	CHECK_EQ(agent_op(vm, OP_LOAD, rn_addr(67), 0, NULL), 0x5678);
	CHECK_EQ(agent_op(vm, OP_GET_KEY, rn_addr(67), 0, NULL) & 0xf8, 0x30);
	CHECK_EQ(load_pgm(vm, rn_addr(70)), PGM_ADDRESSING);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 70), 0x0020);
	CHECK_EQ(agent_op(vm, OP_LOAD, rn_addr(70), 0, NULL), 0);
	/* And when a command is running. */
	vm_set(vm, "x-delay-ms", "100000");
	sccb_new(vm, SCCB, 4096, 0);
	vm_writew(vm, SCCB + 8, 67);
	CHECK_EQ(agent_op(vm, OP_SERVC_START, UNASSIGN, SCCB, NULL), 0);
	snapshot(vm, "snapshot-load");
	wait_for(vm, "query-status", "\"running\": true");
	CHECK_STR(vm_get(vm, "busy"), "false");
	CHECK_STR(vm_get(vm, "assigned"), "65,67");
	CHECK_EQ(agent_op(vm, OP_LOAD, rn_addr(67), 0, NULL), 0x5678);
}

/* What a slow migration has to carry. */
static void fill(struct vm *vm)
{
	attach_all(vm, 3);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 66), 0x0020);
	vm_memset(vm, rn_addr(66), MiB, 0x77);
	vm_memset(vm, 16 * MiB, 40 * MiB, 0x55);
}

/* Nothing may come or go; what changes nothing is answered as ever. */
static void check_frozen(struct vm *vm)
{
	CHECK_EQ(sclp_rn(vm, ASSIGN, 67), 0x0340);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 66), 0x0340);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 66), 0x0120);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 67), 0x0120);
	CHECK_STR(vm_get(vm, "assigned"), "65-66");
}

static void check_thawed(struct vm *vm)
{
	CHECK_EQ(agent_op(vm, OP_LOAD, rn_addr(66), 0, NULL), 0x7777777777777777);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 67), 0x0020);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 66), 0x0020);
	CHECK_STR(vm_get(vm, "assigned"), "65,67");
}

static void background_snapshot(struct vm *vm)
{
	capability(vm, "background-snapshot");
	fill(vm);
	bandwidth(vm, "max-bandwidth", 1000000);
	vm_qmp(vm, "{\"execute\": \"migrate\", \"arguments\": {\"uri\": "
	       "\"exec:cat > /dev/null\"}}");
	wait_for(vm, "query-migrate", "\"status\": \"active\"");
	wait_for(vm, "query-status", "\"running\": true");
	check_frozen(vm);
	wait_for(vm, "query-migrate", "\"status\": \"active\"");
	bandwidth(vm, "max-bandwidth", 0);
	wait_for(vm, "query-migrate", "\"status\": \"completed\"");
	check_thawed(vm);
}

/* A reset cannot be refused: storage goes, what was in it is cleared later. */
static void background_snapshot_reset(struct vm *vm)
{
	uint64_t discards;

	capability(vm, "background-snapshot");
	fill(vm);
	bandwidth(vm, "max-bandwidth", 1000000);
	vm_qmp(vm, "{\"execute\": \"migrate\", \"arguments\": {\"uri\": "
	       "\"exec:cat > /dev/null\"}}");
	wait_for(vm, "query-migrate", "\"status\": \"active\"");
	wait_for(vm, "query-status", "\"running\": true");
	discards = vm_counter(vm, "discards");
	vm_reset(vm);
	CHECK_STR(vm_get(vm, "assigned"), "");
	CHECK_EQ(vm_counter(vm, "discards"), discards);
	CHECK_EQ(load_pgm(vm, rn_addr(66)), PGM_ADDRESSING);
	wait_for(vm, "query-migrate", "\"status\": \"active\"");
	bandwidth(vm, "max-bandwidth", 0);
	wait_for(vm, "query-migrate", "\"status\": \"completed\"");
	attach_all(vm, 3);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 66), 0x0020);
	CHECK_EQ(agent_op(vm, OP_LOAD, rn_addr(66), 0, NULL), 0);
}

static void postcopy(struct vm *from)
{
	const char *file = scratch_file();
	struct vm *to;

	from = vm_start("%s", SMALL);
	capability(from, "postcopy-ram");
	fill(from);
	bandwidth(from, "max-bandwidth", 1000000);
	bandwidth(from, "max-postcopy-bandwidth", 1000000);

	to = vm_spawn(SMALL " -incoming defer");
	capability(to, "postcopy-ram");
	unlink(file);
	vm_qmp(to, "{\"execute\": \"migrate-incoming\", \"arguments\": {"
	       "\"uri\": \"unix:%s\"}}", file);
	vm_qmp(from, "{\"execute\": \"migrate\", \"arguments\": {"
	       "\"uri\": \"unix:%s\"}}", file);
	wait_for(from, "query-migrate", "\"status\": \"active\"");
	vm_qmp(from, "{\"execute\": \"migrate-start-postcopy\"}");
	wait_for(to, "query-status", "\"running\": true");
	check_frozen(to);
	wait_for(from, "query-migrate", "\"status\": \"postcopy-active\"");
	bandwidth(from, "max-postcopy-bandwidth", 0);
	wait_for(from, "query-migrate", "\"status\": \"completed\"");
	wait_for(to, "query-migrate", "\"status\": \"completed\"");
	vm_stop(from);
	unlink(file);
	check_thawed(to);
	vm_stop(to);
}

const struct test_case state_cases[] = {
	{ "migration", NULL, migrate },
	{ "migration into a machine of another shape", NULL, mismatch },
	{ "migration with postcopy: nothing comes or goes", NULL, postcopy },
	{ "snapshot is loaded, whatever was going on", SMALL, load_snapshot },
	{ "background snapshot: nothing comes or goes", SMALL,
	  background_snapshot },
	{ "background snapshot: reset", SMALL, background_snapshot_reset },
	{ }
};
