// SPDX-License-Identifier: GPL-2.0-only
/*
 * Next to a vhost device that is short of memory slots (vhost-slots.c, in the
 * QEMU with sanitizers).  Initial memory takes one of them.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sclp-standby-test.h"

#define SLOTS	"VHOST_MEMSLOTS"

/* Without one more slot there is no more piece, and no old table goes on. */
static void short_of_slots(struct vm *vm)
{
	setenv(SLOTS, "4", 1);
	vm = vm_start("%s", SMALL);
	unsetenv(SLOTS);
	attach_all(vm, 3);
	/* Next to initial memory, but a piece of its own. */
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 67), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 69), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 71), 0x0340);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 70), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 71), 0x0020);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 70), 0x0340);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 67), 0x0020);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 70), 0x0020);
	CHECK_STR(vm_get(vm, "assigned"), "65,69,71");
	vm_stop(vm);
}

static void refused(struct vm *vm)
{
	bool ok;

	(void)vm;
	setenv(SLOTS, "4", 1);
	ok = vm_refused("-S " SMALL ",memslots=4",
			"vhost backend has not enough free memory slots");
	unsetenv(SLOTS);
	CHECK(ok);
}

/* Reserved slots are still there when others have come. */
static void reserved(struct vm *vm)
{
	setenv(SLOTS, "4", 1);
	vm = vm_start("%s,memslots=3", SMALL);
	unsetenv(SLOTS);
	attach_all(vm, 3);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 67), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 69), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 71), 0x0340);
	vm_stop(vm);
}

/* What fitted where it comes from need not fit here. */
static void incoming(struct vm *vm)
{
	char file[] = "/tmp/sclp-standby-XXXXXX", args[1024];
	bool ok;

	CHECK(mkstemp(file) >= 0);
	vm = vm_start("%s", SMALL);
	attach_all(vm, 3);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 67), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 69), 0x0020);
	vm_save(vm, file);
	vm_stop(vm);
	snprintf(args, sizeof(args), "%s -incoming exec:cat<%s", SMALL, file);
	setenv(SLOTS, "3", 1);
	ok = vm_refused(args, "in 3 pieces, more than the 2 there may be");
	unsetenv(SLOTS);
	unlink(file);
	CHECK(ok);
}

const struct test_case vhost_cases[] = {
	{ "vhost: a piece too many is refused", NULL, short_of_slots },
	{ "vhost: slots that are not there cannot be reserved", NULL, refused },
	{ "vhost: slots that are reserved can be used", NULL, reserved },
	{ "vhost: a migration with too many pieces is refused", NULL, incoming },
	{ }
};
