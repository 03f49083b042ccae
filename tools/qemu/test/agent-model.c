// SPDX-License-Identifier: GPL-2.0-only
#include "agent-model.h"

struct model_machine machine;
struct model_call call;

static u32 get16(u32 offset)
{
	return call.bytes[offset] << 8 | call.bytes[offset + 1];
}

void put16(u32 offset, u32 v)
{
	call.bytes[offset] = v >> 8;
	call.bytes[offset + 1] = v;
}

static void put_entry(u32 i, u32 rn)
{
	put16(16 + 4 * i, rn);
	put16(16 + 4 * i + 2, 1);
}

static void add_elements(u32 *rn, u32 last, u32 per_element)
{
	while (*rn <= last) {
		machine.first[machine.elements] = *rn;
		machine.count[machine.elements] = last - *rn + 1 < per_element ?
				      last - *rn + 1 : per_element;
		*rn += machine.count[machine.elements++];
	}
}

void model_reset(void)
{
	u32 i, rn = 1;

	machine.boot_rn = param[FUZZ_BOOT_RN];
	machine.rnmax = param[FUZZ_RNMAX];
	machine.runs = param[FUZZ_RUNS];
	machine.elements = 0;
	if (param[FUZZ_BOOT_PER_ELEMENT]) {
		add_elements(&rn, machine.boot_rn, param[FUZZ_BOOT_PER_ELEMENT]);
		add_elements(&rn, machine.rnmax, param[FUZZ_PER_ELEMENT]);
	} else {
		add_elements(&rn, machine.rnmax, machine.rnmax);
	}
	for (i = 0; i < 256; i++)
		machine.attached[i] = i < machine.elements && machine.first[i] <= machine.boot_rn;
	for (i = 0; i < MAX_RN + 2; i++) {
		machine.assigned[i] = i && i <= machine.boot_rn;
		machine.stamp[i] = 0;
	}
}

/* Pieces of assigned standby storage, counted from its first increment on. */
static u32 pieces(void)
{
	u32 rn, n = 0;

	for (rn = machine.boot_rn + 1; rn <= machine.rnmax; rn++)
		n += machine.assigned[rn] && (rn == machine.boot_rn + 1 || !machine.assigned[rn - 1]);
	return n;
}

/* Would there be too many pieces if these were assigned, or were not? */
static int too_many(u32 first, u32 count, u8 assigned)
{
	u32 i, n;

	for (i = 0; i < count; i++)
		machine.assigned[first + i] = assigned;
	n = pieces();
	for (i = 0; i < count; i++)
		machine.assigned[first + i] = !assigned;
	return n > machine.runs;
}

static u32 element_of(u32 rn)
{
	u32 e = 0;

	while (rn >= machine.first[e] + machine.count[e])
		e++;
	return e;
}

static void clear_body(u32 length)
{
	u32 i;

	for (i = 8; i < length; i++)
		call.bytes[i] = 0;
}

static u32 model_read(u32 e)
{
	u32 rn, i, n = 0;

	if (call.length < 16)
		return 0x0300;
	clear_body(call.length);
	put16(8, machine.elements - 1);
	if (e >= machine.elements)
		return 0x0310;
	if (call.length < 16 + 4 * machine.count[e])
		return 0x0300;
	if (!machine.attached[e]) {
		put16(10, machine.count[e]);
		put16(12, machine.count[e]);
		return 0x0410;
	}
	for (i = 0; i < machine.count[e]; i++) {
		rn = machine.first[e] + i;
		if (machine.assigned[rn])
			put_entry(n++, rn);
	}
	put16(10, n);
	put16(12, machine.count[e] - n);
	return 0x0010;
}

static u32 model_attach(u32 e)
{
	u32 i;

	if (call.length < 16)
		return 0x0300;
	if (call.bytes[2] != 0x40)
		return 0x40f0;
	if (e >= machine.elements)
		return 0x01f0;
	if (machine.attached[e])
		return 0x0120;
	if (call.length < 16 + 4 * machine.count[e])
		return 0x0300;
	if (param[FUZZ_ATTACH_ASSIGNED]) {
		if (too_many(machine.first[e], machine.count[e], 1))
			return 0x0340;
		for (i = 0; i < machine.count[e]; i++) {
			machine.assigned[machine.first[e] + i] = 1;
			machine.stamp[machine.first[e] + i] = 0;
		}
	}
	machine.attached[e] = 1;
	clear_body(call.length);
	put16(10, machine.count[e]);
	for (i = 0; i < machine.count[e]; i++)
		put_entry(i, machine.first[e] + i);
	return 0x0020;
}

static u32 model_change(u8 assign)
{
	u32 rn;

	if (call.length < 10)
		return 0x0300;
	rn = get16(8);
	if (!rn || rn > machine.rnmax)
		return 0x01f0;
	if (rn <= machine.boot_rn)
		return assign ? 0x0120 : 0x01f0;
	if (!machine.attached[element_of(rn)])
		return 0x01f0;
	if (machine.assigned[rn] == assign)
		return 0x0120;
	if (too_many(rn, 1, assign))
		return 0x0340;
	machine.assigned[rn] = assign;
	machine.stamp[rn] = 0;
	return 0x0020;
}

int model_exists(u64 addr, u64 length)
{
	u64 rn;

	for (rn = addr / MIB + 1; rn <= (addr + length - 1) / MIB + 1; rn++)
		if (rn > machine.rnmax || !machine.assigned[rn])
			return 0;
	return 1;
}

void model_execute(void)
{
	u32 e = call.code >> 8 & 0xff;

	call.pgm = 0;
	call.lost = 0;
	if (!model_exists(call.addr, 8))
		call.pgm = PGM_ADDRESSING;
	else if (call.addr < 0x2000 || call.addr & 7)
		call.pgm = PGM_SPECIFICATION;
	else if (call.length < 8)
		call.pgm = PGM_SPECIFICATION;
	else if (!model_exists(call.addr, call.length))
		call.pgm = PGM_ADDRESSING;
	if (call.pgm)
		return;

	switch (call.code & 0xffff00ff) {
	case READ:
	case ATTACH:
	case ASSIGN:
	case UNASSIGN:
		if ((call.addr & (PAGE - 1)) + call.length > PAGE)
			call.response = 0x0100;
		else if ((call.code & 0xffff00ff) == READ)
			call.response = model_read(e);
		else if ((call.code & 0xffff00ff) == ATTACH)
			call.response = model_attach(e);
		else
			call.response = model_change((call.code & 0xffff00ff) == ASSIGN);
		break;
	default:
		call.response = 0x01f0;
	}
	put16(6, call.response);
	call.lost = !model_exists(call.addr, call.room);
}
