// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's types that blocks.py reads, as the compiler lays them out for this
 * kernel: what a distribution's vmlinux with debugging information has, in 4 GB less.
 */
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/memremap.h>
#include <linux/module.h>
#include <linux/xarray.h>

struct memory_block types_block;
struct memory_group types_group;
struct vmem_altmap types_altmap;
struct xarray types_xarray;
struct xa_node types_node;

MODULE_DESCRIPTION("debugging information of memory blocks");
MODULE_LICENSE("GPL");
