// SPDX-License-Identifier: GPL-2.0-only
/*
 * Machines of other shapes: boot storage in several elements, boot and standby
 * storage in one, storage that arrives assigned, increments that are chosen.
 */
#include <stdlib.h>
#include <string.h>

#include "sclp-standby-test.h"

#define MACHINE	"-smp 2 -m 64M,maxmem=2G " \
		"-object memory-backend-ram,id=sb0,size=16M " \
		"-device sclp-standby-memory,id=sm0,memdev=sb0,increment=1M"

/* An attached element lists these increments, and has others in standby. */
static void lists(struct vm *vm, int element, int first, int last, int standby)
{
	int i;

	CHECK_EQ(sclp_element(vm, READ_ELEMENT(element)), 0x0010);
	CHECK_EQ(vm_readw(vm, SCCB + 10), last - first + 1);
	CHECK_EQ(vm_readw(vm, SCCB + 12), standby);
	for (i = 0; i <= last - first; i++)
		CHECK_EQ(vm_readl(vm, SCCB + 16 + 4 * i), (first + i) << 16 | 1);
	CHECK_EQ(vm_readl(vm, SCCB + 16 + 4 * i), 0);
}

static void boot_elements(struct vm *vm)
{
	lists(vm, 0, 1, 24, 0);
	CHECK_EQ(vm_readw(vm, SCCB + 8), 5);
	lists(vm, 1, 25, 48, 0);
	lists(vm, 2, 49, 64, 0);
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(3)), 0x0410);
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(6)), 0x0310);
	CHECK_STR(vm_get(vm, "attached"), "");
	CHECK_EQ(sclp_element(vm, ATTACH(1)), 0x0120);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 30), 0x0120);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 30), 0x01f0);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x01f0);
	CHECK_EQ(sclp_element(vm, ATTACH(3)), 0x0020);
	CHECK_EQ(vm_readl(vm, SCCB + 16), 65 << 16 | 1);
	CHECK_STR(vm_get(vm, "attached"), "3");
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 71), 0x01f0);
	lists(vm, 3, 65, 65, 5);
	vm_reset(vm);
	CHECK_STR(vm_get(vm, "attached"), "");
	lists(vm, 2, 49, 64, 0);
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(3)), 0x0410);
}

/* More initial memory than an element holds. */
static void boot_split(struct vm *vm)
{
	lists(vm, 0, 1, 1020, 0);
	CHECK_EQ(vm_readw(vm, SCCB + 8), 3);
	lists(vm, 1, 1021, 2040, 0);
	lists(vm, 2, 2041, 2048, 0);
	CHECK_EQ(sclp_element(vm, ATTACH(3)), 0x0020);
	CHECK_EQ(vm_readl(vm, SCCB + 16), 2049 << 16 | 1);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 2064), 0x0020);
	CHECK_EQ(load_pgm(vm, rn_addr(2064)), 0);
}

static void single(struct vm *vm)
{
	int i;

	for (i = 0; i < 2; i++) {
		lists(vm, 0, 1, 64, 16);
		CHECK_EQ(vm_readw(vm, SCCB + 8), 0);
		CHECK_EQ(sclp_element(vm, READ_ELEMENT(1)), 0x0310);
		CHECK_EQ(sclp_element(vm, ATTACH(0)), 0x0120);
		CHECK_EQ(sclp_element(vm, ATTACH(1)), 0x01f0);
		CHECK_STR(vm_get(vm, "attached"), "");
		CHECK_EQ(load_pgm(vm, rn_addr(65)), PGM_ADDRESSING);
		CHECK_EQ(sclp_rn(vm, UNASSIGN, 65), 0x0120);
		CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
		CHECK_EQ(agent_op(vm, OP_LOAD, rn_addr(65), 0, NULL), 0);
		CHECK_EQ(store_pgm(vm, rn_addr(65), 1), 0);
		lists(vm, 0, 1, 65, 15);
		CHECK_EQ(sclp_rn(vm, ASSIGN, 80), 0x0020);
		CHECK_EQ(sclp_rn(vm, UNASSIGN, 65), 0x0020);
		CHECK_EQ(sclp_rn(vm, UNASSIGN, 64), 0x01f0);
		CHECK_EQ(sclp_element(vm, READ_ELEMENT(0)), 0x0010);
		CHECK_EQ(vm_readw(vm, SCCB + 10), 65);
		CHECK_EQ(vm_readl(vm, SCCB + 16 + 4 * 64), 80 << 16 | 1);
		CHECK_STR(vm_get(vm, "assigned"), "80");
		vm_reset(vm);
		CHECK_STR(vm_get(vm, "assigned"), "");
	}
}

static void attach_assigned(struct vm *vm)
{
	int i;

	for (i = 0; i < 2; i++) {
		CHECK_EQ(sclp_element(vm, READ_ELEMENT(1)), 0x0410);
		CHECK_EQ(load_pgm(vm, rn_addr(65)), PGM_ADDRESSING);
		CHECK_EQ(sclp_element(vm, ATTACH(1)), 0x0020);
		CHECK_EQ(vm_readw(vm, SCCB + 10), 6);
		CHECK_EQ(vm_readl(vm, SCCB + 16 + 4 * 5), 70 << 16 | 1);
		CHECK_STR(vm_get(vm, "assigned"), "65-70");
		lists(vm, 1, 65, 70, 0);
		CHECK_EQ(agent_op(vm, OP_LOAD, rn_addr(65), 0, NULL), 0);
		CHECK_EQ(agent_op(vm, OP_GET_KEY, rn_addr(70), 0, NULL), 0);
		CHECK_EQ(store_pgm(vm, rn_addr(65), ~0UL), 0);
		agent_op(vm, OP_SET_KEY, rn_addr(70), 0x30, NULL);
		CHECK_EQ(load_pgm(vm, rn_addr(71)), PGM_ADDRESSING);
		CHECK_EQ(sclp_element(vm, ATTACH(1)), 0x0120);
		/* Elements side by side are one run. */
		CHECK_EQ(sclp_element(vm, ATTACH(3)), 0x0020);
		CHECK_EQ(vm_get_int(vm, "runs"), 2);
		CHECK_EQ(sclp_element(vm, ATTACH(2)), 0x0020);
		CHECK_EQ(vm_get_int(vm, "runs"), 1);
		CHECK_EQ(sclp_rn(vm, ASSIGN, 66), 0x0120);
		CHECK_EQ(sclp_rn(vm, UNASSIGN, 66), 0x0020);
		CHECK_STR(vm_get(vm, "assigned"), "65,67-80");
		vm_reset(vm);
	}
}

/* What came with an element goes like any other storage, all of it. */
static void attach_assigned_linux(struct vm *vm)
{
	int rn;

	CHECK_EQ(sclp_element(vm, ATTACH(2)), 0x0020);
	for (rn = 71; rn <= 76; rn++)
		CHECK_EQ(sclp_rn(vm, UNASSIGN, rn), 0x0020);
	CHECK_STR(vm_get(vm, "assigned"), "");
	CHECK_EQ(vm_get_int(vm, "runs"), 0);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 71), 0x0020);
	lists(vm, 2, 71, 71, 5);
}

/* Each line: sizes of initial memory and memdev, and what is made of them. */
static void increments(struct vm *vm)
{
	static const struct {
		const char *ram, *maxmem, *memdev;
		uint64_t increment;
	} choice[] = {
		{ "1G", "8G", "4G", 256 * MiB },
		{ "64M", "1G", "16M", 16 * MiB },
		{ "64M", "1G", "3M", MiB },
		/* 1,026 increments of 256 MiB are too many for one element. */
		{ "512M", "513G", "256G", 512 * MiB },
		/* Not larger than what both are multiples of. */
		{ "256M", "513G", "512G", 256 * MiB },
	};
	unsigned int i;

	for (i = 0; i < sizeof(choice) / sizeof(choice[0]); i++) {
		vm = vm_start("-smp 2 -m %s,maxmem=%s -object memory-backend-ram,"
			      "id=sb0,reserve=off,size=%s "
			      "-device sclp-standby-memory,id=sm0,memdev=sb0",
			      choice[i].ram, choice[i].maxmem, choice[i].memdev);
		CHECK_EQ(vm_get_int(vm, "increment"), choice[i].increment);
		CHECK_EQ(sclp_element(vm, READ_SCP_INFO), 0x0010);
		CHECK_EQ((vm_readq(vm, SCCB + 10) >> 56) +
			 vm_readl(vm, SCCB + 100), choice[i].increment / MiB);
		vm_stop(vm);
	}
}

/* Increments that need rnsize2, and addresses of more than 32 bits. */
static void large_increments(struct vm *vm)
{
	CHECK_EQ(sclp_element(vm, READ_SCP_INFO), 0x0010);
	CHECK_EQ(vm_readw(vm, SCCB + 8), 5);
	CHECK_EQ(vm_readl(vm, SCCB + 100), 4096);
	lists(vm, 0, 1, 1, 0);
	CHECK_EQ(sclp_element(vm, ATTACH(1)), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 5), 0x0020);
	CHECK_EQ(load_pgm(vm, (16UL << 30) - 8), PGM_ADDRESSING);
	CHECK_EQ(store_pgm(vm, (20UL << 30) - 8, 1), 0);
	CHECK_EQ(load_pgm(vm, 20UL << 30), PGM_ADDRESSING);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 5), 0x0020);
	CHECK_EQ(load_pgm(vm, (20UL << 30) - 8), PGM_ADDRESSING);
}

const struct test_case layout_cases[] = {
	{ "layout: boot storage in several elements",
	  MACHINE ",per-element=6,boot-per-element=24", boot_elements },
	{ "layout: more boot storage than an element holds",
	  "-smp 2 -m 2G,maxmem=3G "
	  "-object memory-backend-ram,id=sb0,size=16M "
	  "-device sclp-standby-memory,id=sm0,memdev=sb0,increment=1M",
	  boot_split },
	{ "layout: boot and standby storage in one element",
	  MACHINE ",single-element=on", single },
	{ "layout: storage arrives assigned",
	  MACHINE ",per-element=6,attach-assigned=on", attach_assigned },
	{ "layout: what arrived assigned is unassigned",
	  MACHINE ",per-element=6,attach-assigned=on", attach_assigned_linux },
	{ "layout: increments are chosen", NULL, increments },
	{ "layout: increments of 4 GiB",
	  "-smp 2 -m 4G,maxmem=24G "
	  "-object memory-backend-ram,id=sb0,size=16G,reserve=off "
	  "-device sclp-standby-memory,id=sm0,memdev=sb0,increment=4G",
	  large_increments },
	{ }
};
