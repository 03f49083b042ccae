/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of storage increments, filled from the firmware at load. Entries
 * live until unload, so a pointer to one stays valid.
 *
 * The increment mutex guards every change and is held across firmware calls,
 * which it serialises; readers use no lock and never wait for one. Lock order:
 * device_hotplug_lock and all that memory notifiers hold, then the increment
 * mutex. It is never held across add_memory() or remove_memory().
 */
#ifndef MHPS_INCREMENT_TABLE_H
#define MHPS_INCREMENT_TABLE_H

#include <linux/mutex.h>
#include <linux/types.h>

#include "core/geometry.h"
#include "firmware/firmware.h"

/**
 * enum mhps_increment_state - what we know the firmware to think
 * @MHPS_ABSENT: no such increment
 * @MHPS_RESERVED: boot storage, never ours
 * @MHPS_STANDBY: defined, not to be touched
 * @MHPS_ASSIGNED: backed
 * @MHPS_STUCK: should be in standby, but unassign was refused
 * @MHPS_INCREMENT_STATE_NR: how many there are
 */
enum mhps_increment_state {
	MHPS_ABSENT,
	MHPS_RESERVED,
	MHPS_STANDBY,
	MHPS_ASSIGNED,
	MHPS_STUCK,
	MHPS_INCREMENT_STATE_NR,
};

/**
 * enum mhps_manual - whether an operator assigned an increment
 * @MHPS_MANUAL_NO: no
 * @MHPS_MANUAL_PENDING: by a command that may still be undone
 * @MHPS_MANUAL: yes; it stays assigned until unassigned by a command
 */
enum mhps_manual {
	MHPS_MANUAL_NO,
	MHPS_MANUAL_PENDING,
	MHPS_MANUAL,
};

/**
 * struct mhps_increment - a storage increment
 * @users: blocks and ranges that need it assigned
 * @element: storage element, or -1 while the firmware has not said
 * @state: enum mhps_increment_state
 * @manual: enum mhps_manual
 *
 * All change under the increment mutex, with WRITE_ONCE for lockless readers.
 */
struct mhps_increment {
	u32 users;
	s16 element;
	u8 state;
	u8 manual;
};

/* Storage elements that answered at load, and those attached by now. */
extern unsigned long mhps_elements_present[];
extern unsigned long mhps_elements_attached[];

extern struct mutex mhps_increment_mutex;

/**
 * mhps_increment_first() - first increment of a range
 * @start: physical address in bytes
 *
 * Return: its rn; not necessarily one that exists.
 */
static inline u32 mhps_increment_first(u64 start)
{
	return mhps_rn_at(start, mhps_firmware.increment_shift);
}

/**
 * mhps_increment_last() - last increment of a range
 * @start: physical address in bytes
 * @size: in bytes, not 0
 *
 * Return: its rn; not necessarily one that exists.
 */
static inline u32 mhps_increment_last(u64 start, u64 size)
{
	return mhps_rn_at(start + size - 1, mhps_firmware.increment_shift);
}

/**
 * mhps_increment_address() - where an increment begins
 * @rn: its number, from 1
 *
 * Return: physical address in bytes.
 */
static inline u64 mhps_increment_address(u32 rn)
{
	return mhps_rn_address(rn, mhps_firmware.increment_shift);
}

/**
 * mhps_increment_size() - size of an increment
 *
 * Return: bytes.
 */
static inline u64 mhps_increment_size(void)
{
	return 1ULL << mhps_firmware.increment_shift;
}

int mhps_increment_table_init(void);
void mhps_increment_table_exit(void);
struct mhps_increment *mhps_increment_find(u32 rn);
u32 mhps_increment_rn(const struct mhps_increment *incr);
enum mhps_increment_state mhps_increment_state(u32 rn);
bool mhps_increment_is_needed(const struct mhps_increment *incr);
void mhps_increment_set_state(struct mhps_increment *incr,
			      enum mhps_increment_state state);

unsigned int mhps_increments_stuck(void);
unsigned int mhps_increments_elements(void);
bool mhps_increments_are_standby(u64 start, u64 size);
bool mhps_increments_standby_run(u64 *start, u64 *size);

#endif /* MHPS_INCREMENT_TABLE_H */
