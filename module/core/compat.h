/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every difference between kernel versions, by feature test.
 *
 * MHP_OFFLINE_INACCESSIBLE, MEM_PREPARE_ONLINE, MEM_FINISH_OFFLINE and the
 * altmap fields of struct memory_notify came together in 6.9 (c5f1e2d18909)
 * and left together in 6.19. The MEM_* names cannot be tested: they are macros
 * in some kernels and an enum, with other values, in others. So the flag is
 * the test, and nothing here or elsewhere compares an event by number.
 */
#ifndef MHPS_COMPAT_H
#define MHPS_COMPAT_H

#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>

#include "core/event.h"

#ifdef MHP_OFFLINE_INACCESSIBLE
#define MHPS_HAVE_PREPARE	true
#define MHPS_OFFLINE_INACCESSIBLE	MHP_OFFLINE_INACCESSIBLE
#else
#define MHPS_HAVE_PREPARE	false	/* what follows from it: model.h */
#define MHPS_OFFLINE_INACCESSIBLE	MHP_NONE
#endif

/* Without ZONE_DEVICE there is no memremap_pages(): no ranges of type=device. */
#define MHPS_HAVE_DEVICE	IS_ENABLED(CONFIG_ZONE_DEVICE)

/**
 * mhps_event_of_action() - our name of a memory notifier action
 * @action: MEM_* value as passed to a memory notifier
 *
 * Return: the event, or MHPS_EVENT_NR for an action this module does not know.
 */
static inline enum mhps_event mhps_event_of_action(unsigned long action)
{
	switch (action) {
#ifdef MHP_OFFLINE_INACCESSIBLE
	case MEM_PREPARE_ONLINE:
		return MHPS_MEM_PREPARE_ONLINE;
	case MEM_FINISH_OFFLINE:
		return MHPS_MEM_FINISH_OFFLINE;
#endif
	case MEM_GOING_ONLINE:
		return MHPS_MEM_GOING_ONLINE;
	case MEM_ONLINE:
		return MHPS_MEM_ONLINE;
	case MEM_CANCEL_ONLINE:
		return MHPS_MEM_CANCEL_ONLINE;
	case MEM_GOING_OFFLINE:
		return MHPS_MEM_GOING_OFFLINE;
	case MEM_OFFLINE:
		return MHPS_MEM_OFFLINE;
	case MEM_CANCEL_OFFLINE:
		return MHPS_MEM_CANCEL_OFFLINE;
	default:
		return MHPS_EVENT_NR;
	}
}

/**
 * mhps_notify_altmap() - altmap range told by a notification
 * @event: the event
 * @arg: its argument
 * @start_pfn: set to the first pfn of the altmap
 * @nr_pages: set to its length in pages
 *
 * Return: true if @event carries altmap fields in this kernel. They are
 * uninitialised stack in every other event (drivers/base/memory.c, mm/
 * memory_hotplug.c), so they must not be read there.
 */
static inline bool mhps_notify_altmap(enum mhps_event event,
				      const struct memory_notify *arg,
				      unsigned long *start_pfn,
				      unsigned long *nr_pages)
{
#ifdef MHP_OFFLINE_INACCESSIBLE
	if (event == MHPS_MEM_PREPARE_ONLINE ||
	    event == MHPS_MEM_FINISH_OFFLINE) {
		*start_pfn = arg->altmap_start_pfn;
		*nr_pages = arg->altmap_nr_pages;
		return true;
	}
#endif
	return false;
}

/**
 * mhps_alloc_contig_range() - allocate these pages and no others
 * @start: first pfn
 * @end: pfn behind the last
 *
 * Return: 0, -EBUSY if one is in use and cannot be moved, another error.
 */
static inline int mhps_alloc_contig_range(unsigned long start, unsigned long end)
{
#if !defined(CONFIG_CONTIG_ALLOC)
	return -EOPNOTSUPP;
#elif defined(ACR_FLAGS_NONE)
	return alloc_contig_range(start, end, ACR_FLAGS_NONE, GFP_KERNEL);
#else
	return alloc_contig_range(start, end, MIGRATE_MOVABLE, GFP_KERNEL);
#endif
}

/**
 * mhps_free_contig_range() - free what mhps_alloc_contig_range() allocated
 * @start: first pfn
 * @nr_pages: how many
 */
static inline void mhps_free_contig_range(unsigned long start,
					  unsigned long nr_pages)
{
#ifdef CONFIG_CONTIG_ALLOC
	free_contig_range(start, nr_pages);
#endif
}

#endif /* MHPS_COMPAT_H */
