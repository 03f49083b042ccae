// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/printk.h>

#ifdef CONFIG_S390
#include <asm/asm-extable.h>
#endif

#include "firmware/sim_ram.h"

#ifdef CONFIG_S390

/*
 * s390 has no mapping for storage the kernel does not know, and ioremap() is
 * for PCI. LURAG and STURG take real addresses (Principles of Operation,
 * "Load Using Real Address"); above the prefix area they are absolute ones.
 * An address without storage is an addressing exception, caught here.
 */
int mhps_sim_ram_read(u64 address, u64 *value)
{
	u64 word = 0;
	int err = -EFAULT;

	asm volatile("0:	lurag	%[word],%[address]\n"
		     "1:	lghi	%[err],0\n"
		     "2:\n"
		     EX_TABLE(0b, 2b) EX_TABLE(1b, 2b)
		     : [word] "+d" (word), [err] "+d" (err)
		     : [address] "a" (address));
	*value = word;
	return err;
}

int mhps_sim_ram_write(u64 address, u64 value)
{
	int err = -EFAULT;

	asm volatile("0:	sturg	%[value],%[address]\n"
		     "1:	lghi	%[err],0\n"
		     "2:\n"
		     EX_TABLE(0b, 2b) EX_TABLE(1b, 2b)
		     : [err] "+d" (err)
		     : [value] "d" (value), [address] "a" (address)
		     : "memory");
	return err;
}

static int sim_ram_remap(u64 start, u64 size)
{
	return 0;
}

void mhps_sim_ram_unmap(void)
{
}

#else /* !CONFIG_S390 */

static u64 *sim_ram_words;	/* mapping of the region */
static u64 sim_ram_start;

/**
 * mhps_sim_ram_read() - read a word of hidden RAM
 * @address: physical, inside the region, multiple of 8
 * @value: set to the word
 *
 * Return: 0, -EFAULT where no storage is (found on s390 only).
 */
int mhps_sim_ram_read(u64 address, u64 *value)
{
	*value = READ_ONCE(sim_ram_words[(address - sim_ram_start) / 8]);
	return 0;
}

/**
 * mhps_sim_ram_write() - write a word of hidden RAM
 * @address: physical, inside the region, multiple of 8
 * @value: the word
 *
 * Return: as mhps_sim_ram_read().
 */
int mhps_sim_ram_write(u64 address, u64 value)
{
	WRITE_ONCE(sim_ram_words[(address - sim_ram_start) / 8], value);
	return 0;
}

static int sim_ram_remap(u64 start, u64 size)
{
	sim_ram_words = memremap(start, size, MEMREMAP_WB);
	if (!sim_ram_words)
		return -ENOMEM;
	sim_ram_start = start;
	return 0;
}

/**
 * mhps_sim_ram_unmap() - undo mhps_sim_ram_map()
 */
void mhps_sim_ram_unmap(void)
{
	memunmap(sim_ram_words);
	sim_ram_words = NULL;
}

#endif /* !CONFIG_S390 */

/* A word must keep what is written to it; the old one is put back. */
static int probe_word(u64 address)
{
	const u64 pattern = 0x6d68707374616e64ULL ^ address;
	u64 old, seen;

	if (mhps_sim_ram_read(address, &old) ||
	    mhps_sim_ram_write(address, pattern) ||
	    mhps_sim_ram_read(address, &seen))
		return -EFAULT;
	mhps_sim_ram_write(address, old);
	return seen == pattern ? 0 : -EFAULT;
}

/**
 * mhps_sim_ram_map() - make sure a region is unused RAM and gain access to it
 * @start: physical address in bytes
 * @size: in bytes
 * @probe_step: distance in bytes at which storage is tried
 *
 * Return: 0; -EBUSY if anything in /proc/iomem overlaps it; -ENXIO if there is
 * no RAM; -ENOMEM. The reason is in the log.
 */
int mhps_sim_ram_map(u64 start, u64 size, u64 probe_step)
{
	u64 address;
	int err;

	if (region_intersects(start, size, 0, IORES_DESC_NONE) !=
	    REGION_DISJOINT) {
		pr_err("sim: 0x%llx-0x%llx overlaps something in /proc/iomem; hide RAM with mem= or use sim_adopt=\n",
		       start, start + size - 1);
		return -EBUSY;
	}
	if (!mhps_sim_ram_is_ram(start, size)) {
		pr_err("sim: 0x%llx-0x%llx is not all RAM in the firmware's memory map\n",
		       start, start + size - 1);
		return -ENXIO;
	}
	err = sim_ram_remap(start, size);
	if (err) {
		pr_err("sim: cannot map 0x%llx-0x%llx\n", start,
		       start + size - 1);
		return err;
	}
	for (address = start; address < start + size; address += probe_step) {
		if (probe_word(address) || probe_word(address + probe_step - 8)) {
			pr_err("sim: no RAM at 0x%llx\n", address);
			mhps_sim_ram_unmap();
			return -ENXIO;
		}
	}
	return 0;
}
