/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What must hold: the module and its firmware as a few arrays, and what each
 * operation makes of them. It is told what an operation was answered, says whether
 * that is right, and from then on knows what every table has to show.
 *
 * model.c takes an operation to its place; what there is by subject is in
 * model_rules.c, model_storage.c, model_block.c and model_range.c.
 */
#ifndef SOAK_MODEL_H
#define SOAK_MODEL_H

#include <stdbool.h>

#include "machine.h"
#include "op.h"

/* Those that stats counts first, in its order. */
enum mem_event {
	EV_PREPARE,
	EV_FINISH,
	EV_ADD,
	EV_REMOVE,
	EV_READ,
	EV_ATTACH,
	EV_ASSIGN,
	EV_UNASSIGN,
	EV_COUNTED,
	EV_GOING_ONLINE = EV_COUNTED,
	EV_ONLINE,
	EV_CANCEL_ONLINE,
	EV_GOING_OFFLINE,
	EV_OFFLINE,
	EV_CANCEL_OFFLINE,
};

enum increment_state {
	INCR_ABSENT,
	INCR_RESERVED,
	INCR_STANDBY,
	INCR_ASSIGNED,
	INCR_STUCK,
};

enum block_state {
	BLOCK_OFFLINE,
	BLOCK_PREPARED,
	BLOCK_GOING_ONLINE,
	BLOCK_ONLINE,
	BLOCK_GOING_OFFLINE,
	BLOCK_OFFLINED,
};

enum range_flag {
	FLAG_ALTMAP = 1,
	FLAG_INACCESSIBLE = 2,
	FLAG_MERGE = 4,
	FLAG_DRIVER = 8,
};

enum group_kind {
	GROUP_NONE,
	GROUP_STATIC,
	GROUP_DYNAMIC,
};

#define ELEMENT_NONE	(-1)	/* the firmware has not said */
#define ELEMENT_ASK	(-2)	/* it has; the table knows which */
#define NID_ASK		(-1)

#define MAX_RULES	24

struct rule {
	unsigned int id;
	enum mem_event event;
	unsigned int rn;	/* 0: any */
	bool of_block;
	u64 block;
	u64 skip, times, hits;
	bool spent;
	int error;		/* errno */
	unsigned int response;
	unsigned int delay_ms;
	bool subscribes;	/* has a priority */
	int priority;
};

struct increment {
	enum increment_state state;
	unsigned int users;
	bool manual;
	int element;
};

struct block {
	int range;		/* index, -1: none of ours is there */
	enum block_state state;
	bool online;		/* as sysfs has it */
	bool held;		/* has its increments */
	unsigned long onlined, offlined, failed;
};

struct range {
	bool there;
	u64 start, size;
	bool device;
	unsigned int flags;
	int nid;
	enum group_kind group;
	u64 unit;
	int mgid;
	bool held;		/* has its increments, from add to remove */
};

struct model {
	bool loaded;
	bool attached;		/* the element of standby storage */
	bool adopt;		/* counts are to be taken from the tables once */
	bool auto_online;
	struct rule rules[MAX_RULES];
	unsigned int nr_rules, next_id;
	struct increment incr[MAX_RNS];
	struct block blocks[MAX_BLOCKS];
	struct range ranges[MAX_BLOCKS];
	u64 ok[EV_COUNTED], errors[EV_COUNTED];
	u64 unpaired;
	unsigned long transitions;
};

/* What an operation may be answered: one of these errnos, or 0. */
struct outcome {
	int errnos[8];
	unsigned int nr;
};

extern const char * const increment_states[];

static inline void may(struct outcome *outcome, int err)
{
	if (outcome->nr < 8)
		outcome->errnos[outcome->nr++] = err;
}

const char *model_fresh(struct model *m);
bool model_step(struct model *m, const struct op *op, int got, char *why, size_t size);

/* model_rules.c */
int rule_read(const char *text, size_t len, struct rule *rule);
void model_inject(struct model *m, const char *text, size_t len, struct outcome *o);
int rules_of_call(struct model *m, enum mem_event call, unsigned int rn, unsigned int *response);
int rules_of_event(struct model *m, enum mem_event event, unsigned int block);
int rules_of_subscribers(struct model *m, enum mem_event event, unsigned int block, bool before);
const char *rule_what(const struct rule *rule);

/* model_storage.c */
unsigned int rn_of(u64 address);
int storage_get(struct model *m, u64 start, u64 size);
void storage_put(struct model *m, u64 start, u64 size);
void model_by_hand(struct model *m, bool assign, const char *text, size_t len,
		   struct outcome *o);

/* model_block.c */
int block_online(struct model *m, unsigned int nr);
int block_offline(struct model *m, unsigned int nr);
void model_state(struct model *m, unsigned int id, const struct op *op, int got,
		 struct outcome *o);

/* model_range.c */
struct request {
	struct range range;
	bool nid_given, flags_given, unsafe;
	u64 nid;
};

int request_read(const char *text, size_t len, struct request *request);
bool request_is_unsafe(const struct model *m, const struct request *request);
void model_add(struct model *m, const char *text, size_t len, struct outcome *o);
void model_remove(struct model *m, const char *text, size_t len, struct outcome *o);

#endif
