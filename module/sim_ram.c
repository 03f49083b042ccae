// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/align.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/range.h>
#include <linux/sizes.h>

#ifdef CONFIG_S390
#include <asm/asm-extable.h>
#include <asm/sclp.h>
#endif
#ifdef MHPS_HAVE_E820_RAW
#include <asm/e820/api.h>
#endif

#include "sim_ram.h"

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

static int ram_end_cb(struct resource *res, void *data)
{
	u64 *end = data;

	*end = max_t(u64, *end, res->end + 1);
	return 0;
}

#if defined(MHPS_HAVE_E820_RAW)	/* by Kbuild; x86 only */
/* The firmware's map is not cut by mem=. It tells of parts, so ask for many. */
static bool firmware_says_ram(u64 start, u64 size)
{
	u64 address;

	for (address = start; address < start + size; address += SZ_64K) {
		if (!e820__mapped_raw_any(address, address + SZ_4K,
					  E820_TYPE_RAM))
			return false;
	}
	return true;
}

/* The largest run of blocks that are RAM for the firmware, above our own RAM. */
static int platform_find(u64 from, u64 end, u64 *start, u64 *size)
{
	u64 block = memory_block_size_bytes();
	u64 address, run = 0;

	/* 64 TiB and more of simulated standby memory has to be named. */
	end = min(end, (u64)SZ_1T * 64);
	*size = 0;
	for (address = from; address + block <= end; address += block) {
		run = firmware_says_ram(address, block) ? run + block : 0;
		if (run > *size) {
			*size = run;
			*start = address + block - run;
		}
	}
	return *size ? 0 : -ENODEV;
}
#elif defined(CONFIG_S390)
static bool firmware_says_ram(u64 start, u64 size)
{
	return true;	/* The probe finds out: absent storage faults. */
}

/* mem= does not change what the machine told at boot. */
static int platform_find(u64 from, u64 end, u64 *start, u64 *size)
{
	end = min_t(u64, end, sclp.rnmax * sclp.rzm);
	end = ALIGN_DOWN(end, memory_block_size_bytes());
	if (from >= end)
		return -ENODEV;
	*start = from;
	*size = end - from;
	return 0;
}
#else
static bool firmware_says_ram(u64 start, u64 size)
{
	return true;	/* No exported source; the probe has to do. */
}

static int platform_find(u64 from, u64 end, u64 *start, u64 *size)
{
	return -ENODEV;
}
#endif

/**
 * mhps_sim_ram_kernel_end() - where the kernel's own RAM ends
 *
 * Return: physical address in bytes behind the last System RAM.
 */
u64 mhps_sim_ram_kernel_end(void)
{
	u64 end = 0;

	walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM, 0, -1ULL,
			    &end, ram_end_cb);
	return end;
}

/**
 * mhps_sim_ram_find() - find RAM hidden with mem=
 * @start: set to its physical address in bytes
 * @size: set to its size in bytes, whole memory blocks
 *
 * Return: 0, -ENODEV if there is none or this platform cannot tell.
 */
int mhps_sim_ram_find(u64 *start, u64 *size)
{
	struct range range = mhp_get_pluggable_range(true);
	u64 from = ALIGN(mhps_sim_ram_kernel_end(), memory_block_size_bytes());

	return platform_find(from, range.end + 1, start, size);
}

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
	if (!firmware_says_ram(start, size)) {
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
