/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The things that happen, by one enum: memory notifier events, the module's
 * own adds and removes, and calls to the firmware. The ledger records them,
 * fault rules name them.
 */
#ifndef MHPS_EVENT_H
#define MHPS_EVENT_H

/* enum mhps_event - what a row of the ledger is about */
enum mhps_event {
	/* memory notifier chain, in the order of a full life */
	MHPS_MEM_PREPARE_ONLINE,
	MHPS_MEM_GOING_ONLINE,
	MHPS_MEM_ONLINE,
	MHPS_MEM_CANCEL_ONLINE,
	MHPS_MEM_GOING_OFFLINE,
	MHPS_MEM_OFFLINE,
	MHPS_MEM_CANCEL_OFFLINE,
	MHPS_MEM_FINISH_OFFLINE,
	/* commands of this module */
	MHPS_ADD,
	MHPS_REMOVE,
	/* calls to the firmware */
	MHPS_READ,
	MHPS_ATTACH,
	MHPS_ASSIGN,
	MHPS_UNASSIGN,
	MHPS_EVENT_NR,
};

/* Events below this come from the memory notifier chain. */
#define MHPS_MEM_EVENT_NR	(MHPS_MEM_FINISH_OFFLINE + 1)

extern const char * const mhps_event_names[MHPS_EVENT_NR];

#endif /* MHPS_EVENT_H */
