// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "firmware/sim_canary.h"
#include "firmware/sim_ram.h"

/*
 * Odd in every byte and mixed with the address, so that neither zeroes, ones,
 * page poison nor a copy from elsewhere passes for it.
 */
#define MHPS_CANARY_PATTERN	0xa5c35a3c96690fb7ULL

static const char * const canary_names[] = {
	[MHPS_CANARY_OFF] = "off",
	[MHPS_CANARY_MEMMAP] = "memmap",
	[MHPS_CANARY_FULL] = "full",
};

static enum mhps_canary_depth canary_depth;	/* constant after init */
static atomic64_t canary_checks;
static atomic64_t canary_damage;
static u64 canary_bad_pfn;	/* first damage; under the increment mutex */

/**
 * mhps_canary_init() - choose the depth
 * @depth: off, memmap or full
 *
 * Return: 0, -EINVAL for another word.
 */
int mhps_canary_init(const char *depth)
{
	int i = match_string(canary_names, ARRAY_SIZE(canary_names), depth);

	if (i < 0) {
		pr_err("canary=%s is not one of off, memmap, full\n", depth);
		return -EINVAL;
	}
	canary_depth = i;
	return 0;
}

/**
 * mhps_canary_name() - the depth as a word
 *
 * Return: off, memmap or full.
 */
const char *mhps_canary_name(void)
{
	return canary_names[canary_depth];
}

/*
 * The first painted word at or after @address, by the depth. Beyond the memmap
 * there is but one, the block's last: any word there costs the host of a
 * virtual machine a huge page, and loading the module seconds.
 */
static u64 canary_word(u64 address)
{
	u64 block = memory_block_size_bytes();
	u64 memmap = block / PAGE_SIZE * sizeof(struct page);
	u64 offset = address & (block - 1);

	if (canary_depth == MHPS_CANARY_FULL || offset < memmap)
		return address;
	return address - offset + block - 8;
}

/**
 * mhps_canary_paint() - write the pattern
 * @start: physical address in bytes, multiple of a page
 * @size: in bytes, multiple of a page
 *
 * Only for storage that is in standby: anything else may hold live struct
 * pages. May sleep.
 */
void mhps_canary_paint(u64 start, u64 size)
{
	u64 address;

	if (canary_depth == MHPS_CANARY_OFF)
		return;
	for (address = canary_word(start); address < start + size;
	     address = canary_word(address + 8)) {
		mhps_sim_ram_write(address, address ^ MHPS_CANARY_PATTERN);
		if (!(address & (PAGE_SIZE - 1)))
			cond_resched();
	}
}

/**
 * mhps_canary_check() - look whether anybody wrote to standby storage
 * @start: physical address in bytes, multiple of a page
 * @size: in bytes, multiple of a page
 * @clear: zero the painted words, as the firmware clears what it assigns
 *
 * Damage is counted by the word, and logged once a call. May sleep.
 */
void mhps_canary_check(u64 start, u64 size, bool clear)
{
	u64 address, word, bad = 0, bad_address = 0, bad_word = 0;

	if (canary_depth == MHPS_CANARY_OFF)
		return;
	for (address = canary_word(start); address < start + size;
	     address = canary_word(address + 8)) {
		mhps_sim_ram_read(address, &word);
		if (word != (address ^ MHPS_CANARY_PATTERN) && !bad++) {
			bad_address = address;
			bad_word = word;
		}
		if (clear)
			mhps_sim_ram_write(address, 0);
		if (!(address & (PAGE_SIZE - 1)))
			cond_resched();
	}
	atomic64_inc(&canary_checks);
	if (!bad)
		return;
	if (!atomic64_read(&canary_damage))
		WRITE_ONCE(canary_bad_pfn, PHYS_PFN(bad_address));
	atomic64_add(bad, &canary_damage);
	pr_err("canary: %llu words of standby storage 0x%llx-0x%llx were written: first at pfn %llu offset %llu, found 0x%016llx\n",
	       bad, start, start + size - 1, (u64)PHYS_PFN(bad_address),
	       bad_address & (PAGE_SIZE - 1), bad_word);
}

/**
 * mhps_canary_words() - what words of the region hold, without changing them
 * @start: physical address in bytes, in the part of a block that is painted
 * @size: in bytes
 *
 * Any context that may sleep. While storage is being assigned or unassigned
 * the answer is that of a moment.
 *
 * Return: canary, clear (all zero, as assigned storage is at first), or
 * written; - with canary=off.
 */
const char *mhps_canary_words(u64 start, u64 size)
{
	bool canary = true, clear = true;
	u64 address, word;

	if (canary_depth == MHPS_CANARY_OFF)
		return "-";
	for (address = start; address < start + size; address += 8) {
		if (mhps_sim_ram_read(address, &word))
			return "-";
		canary &= word == (address ^ MHPS_CANARY_PATTERN);
		clear &= !word;
		if (!canary && !clear)
			return "written";
		if (!(address & (PAGE_SIZE - 1)))
			cond_resched();
	}
	return canary ? "canary" : "clear";
}

/**
 * mhps_canary_counts() - what was found so far
 * @counts: set
 */
void mhps_canary_counts(struct mhps_canary_counts *counts)
{
	counts->checks = atomic64_read(&canary_checks);
	counts->damage = atomic64_read(&canary_damage);
	counts->bad_pfn = READ_ONCE(canary_bad_pfn);
}
