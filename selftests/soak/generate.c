// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "generate.h"
#include "tables.h"

static void generate_hand(struct rng *rng, const char *file, struct op *op)
{
	unsigned int rn = chance(rng, 95) ? a_rn(rng) : below(rng, machine.rnmax + 3);

	if (chance(rng, 60))
		op_write(op, file, "rn=%u\n", rn);
	else
		op_write(op, file, "rn=%u-%u\n", rn, rn + below(rng, 6));
}

static const char *size_text(struct rng *rng, u64 size)
{
	static char text[32];

	switch (below(rng, 3)) {
	case 0:
		snprintf(text, sizeof(text), "%llu", size);
		break;
	case 1:
		snprintf(text, sizeof(text), "0x%llx", size);
		break;
	default:
		snprintf(text, sizeof(text), "%lluM", size >> 20);
		break;
	}
	return text;
}

static const char *some_flags(struct rng *rng)
{
	static const char * const combinations[] = {
		" flags=none", " flags=none", " flags=merge_resource",
		" flags=driver_managed", " flags=memmap_on_memory",
		" flags=memmap_on_memory,offline_inaccessible",
		" flags=offline_inaccessible,merge_resource",
		" flags=driver_managed,memmap_on_memory,offline_inaccessible",
	};

	return chance(rng, 55) ? "" : pick(rng, combinations, ARRAY_SIZE(combinations));
}

/* One of ours mostly; of several processes nobody knows. */
static unsigned int a_block(struct rng *rng, const struct model *m, bool there)
{
	unsigned int nr = below(rng, working_blocks()), i;

	for (i = 0; m && i < working_blocks() && !chance(rng, 2); i++) {
		bool is_there = m->blocks[nr].range >= 0;

		if (is_there == there)
			break;
		nr = (nr + 1) % working_blocks();
	}
	return nr;
}

static bool has_blocks(const struct model *m)
{
	unsigned int nr;

	for (nr = 0; nr < working_blocks(); nr++) {
		if (m->blocks[nr].range >= 0)
			return true;
	}
	return false;
}

static void generate_add(struct rng *rng, const struct model *m, struct op *op)
{
	unsigned int nr = a_block(rng, m, false), blocks;
	u64 start;
	char more[96] = "";

	blocks = chance(rng, 70) ? 1 : 1 + below(rng, 3);
	start = machine.start + nr * machine.block_size;
	if (m && chance(rng, 4))	/* boot storage, or nothing */
		start = below(rng, 2 * machine.rnmax) * machine.increment_size;
	if (m && chance(rng, 10))
		snprintf(more, sizeof(more), " group=%s", chance(rng, 50) ? "static" : "dynamic");
	else if (m && chance(rng, 3))
		snprintf(more, sizeof(more), " group=dynamic:%llu",
			 machine.block_size << below(rng, 2));
	if (m && chance(rng, 6))
		snprintf(more + strlen(more), sizeof(more) - strlen(more), " nid=%u",
			 chance(rng, 60) ? 0 : below(rng, 2000));
	if (chance(rng, 12))
		snprintf(more + strlen(more), sizeof(more) - strlen(more), " type=device%s",
			 chance(rng, 50) ? " flags=none" : "");
	else if (m)
		snprintf(more + strlen(more), sizeof(more) - strlen(more), "%s", some_flags(rng));
	else if (chance(rng, 40))
		snprintf(more + strlen(more), sizeof(more) - strlen(more), " flags=none");
	op_write(op, "add", "start=0x%llx size=%s%s\n", start,
		 size_text(rng, blocks * machine.block_size), more);
}

static void generate_remove(struct rng *rng, const struct model *m, struct op *op)
{
	u64 start = machine.start + below(rng, working_blocks()) * machine.block_size;
	u64 size = machine.block_size * (chance(rng, 85) ? 1 : 2);
	unsigned int i, at;

	for (i = 0, at = m ? below(rng, MAX_BLOCKS) : 0; m && i < MAX_BLOCKS; i++) {
		const struct range *range = &m->ranges[(at + i) % MAX_BLOCKS];

		if (range->there && chance(rng, 90)) {
			start = range->start;
			size = range->size;
			break;
		}
	}
	op_write(op, "remove", "start=0x%llx size=%s\n", start, size_text(rng, size));
}

/* Whether the kernel would take the block to the movable zone by itself. */
static bool goes_to_movable(unsigned int id)
{
	char path[96], zones[64];

	snprintf(path, sizeof(path), MEMORY "/memory%u/valid_zones", id);
	return read_file(path, zones, sizeof(zones)) > 0 && !strncmp(zones, "Movable", 7);
}

static bool will_be_vetoed(const struct model *m, unsigned int nr)
{
	struct model copy = *m;

	return block_online(&copy, nr) != 0;
}

static void generate_state(struct rng *rng, const struct model *m, struct op *op)
{
	static const char * const onlines[] = { "online_movable", "online", "online_kernel" };
	static const char * const wrong[] = { "on", "Online", "offline ", "online_moveable", "1" };
	unsigned int nr = a_block(rng, m, true), id;
	const char *word = pick(rng, onlines, ARRAY_SIZE(onlines));
	bool online;
	char file[32];

	id = machine.first_block + nr;
	snprintf(file, sizeof(file), "memory%u/state", id);
	online = m ? m->blocks[nr].online : chance(rng, 50);
	if (online == chance(rng, 92))
		word = "offline";
	else if (m && chance(rng, 4))
		word = pick(rng, wrong, ARRAY_SIZE(wrong));
	/* Only where it stays out of the kernel zones. */
	else if (!m || (m->blocks[nr].range >= 0 && !online && !will_be_vetoed(m, nr) &&
			!(!strcmp(word, "online") && goes_to_movable(id))))
		word = "online_movable";
	op_write(op, file, "%s\n", word);
}

static void generate_read(struct rng *rng, struct op *op)
{
	static const char * const tables[] = {
		"blocks", "ranges", "increments", "events", "stats", "inject", "features",
		"last_error", "memmap", "add", "remove", "assign", "unassign", "version",
	};

	memset(op, 0, sizeof(*op));
	op->kind = OP_READ;
	if (chance(rng, 25))
		snprintf(op->file, sizeof(op->file), "block/%u",
			 machine.first_block + below(rng, working_blocks()));
	else
		snprintf(op->file, sizeof(op->file), "%s", pick(rng, tables, ARRAY_SIZE(tables)));
}

static void generate_written_table(struct rng *rng, struct op *op)
{
	static const char * const files[] = {
		"blocks", "ranges", "increments", "stats", "features", "last_error", "memmap",
		"version", "events",
	};

	op_write(op, pick(rng, files, ARRAY_SIZE(files)), "clear\n");
}

/* What a load gets besides the lane's parameters. */
void generate_load(struct rng *rng, struct op *op)
{
	unsigned int shift = below(rng, 4);	/* increments of 1/4, 1/2, 1 or 2 blocks */
	u64 increment = machine.block_size / 4 << shift;

	memset(op, 0, sizeof(*op));
	op->kind = OP_LOAD;
	if (!machine.simulated)
		return;
	op->len = snprintf(op->text, sizeof(op->text),
			   "sim_size=%llu increment_size=%llu%s%s",
			   machine.block_size * 8, increment,
			   chance(rng, 30) ? " canary=off" : "",
			   chance(rng, 20) ? " ledger_size=16" : "");
}

static void generate_command(struct rng *rng, const struct model *m, struct op *op)
{
	unsigned int kind = below(rng, 100);

	if (kind < 25)
		generate_add(rng, m, op);
	else if (kind < 42)
		generate_remove(rng, m, op);
	else if (kind < 54)
		generate_hand(rng, "assign", op);
	else if (kind < 66)
		generate_hand(rng, "unassign", op);
	else if (m && m->nr_rules && chance(rng, 30 + 10 * m->nr_rules))
		op_write(op, "inject", "clear\n");
	else
		generate_rule(rng, op);
}

/* What the model does not know, or nobody should do. */
static bool is_harmless(const struct model *m, const struct op *op)
{
	struct request request;

	if (op_is_for(op, "inject"))
		return rule_is_harmless(op->text, op->len) && m->nr_rules < 6;
	if (op_is_for(op, "add"))
		return request_read(op->text, op->len, &request) ||
		       !request_is_unsafe(m, &request);
	return true;
}

static void generate_module(struct rng *rng, const struct model *m, struct op *op)
{
	if (!m->loaded || chance(rng, 20)) {
		generate_load(rng, op);
	} else {
		memset(op, 0, sizeof(*op));
		op->kind = OP_UNLOAD;
	}
}

static void generate_slip(struct rng *rng, const struct model *m, struct op *op)
{
	generate_command(rng, m, op);
	generate_junk(rng, op);
}

static void generate_any(struct rng *rng, const struct model *m, struct op *op)
{
	unsigned int kind = below(rng, 100);

	if (!m->loaded && kind < 80)
		generate_load(rng, op);
	else if (!has_blocks(m) && kind < 60)
		generate_add(rng, m, op);
	else if (kind < 45)
		generate_state(rng, m, op);
	else if (kind < 80)
		generate_command(rng, m, op);
	else if (kind < 87)
		generate_read(rng, op);
	else if (kind < 89)
		op_write(op, "auto_online_blocks", "%s\n",
			 m->auto_online || chance(rng, 40) ? "offline" : "online_movable");
	else if (kind < 90 && *machine.cpu)
		op_write(op, machine.cpu, "%u\n", below(rng, 2));
	else if (kind < 92)
		generate_module(rng, m, op);
	else if (kind < 94)
		generate_written_table(rng, op);
	else
		generate_slip(rng, m, op);
}

/* An allocation that fails. How far rules acted by then nobody could tell. */
static void generate_nth(struct rng *rng, const struct model *m, struct op *op)
{
	unsigned int id;

	if (!machine.fail_nth || (m && m->nr_rules) || op->kind != OP_WRITE ||
	    op_is_for(op, "add") || !strncmp(op->file, "cpu", 3) || !chance(rng, m ? 35 : 10))
		return;
	op->nth = 1 + below(rng, op_is_state(op, &id) ? 60 : 8);
}

void generate_alone(struct rng *rng, const struct model *m, struct op *op)
{
	do {
		generate_any(rng, m, op);
	} while (!is_harmless(m, op));
	generate_nth(rng, m, op);
}

/* What would move a block on, as sysfs has it now; others may be faster. */
static void generate_move(struct rng *rng, struct op *op)
{
	unsigned int id = machine.first_block + below(rng, working_blocks());
	u64 start = id * machine.block_size;
	char state[32], file[32];
	bool there = !sysfs_state(id, state, sizeof(state));

	snprintf(file, sizeof(file), "memory%u/state", id);
	if (!there)
		op_write(op, "add", "start=0x%llx size=%llu%s\n", start, machine.block_size,
			 chance(rng, 40) ? " flags=none" : "");
	else if (chance(rng, 70))
		op_write(op, file, "%s\n", !strcmp(state, "online") ? "offline" :
							      "online_movable");
	else
		op_write(op, "remove", "start=0x%llx size=%llu\n", start, machine.block_size);
}

static void unload_or(const struct op *load, struct op *op)
{
	memset(op, 0, sizeof(*op));
	op->kind = OP_UNLOAD;
	if (!is_loaded())
		*op = *load;
}

/* LOAD: with which parameters the module comes back, if it may go meanwhile. */
void generate_beside(struct rng *rng, const struct op *load, struct op *op)
{
	static const char * const rules[] = {
		"what=assign errno=EIO skip=2 times=1", "what=unassign errno=EIO times=1",
		"what=MEM_GOING_ONLINE errno=EBUSY skip=3 priority=5 times=2",
		"what=MEM_GOING_OFFLINE errno=EIO times=1", "clear", "clear",
	};
	unsigned int kind = below(rng, 100);

	if (kind < 50)
		generate_move(rng, op);
	else if (kind < 57)
		generate_state(rng, NULL, op);
	else if (kind < 63)
		generate_add(rng, NULL, op);
	else if (kind < 68)
		generate_remove(rng, NULL, op);
	else if (kind < 78)
		generate_hand(rng, chance(rng, 50) ? "assign" : "unassign", op);
	else if (kind < 84)
		op_write(op, "inject", "%s\n", pick(rng, rules, ARRAY_SIZE(rules)));
	else if (kind < 86)
		op_write(op, "events", "clear\n");
	else if (kind < 88 && *machine.cpu)
		op_write(op, machine.cpu, "%u\n", below(rng, 2));
	else if (kind < 93 && load && (kind < 90 || !is_loaded()))
		unload_or(load, op);
	else
		generate_read(rng, op);
	generate_nth(rng, NULL, op);
}
