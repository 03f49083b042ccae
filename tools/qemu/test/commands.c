// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the SCLP answers: information, the checks of the SCCB, every response
 * code of the four commands, and those that are asked for by a fault.
 */
#include <stdlib.h>
#include <string.h>

#include "sclp-standby-test.h"

static void scp_info(struct vm *vm, uint16_t rnmax, uint64_t facilities)
{
	CHECK_EQ(sclp_element(vm, READ_SCP_INFO), 0x0010);
	CHECK_EQ(vm_readw(vm, SCCB + 8), rnmax);
	CHECK_EQ(vm_readq(vm, SCCB + 10) >> 56, 1);	/* increment in MiB */
	CHECK_EQ(vm_readq(vm, SCCB + 48) & 0xe00000000000, facilities);
}

static void advertise(struct vm *vm)
{
	scp_info(vm, LAST_RN, 0xe00000000000);
	vm_set(vm, "x-advertise", "\"info\"");
	scp_info(vm, LAST_RN, 0x400000000000);
	vm_set(vm, "x-advertise", "\"off\"");
	scp_info(vm, BOOT_RN, 0);
}

static void increment_size_2(struct vm *vm)
{
	CHECK_EQ(sclp_element(vm, READ_SCP_INFO), 0x0010);
	CHECK_EQ(vm_readw(vm, SCCB + 8), 4);
	CHECK_EQ(vm_readq(vm, SCCB + 10) >> 56, 0);
	CHECK_EQ(vm_readl(vm, SCCB + 100), 256);
	CHECK_EQ(vm_readw(vm, SCCB + 8), 4);
}

static void no_device(struct vm *vm)
{
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(0)), 0x01f0);
	CHECK_EQ(sclp_rn(vm, ASSIGN, FIRST_RN), 0x01f0);
	scp_info(vm, BOOT_RN, 0);
}

static void read_boot(struct vm *vm)
{
	unsigned int i;

	CHECK_EQ(sclp_element(vm, READ_ELEMENT(0)), 0x0010);
	CHECK_EQ(vm_readw(vm, SCCB + 8), 3);		/* highest element */
	CHECK_EQ(vm_readw(vm, SCCB + 10), BOOT_RN);	/* assigned */
	CHECK_EQ(vm_readw(vm, SCCB + 12), 0);		/* standby */
	for (i = 0; i < BOOT_RN; i++)
		CHECK_EQ(vm_readl(vm, SCCB + 16 + 4 * i), (i + 1) << 16 | 1);
	CHECK_EQ(vm_readl(vm, SCCB + 16 + 4 * i), 0);
}

static void read_detached(struct vm *vm)
{
	static const int size[] = { 6, 6, 4 };
	int e, i;

	for (e = 1; e <= 3; e++) {
		CHECK_EQ(sclp_element(vm, READ_ELEMENT(e)), 0x0410);
		CHECK_EQ(vm_readw(vm, SCCB + 8), 3);
		CHECK_EQ(vm_readw(vm, SCCB + 10), size[e - 1]);
		for (i = 0; i < 8; i++)
			CHECK_EQ(vm_readl(vm, SCCB + 16 + 4 * i), 0);
	}
}

static void read_absent(struct vm *vm)
{
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(4)), 0x0310);
	CHECK_EQ(vm_readw(vm, SCCB + 8), 3);
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(255)), 0x0310);
	CHECK_EQ(vm_readw(vm, SCCB + 8), 3);
}

static void read_attached(struct vm *vm)
{
	attach_all(vm, 1);
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(1)), 0x0010);
	CHECK_EQ(vm_readw(vm, SCCB + 10), 0);
	CHECK_EQ(vm_readw(vm, SCCB + 12), 6);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 66), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 70), 0x0020);
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(1)), 0x0010);
	CHECK_EQ(vm_readw(vm, SCCB + 10), 2);
	CHECK_EQ(vm_readw(vm, SCCB + 12), 4);
	CHECK_EQ(vm_readl(vm, SCCB + 16), 66 << 16 | 1);
	CHECK_EQ(vm_readl(vm, SCCB + 20), 70 << 16 | 1);
	CHECK_EQ(vm_readl(vm, SCCB + 24), 0);
}

static void attach(struct vm *vm)
{
	unsigned int i;

	CHECK_EQ(sclp_element(vm, ATTACH(3)), 0x0020);
	CHECK_EQ(vm_readw(vm, SCCB + 10), 4);
	for (i = 0; i < 4; i++)
		CHECK_EQ(vm_readl(vm, SCCB + 16 + 4 * i), (77 + i) << 16 | 1);
	CHECK_EQ(vm_readl(vm, SCCB + 16 + 4 * i), 0);
	CHECK_STR(vm_get(vm, "attached"), "3");
	CHECK_STR(vm_get(vm, "assigned"), "");
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 77), 0x0120);

	CHECK_EQ(sclp_element(vm, ATTACH(3)), 0x0120);
	CHECK_EQ(sclp_element(vm, ATTACH(0)), 0x0120);
	CHECK_EQ(sclp_element(vm, ATTACH(4)), 0x01f0);
	CHECK_EQ(sclp_element(vm, ATTACH(255)), 0x01f0);
	sccb_new(vm, SCCB, 4096, 0);
	CHECK_EQ(sclp(vm, ATTACH(1), SCCB), 0x40f0);
	attach_all(vm, 2);
	CHECK_STR(vm_get(vm, "attached"), "1-3");
}

static void assign_unassign(struct vm *vm)
{
	/* Not before its element is attached. */
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x01f0);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 65), 0x01f0);
	attach_all(vm, 3);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 65), 0x0120);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0120);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 80), 0x0020);
	CHECK_STR(vm_get(vm, "assigned"), "65,80");
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 65), 0x0020);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 65), 0x0120);
	CHECK_STR(vm_get(vm, "assigned"), "80");
	/* Initial memory, and what does not exist. */
	CHECK_EQ(sclp_rn(vm, ASSIGN, 1), 0x0120);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 64), 0x0120);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 1), 0x01f0);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 64), 0x01f0);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 0), 0x01f0);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 81), 0x01f0);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 0xffff), 0x01f0);
}

/* The response to a command with an SCCB of this length. */
static uint16_t with_length(struct vm *vm, uint32_t command, uint16_t length)
{
	vm_memset(vm, SCCB, 4096, 0);
	sccb_new(vm, SCCB, length, 0x40);
	vm_writew(vm, SCCB + 8, 65);
	return sclp(vm, command, SCCB);
}

static void length(struct vm *vm)
{
	CHECK_EQ(with_length(vm, READ_ELEMENT(3), 8), 0x0300);
	CHECK_EQ(with_length(vm, READ_ELEMENT(3), 15), 0x0300);
	CHECK_EQ(with_length(vm, READ_ELEMENT(3), 31), 0x0300);
	CHECK_EQ(with_length(vm, READ_ELEMENT(3), 32), 0x0410);
	CHECK_EQ(with_length(vm, READ_ELEMENT(0), 16 + 4 * 64 - 1), 0x0300);
	CHECK_EQ(with_length(vm, READ_ELEMENT(0), 16 + 4 * 64), 0x0010);
	CHECK_EQ(with_length(vm, READ_ELEMENT(9), 15), 0x0300);
	CHECK_EQ(with_length(vm, READ_ELEMENT(9), 16), 0x0310);
	CHECK_EQ(with_length(vm, ATTACH(1), 15), 0x0300);
	CHECK_EQ(with_length(vm, ATTACH(1), 39), 0x0300);
	CHECK_STR(vm_get(vm, "attached"), "");
	CHECK_EQ(with_length(vm, ATTACH(1), 40), 0x0020);
	CHECK_EQ(with_length(vm, ASSIGN, 9), 0x0300);
	CHECK_EQ(with_length(vm, ASSIGN, 10), 0x0020);
	CHECK_EQ(with_length(vm, UNASSIGN, 9), 0x0300);
	CHECK_EQ(with_length(vm, UNASSIGN, 10), 0x0020);
}

static void nothing_beyond_length(struct vm *vm)
{
	vm_memset(vm, SCCB, 4096, 0xaa);
	sccb_new(vm, SCCB, 32, 0);
	CHECK_EQ(sclp(vm, READ_ELEMENT(3), SCCB), 0x0410);
	CHECK_EQ(vm_readl(vm, SCCB + 28), 0);
	CHECK_EQ(vm_readl(vm, SCCB + 32), 0xaaaaaaaa);
}

static void boundary(struct vm *vm)
{
	static const uint32_t command[] = {
		READ_ELEMENT(1), READ_ELEMENT(9), ATTACH(1), ASSIGN, UNASSIGN,
	};
	unsigned long addr = SCCB + 0xff0;
	unsigned int i;

	for (i = 0; i < sizeof(command) / sizeof(command[0]); i++) {
		sccb_new(vm, addr, 17, 0x40);
		CHECK_EQ(sclp(vm, command[i], addr), 0x0100);
		sccb_new(vm, SCCB, 4097, 0x40);
		CHECK_EQ(sclp(vm, command[i], SCCB), 0x0100);
		sccb_new(vm, SCCB, 0xffff, 0x40);
		CHECK_EQ(sclp(vm, command[i], SCCB), 0x0100);
		sccb_new(vm, SCCB + 8, 4096, 0x40);
		CHECK_EQ(sclp(vm, command[i], SCCB + 8), 0x0100);
	}
	CHECK_STR(vm_get(vm, "attached"), "");
	/* Up to the last byte of the page is fine. */
	sccb_new(vm, addr, 16, 0);
	CHECK_EQ(sclp(vm, READ_ELEMENT(9), addr), 0x0310);
}

static uint64_t servc_pgm(struct vm *vm, uint32_t command, uint64_t addr)
{
	uint64_t pgm;

	agent_op(vm, OP_SERVC, command, addr, &pgm);
	return pgm;
}

static void alignment(struct vm *vm)
{
	sccb_new(vm, SCCB, 4096, 0);
	CHECK_EQ(servc_pgm(vm, ASSIGN, SCCB + 4), PGM_SPECIFICATION);
	CHECK_EQ(servc_pgm(vm, ASSIGN, SCCB | 1UL << 31), PGM_ADDRESSING);
	CHECK_EQ(servc_pgm(vm, ASSIGN, 0x1000), PGM_SPECIFICATION);
	sccb_new(vm, SCCB, 7, 0);
	CHECK_EQ(servc_pgm(vm, ASSIGN, SCCB), PGM_SPECIFICATION);
	/* An SCCB in storage that is not there. */
	CHECK_EQ(servc_pgm(vm, ASSIGN, rn_addr(70)), PGM_ADDRESSING);
}

static void fault_rn(struct vm *vm)
{
	attach_all(vm, 3);
	vm_set(vm, "x-fail-rn", "67");
	CHECK_EQ(sclp_rn(vm, ASSIGN, 66), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 67), 0x01f0);
	vm_set(vm, "x-fail-rc", "832");
	CHECK_EQ(sclp_rn(vm, ASSIGN, 67), 0x0340);
	CHECK_EQ(load_pgm(vm, rn_addr(67)), PGM_ADDRESSING);
	vm_set(vm, "x-fail-on", "\"unassign\"");
	CHECK_EQ(sclp_rn(vm, ASSIGN, 67), 0x0020);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 67), 0x0340);
	CHECK_EQ(load_pgm(vm, rn_addr(67)), 0);
	vm_set(vm, "x-fail-on", "\"assign\"");
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 67), 0x0020);
	/* Twice, then never again. */
	vm_set(vm, "x-fail-times", "2");
	CHECK_EQ(sclp_rn(vm, ASSIGN, 67), 0x0340);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 67), 0x0340);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 67), 0x0020);
	CHECK_EQ(vm_get_int(vm, "x-fail-rn"), 0);
	CHECK_EQ(vm_get_int(vm, "x-faults"), 5);
}

static void fault_element(struct vm *vm)
{
	vm_set(vm, "x-refuse-attach", "2");
	attach_all(vm, 1);
	CHECK_EQ(sclp_element(vm, ATTACH(2)), 0x01f0);
	vm_set(vm, "x-refuse-attach", "65535");
	CHECK_EQ(sclp_element(vm, ATTACH(3)), 0x01f0);
	CHECK_STR(vm_get(vm, "attached"), "1");
	vm_set(vm, "x-refuse-attach", "0");
	CHECK_EQ(sclp_element(vm, ATTACH(2)), 0x0020);

	vm_set(vm, "x-fail-read", "3");
	vm_set(vm, "x-fail-rc", "832");
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(2)), 0x0010);
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(3)), 0x0340);
	vm_set(vm, "x-fail-read", "65535");
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(0)), 0x0340);
}

static void counters(struct vm *vm)
{
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(0)), 0x0010);
	CHECK_EQ(sclp_element(vm, READ_ELEMENT(7)), 0x0310);
	attach_all(vm, 3);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0020);
	CHECK_EQ(sclp_rn(vm, ASSIGN, 65), 0x0120);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 65), 0x0020);
	CHECK_EQ(sclp_rn(vm, UNASSIGN, 99), 0x01f0);
	CHECK_EQ(vm_counter(vm, "reads"), 2);
	CHECK_EQ(vm_counter(vm, "attaches"), 3);
	CHECK_EQ(vm_counter(vm, "assigns"), 2);
	CHECK_EQ(vm_counter(vm, "unassigns"), 2);
	CHECK_EQ(vm_counter(vm, "no-action"), 1);
	CHECK_EQ(vm_counter(vm, "errors"), 2);
	CHECK_EQ(vm_get_int(vm, "x-faults"), 0);
	CHECK_EQ(vm_counter(vm, "discards"), 2);
	CHECK_EQ(vm_get_int(vm, "boot-rn"), BOOT_RN);
}

const struct test_case command_cases[] = {
	{ "READ SCP INFO: on, info, off", SMALL, advertise },
	{ "READ SCP INFO: increment of more than 128 MiB",
	  "-smp 2 -m 512M,maxmem=2G -object memory-backend-ram,id=sb0,size=512M "
	  "-device sclp-standby-memory,id=sm0,memdev=sb0,increment=256M",
	  increment_size_2 },
	{ "no device: invalid command", "-smp 2 -m 64M", no_device },
	{ "READ: element 0 is the initial memory", SMALL, read_boot },
	{ "READ: detached elements list nothing", SMALL, read_detached },
	{ "READ: no such element", SMALL, read_absent },
	{ "READ: attached element lists what is assigned", SMALL, read_attached },
	{ "ATTACH", SMALL, attach },
	{ "ASSIGN and UNASSIGN", SMALL, assign_unassign },
	{ "SCCB: length", SMALL, length },
	{ "SCCB: nothing is stored beyond its length", SMALL,
	  nothing_beyond_length },
	{ "SCCB: page boundary", SMALL, boundary },
	{ "SCCB: alignment and address", SMALL, alignment },
	{ "fault: x-fail-rn", SMALL, fault_rn },
	{ "fault: x-refuse-attach, x-fail-read", SMALL, fault_element },
	{ "counters", SMALL, counters },
	{ }
};
