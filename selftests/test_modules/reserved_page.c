// SPDX-License-Identifier: GPL-2.0-only
/*
 * A page that cannot move, where a test wants it: nobody takes a block offline that has
 * one. In the movable zone only what boot left there is like that, a reserved page, so
 * a page of it is taken and marked so.
 *
 *	pfn=	the first page frame that will do
 *	count=	so many from there on
 *
 * Loading fails with ENOENT where no page of these is to be had. The page is given back
 * when the module goes.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>

static unsigned long pfn;
module_param(pfn, ulong, 0400);
MODULE_PARM_DESC(pfn, "the first page frame that will do");

static unsigned long count;
module_param(count, ulong, 0400);
MODULE_PARM_DESC(count, "so many from there on");

static struct page *reserved;

/* What does not fit is kept until it is found, or it would be what comes next. */
static int __init reserved_page_init(void)
{
	struct page *page, *next;
	LIST_HEAD(others);

	while (!reserved) {
		page = alloc_page(GFP_HIGHUSER_MOVABLE | __GFP_NORETRY | __GFP_NOWARN);
		if (!page)
			break;
		if (page_to_pfn(page) >= pfn && page_to_pfn(page) - pfn < count)
			reserved = page;
		else
			list_add(&page->lru, &others);
	}
	list_for_each_entry_safe(page, next, &others, lru) {
		list_del(&page->lru);
		__free_page(page);
	}
	if (!reserved)
		return -ENOENT;
	SetPageReserved(reserved);
	return 0;
}

static void __exit reserved_page_exit(void)
{
	ClearPageReserved(reserved);
	__free_page(reserved);
}

module_init(reserved_page_init);
module_exit(reserved_page_exit);

MODULE_DESCRIPTION("Tests of standby memory: a page that cannot move");
MODULE_LICENSE("GPL");
