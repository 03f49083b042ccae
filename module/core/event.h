/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The things that happen, by one enum: memory notifier events, the module's
 * own adds and removes, and calls to the firmware. The ledger records them,
 * fault rules name them.
 */
#ifndef MHPS_EVENT_H
#define MHPS_EVENT_H

/**
 * enum mhps_event - what a row of the ledger is about
 * @MHPS_MEM_PREPARE_ONLINE: the first MHPS_MEM_EVENT_NR are those of the memory
 *	notifier chain, in the order of a full life
 * @MHPS_MEM_GOING_ONLINE: as the kernel's MEM_GOING_ONLINE, and so on
 * @MHPS_MEM_ONLINE: the block is in use
 * @MHPS_MEM_CANCEL_ONLINE: somebody refused MHPS_MEM_GOING_ONLINE
 * @MHPS_MEM_GOING_OFFLINE: its pages are isolated and about to be moved away
 * @MHPS_MEM_OFFLINE: the block is out of use
 * @MHPS_MEM_CANCEL_OFFLINE: somebody refused, or a page could not be moved
 * @MHPS_MEM_FINISH_OFFLINE: its memmap is not used any more either
 * @MHPS_ADD: command of this module, or a block given back to the kernel
 * @MHPS_REMOVE: command of this module
 * @MHPS_READ: READ STORAGE ELEMENT INFORMATION
 * @MHPS_ATTACH: ATTACH STORAGE ELEMENT
 * @MHPS_ASSIGN: ASSIGN STORAGE
 * @MHPS_UNASSIGN: UNASSIGN STORAGE
 * @MHPS_EVENT_NR: how many there are
 */
enum mhps_event {
	MHPS_MEM_PREPARE_ONLINE,
	MHPS_MEM_GOING_ONLINE,
	MHPS_MEM_ONLINE,
	MHPS_MEM_CANCEL_ONLINE,
	MHPS_MEM_GOING_OFFLINE,
	MHPS_MEM_OFFLINE,
	MHPS_MEM_CANCEL_OFFLINE,
	MHPS_MEM_FINISH_OFFLINE,
	MHPS_ADD,
	MHPS_REMOVE,
	MHPS_READ,
	MHPS_ATTACH,
	MHPS_ASSIGN,
	MHPS_UNASSIGN,
	MHPS_EVENT_NR,
};

/* Events below this come from the memory notifier chain. */
#define MHPS_MEM_EVENT_NR	(MHPS_MEM_FINISH_OFFLINE + 1)

/* Events from this one on are calls to the firmware. */
#define MHPS_FIRMWARE_EVENT	MHPS_READ

extern const char * const mhps_event_names[MHPS_EVENT_NR];

#endif /* MHPS_EVENT_H */
