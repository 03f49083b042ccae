// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "columns.h"
#include "options.h"
#include "util.h"
#include "verb.h"

#define BLOCKS	"SIZE|0xSTART-0xEND|--blocks N[-M]"

const struct verb verbs[] = {
	{
		.name = "list",
		.summary = "show blocks and standby storage",
		.about = "Blocks that do not differ in a column shown are one row.",
		.groups = TAKES_OUTPUT | TAKES_MERGE,
		.columns = &list_columns,
		.run = verb_list,
	}, {
		.name = "map",
		.summary = "draw blocks, their memmap and increments",
		.about = "A letter and a colour for each block; below it where its memmap is, and "
			 "the increments.",
		.groups = TAKES_MAP,
		.run = verb_map,
	}, {
		.name = "increments",
		.summary = "show the increments of the firmware",
		.about = "Needs the module.",
		.groups = TAKES_OUTPUT,
		.columns = &increment_columns,
		.run = verb_increments,
	}, {
		.name = "events",
		.summary = "show what happened: memory events and firmware calls",
		.about = "Needs the module, which keeps the last 4096 unless told otherwise (ledger_size=).",
		.groups = TAKES_OUTPUT | TAKES_EVENTS,
		.columns = &event_columns,
		.run = verb_events,
	}, {
		.name = "online",
		.arguments = BLOCKS,
		.summary = "bring blocks online, storage that the kernel does not have too",
		.about = "Of a SIZE, blocks that the kernel has come first, then storage in "
			 "standby, from low addresses on; if a block fails, another is taken. "
			 "Storage in standby is configured, or added through the module as one "
			 "range for each run of blocks. With --memmap-on-memory an offline block "
			 "whose memmap is elsewhere is taken out and brought in again.\n"
			 "The zone is Movable unless another is asked for: what is in the "
			 "kernel's own zones may never leave again.",
		.groups = TAKES_BLOCKS | TAKES_ZONE | TAKES_ALTMAP | TAKES_LASTING | TAKES_ACT,
		.run = verb_online,
	}, {
		.name = "offline",
		.arguments = BLOCKS,
		.summary = "take blocks offline; says why where that fails",
		.about = "Of a SIZE, blocks of the zone Movable come first, from high addresses "
			 "down; if a block fails, another is tried. The kernel tries for ever to "
			 "move a page that somebody holds, so each block has a time limit.\n"
			 "On kernels before 6.19 this gives the storage back to the firmware; "
			 "on later ones remove or deconfigure does.",
		.groups = TAKES_BLOCKS | TAKES_LASTING | TAKES_ACT,
		.run = verb_offline,
	}, {
		.name = "configure",
		.arguments = BLOCKS,
		.summary = "have the kernel know of blocks, offline",
		.about = "By /sys/firmware/memory where there is one, as chmem --configure; else "
			 "by the module, as add.",
		.groups = TAKES_BLOCKS | TAKES_ALTMAP | TAKES_ACT,
		.run = verb_configure,
	}, {
		.name = "deconfigure",
		.arguments = BLOCKS,
		.summary = "the opposite of configure, for offline blocks",
		.groups = TAKES_BLOCKS | TAKES_ACT,
		.run = verb_deconfigure,
	}, {
		.name = "add",
		.arguments = BLOCKS,
		.summary = "add storage through the module, a run of blocks as one range",
		.about = "Needs the module. See mhp_standby(4) for types, groups and flags.",
		.groups = TAKES_BLOCKS | TAKES_ALTMAP | TAKES_ADD | TAKES_ACT,
		.run = verb_add,
	}, {
		.name = "remove",
		.arguments = BLOCKS,
		.summary = "remove ranges that were added; they go as they came",
		.about = "Needs the module. All blocks of a range must be offline.",
		.groups = TAKES_BLOCKS | TAKES_ACT,
		.run = verb_remove,
	}, {
		.name = "resize",
		.arguments = "[+|-]SIZE",
		.summary = "bring the machine to so much online memory",
		.about = "With + or - by so much. Goes up as online and down as offline, and "
			 "touches no more blocks than it must. For a size that is less, write "
			 "-- before it: resize -- -1G.",
		.groups = TAKES_ZONE | TAKES_ALTMAP | TAKES_LASTING | TAKES_ACT,
		.run = verb_resize,
	}, {
		.name = "layout",
		.summary = "write which blocks are online to a file, or make it so again",
		.about = "A line is a run of blocks, its zone, and where its memmap is. An import "
			 "brings online what the file names, and leaves the rest. The service "
			 "standbyctl imports /etc/standbyctl.layout when the machine starts; "
			 "--persistent writes that file, and enables the service.",
		.groups = TAKES_LAYOUT | TAKES_LASTING | TAKES_ACT,
		.run = verb_layout,
	}, {
		.name = "assign",
		.arguments = "RN[-RN]",
		.summary = "have the firmware assign increments by hand",
		.about = "They stay assigned until unassign, whatever blocks do.",
		.groups = TAKES_ACT,
		.run = verb_assign,
	}, {
		.name = "unassign",
		.arguments = "RN[-RN]",
		.summary = "give increments back to the firmware",
		.about = "Refused for an increment that a block needs.",
		.groups = TAKES_ACT,
		.run = verb_unassign,
	}, {
		.name = "why",
		.arguments = "BLOCK",
		.summary = "say what would keep a block from going online or offline",
		.about = "Nothing is tried: what its pages are used for and by which processes, "
			 "the state of its increments, fault rules, and what ledger and kernel "
			 "log say of attempts before.",
		.run = verb_why,
	}, {
		.name = "inject",
		.arguments = "[RULE|clear]",
		.summary = "show fault rules, set one, or clear all",
		.about = "A RULE is words as mhp_standby(4) has them: what=assign rn=9 errno=EIO.",
		.groups = TAKES_OUTPUT | TAKES_ACT,
		.columns = &rule_columns,
		.run = verb_inject,
	}, {
		.name = "stats",
		.summary = "show counters and how long things took",
		.groups = TAKES_JSON,
		.run = verb_stats,
	}, {
		.name = "doctor",
		.summary = "say what can be done on this machine, and what to change",
		.about = "Exit status 1 if something is bad.",
		.groups = TAKES_JSON,
		.run = verb_doctor,
	},
};

const size_t nr_verbs = ARRAY_SIZE(verbs);

/**
 * verb_find() - look a verb up
 * @name: as typed
 *
 * Return: the verb, NULL if there is none.
 */
const struct verb *verb_find(const char *name)
{
	size_t i;

	for (i = 0; i < nr_verbs; i++) {
		if (!strcmp(name, verbs[i].name))
			return &verbs[i];
	}
	return NULL;
}
