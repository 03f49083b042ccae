// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of ranges, far above all memory there is: who is in whose way, in
 * which phase, and what removing wants. Nothing is added to the kernel.
 */
#include <kunit/test.h>
#include <linux/memory_hotplug.h>

#include "hotplug/range_table.c"
#include "core/geometry.h"

/* Of the place all ranges here are in. */
#define FIRST_BLOCK	0x10000U

static struct mhps_range *new_range(struct kunit *test, u32 block, u32 nr,
				    enum mhps_range_origin origin)
{
	struct mhps_range *range = kzalloc(sizeof(*range), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, range);
	range->origin = origin;
	range->first_block = FIRST_BLOCK + block;
	range->nr_blocks = nr;
	range->start = mhps_block_address(range->first_block);
	range->size = mhps_block_address(nr);
	if (origin == MHPS_RANGE_KERNELS)
		range->phase = MHPS_RANGE_REMOVING;
	return range;
}

/* Publish a range, or free it. */
static int publish(struct kunit *test, u32 block, u32 nr, struct mhps_range **range)
{
	int err;

	*range = new_range(test, block, nr, MHPS_RANGE_OURS);
	err = mhps_range_publish(*range);
	if (err)
		kfree(*range);
	return err;
}

static int claim(u32 block, u32 nr, struct mhps_range **range)
{
	return mhps_range_claim(mhps_block_address(FIRST_BLOCK + block),
				mhps_block_address(nr), range);
}

static struct mhps_range *any_range(void)
{
	guard(mutex)(&range_mutex);
	return tree_iter_first(&ranges, 0, U64_MAX);
}

/* Whatever a test left, and would disturb the next one. */
static void empty_table(struct kunit *test)
{
	struct mhps_range *range;

	while ((range = any_range())) {
		if (range->origin == MHPS_RANGE_OURS)
			mhps_range_unpublish(range);
		else
			mhps_range_forget_detached(range);
	}
}

static int nothing_is_there(struct kunit *test)
{
	if (region_intersects(mhps_block_address(FIRST_BLOCK), mhps_block_address(16), 0,
			      IORES_DESC_NONE) != REGION_DISJOINT)
		kunit_skip(test, "this machine has something at block %u", FIRST_BLOCK);
	return 0;
}

static void ranges_do_not_overlap(struct kunit *test)
{
	static const struct {
		u32 block, nr;
		int err;
	} cases[] = {
		{ 4, 2, -EEXIST }, { 4, 1, -EEXIST }, { 5, 1, -EEXIST }, { 3, 2, -EEXIST },
		{ 5, 2, -EEXIST }, { 0, 16, -EEXIST }, { 3, 1, 0 }, { 6, 2, 0 }, { 2, 2, -EEXIST },
		{ 7, 3, -EEXIST }, { 2, 1, 0 },
	};
	struct mhps_range *range, *other;
	struct mhps_block *block;
	int i;

	KUNIT_ASSERT_EQ(test, publish(test, 4, 2, &range), 0);
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, publish(test, cases[i].block, cases[i].nr, &other),
				    cases[i].err, "blocks %u, %u of them", cases[i].block,
				    cases[i].nr);
	/* What was refused has left nothing, nor taken anything away. */
	KUNIT_EXPECT_NULL(test, mhps_block_find(FIRST_BLOCK + 1));
	KUNIT_EXPECT_NULL(test, mhps_block_find(FIRST_BLOCK + 8));
	for (i = 4; i < 6; i++) {
		block = mhps_block_find(FIRST_BLOCK + i);
		KUNIT_ASSERT_NOT_NULL(test, block);
		KUNIT_EXPECT_PTR_EQ(test, block->range, range);
	}
}

static void what_iomem_has_is_refused(struct kunit *test)
{
	struct mhps_range *range = new_range(test, 0, 1, MHPS_RANGE_OURS);

	range->first_block = mhps_block_at(__pa(range));
	range->start = mhps_block_address(range->first_block);
	KUNIT_EXPECT_EQ(test, mhps_range_publish(range), -EEXIST);
	KUNIT_EXPECT_NULL(test, any_range());
	kfree(range);
}

static void a_range_pins_the_module(struct kunit *test)
{
	int before = module_refcount(THIS_MODULE);
	struct mhps_range *range;

	KUNIT_ASSERT_EQ(test, publish(test, 0, 1, &range), 0);
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), before + 1);
	mhps_range_unpublish(range);
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), before);
	KUNIT_EXPECT_NULL(test, mhps_block_find(FIRST_BLOCK));
}

static void claims(struct kunit *test)
{
	struct mhps_range *range, *claimed, *other;
	enum mhps_block_state state;
	struct mhps_block *block;
	int err;

	KUNIT_ASSERT_EQ(test, publish(test, 4, 2, &range), 0);
	KUNIT_EXPECT_EQ(test, claim(4, 2, &claimed), -EBUSY);
	mhps_range_set_phase(range, MHPS_RANGE_PRESENT);
	KUNIT_EXPECT_EQ(test, claim(6, 2, &claimed), 0);
	KUNIT_EXPECT_NULL(test, claimed);
	KUNIT_EXPECT_EQ(test, claim(4, 1, &claimed), -EINVAL);
	KUNIT_EXPECT_EQ(test, claim(5, 1, &claimed), -EINVAL);
	KUNIT_EXPECT_EQ(test, claim(3, 4, &claimed), -EINVAL);
	block = mhps_block_find(FIRST_BLOCK + 5);
	for (state = 0; state < MHPS_BLOCK_STATE_NR; state++) {
		WRITE_ONCE(block->state, state);
		err = claim(4, 2, &claimed);
		/* Prepared: somebody vetoed behind us, and no event told us. */
		if (state == MHPS_BLOCK_OFFLINE || state == MHPS_BLOCK_PREPARED) {
			KUNIT_EXPECT_EQ(test, err, 0);
			KUNIT_EXPECT_PTR_EQ(test, claimed, range);
			mhps_range_set_phase(range, MHPS_RANGE_PRESENT);
		} else {
			KUNIT_EXPECT_EQ(test, err, -EBUSY);
			KUNIT_EXPECT_NULL(test, claimed);
			KUNIT_EXPECT_EQ(test, range->phase, MHPS_RANGE_PRESENT);
		}
	}
	WRITE_ONCE(block->state, MHPS_BLOCK_OFFLINE);
	KUNIT_EXPECT_EQ(test, claim(4, 2, &claimed), 0);
	KUNIT_EXPECT_EQ(test, range->phase, MHPS_RANGE_REMOVING);
	KUNIT_EXPECT_EQ(test, claim(4, 2, &other), -EBUSY);
	KUNIT_EXPECT_NULL(test, other);
	KUNIT_EXPECT_EQ(test, publish(test, 5, 1, &other), -EBUSY);
	mhps_range_unpublish(range);
	KUNIT_EXPECT_EQ(test, publish(test, 5, 1, &other), 0);
}

/* Blocks @first to @last of the in-kernel driver, claimed; or all freed. */
static int detach(struct kunit *test, u32 first, u32 last)
{
	struct mhps_range *block, *next;
	LIST_HEAD(blocks);
	int err;
	u32 i;

	for (i = first; i <= last; i++) {
		block = new_range(test, i, 1, MHPS_RANGE_KERNELS);
		list_add_tail(&block->node, &blocks);
	}
	err = mhps_ranges_claim_detach(&blocks);
	list_for_each_entry_safe(block, next, &blocks, node) {
		if (err)
			kfree(block);
	}
	return err;
}

static struct mhps_range *kernels_block(u32 block)
{
	u64 start = mhps_block_address(FIRST_BLOCK + block);

	guard(mutex)(&range_mutex);
	return find_overlap(MHPS_RANGE_KERNELS, start, start);
}

static void blocks_are_detached_all_or_none(struct kunit *test)
{
	struct mhps_range *ours;

	KUNIT_ASSERT_EQ(test, detach(test, 2, 3), 0);
	/* On their way out. */
	KUNIT_EXPECT_EQ(test, detach(test, 1, 2), -EBUSY);
	KUNIT_EXPECT_EQ(test, publish(test, 3, 2, &ours), -EBUSY);
	mhps_range_set_phase(kernels_block(2), MHPS_RANGE_DETACHED);
	mhps_range_set_phase(kernels_block(3), MHPS_RANGE_DETACHED);
	KUNIT_EXPECT_EQ(test, detach(test, 1, 2), -ENOENT);
	KUNIT_EXPECT_NULL(test, kernels_block(1));
	KUNIT_ASSERT_EQ(test, publish(test, 4, 1, &ours), 0);
	KUNIT_EXPECT_EQ(test, detach(test, 4, 5), -EBUSY);
	KUNIT_EXPECT_NULL(test, kernels_block(5));
	KUNIT_EXPECT_PTR_EQ(test, mhps_range_first_detached(), kernels_block(2));
	mhps_range_forget_detached(kernels_block(2));
	KUNIT_EXPECT_PTR_EQ(test, mhps_range_first_detached(), kernels_block(3));
}

/* The blocks that mhps_range_next() shows, from 0 on, as ours or the kernel's. */
static void shown(char *text, size_t size)
{
	struct mhps_range copy;
	size_t len = 0;
	u64 from = 0;

	text[0] = '\0';
	while (mhps_range_next(from, &copy)) {
		len += scnprintf(text + len, size - len, "%c%u+%u ",
				 copy.origin == MHPS_RANGE_OURS ? 'o' : 'k',
				 copy.first_block - FIRST_BLOCK, copy.nr_blocks);
		from = copy.start + 1;
	}
}

static void ours_take_the_place_of_detached_blocks(struct kunit *test)
{
	struct mhps_range *ours, *other, *claimed;
	char text[80];
	int i;

	KUNIT_ASSERT_EQ(test, detach(test, 2, 5), 0);
	for (i = 2; i <= 5; i++)
		mhps_range_set_phase(kernels_block(i), MHPS_RANGE_DETACHED);
	KUNIT_EXPECT_EQ(test, claim(3, 2, &claimed), 0);
	KUNIT_EXPECT_NULL(test, claimed);
	KUNIT_ASSERT_EQ(test, publish(test, 3, 2, &ours), 0);
	KUNIT_EXPECT_EQ(test, publish(test, 4, 2, &other), -EEXIST);
	KUNIT_ASSERT_EQ(test, publish(test, 9, 1, &other), 0);
	shown(text, sizeof(text));
	KUNIT_EXPECT_STREQ(test, text, "k2+1 o3+2 k5+1 o9+1 ");
	mhps_range_set_phase(ours, MHPS_RANGE_PRESENT);
	KUNIT_EXPECT_EQ(test, claim(3, 2, &claimed), 0);
	KUNIT_ASSERT_PTR_EQ(test, claimed, ours);
	KUNIT_EXPECT_EQ(test, detach(test, 3, 3), -EBUSY);
	mhps_range_unpublish(ours);
	shown(text, sizeof(text));
	KUNIT_EXPECT_STREQ(test, text, "k2+1 k3+1 k4+1 k5+1 o9+1 ");
}

static void every_phase_has_a_name(struct kunit *test)
{
	enum mhps_range_phase phase;

	for (phase = 0; phase <= MHPS_RANGE_DETACHED; phase++)
		KUNIT_EXPECT_NOT_NULL(test, mhps_range_phase_name(phase));
}

static struct kunit_case range_table_cases[] = {
	KUNIT_CASE(ranges_do_not_overlap),
	KUNIT_CASE(what_iomem_has_is_refused),
	KUNIT_CASE(a_range_pins_the_module),
	KUNIT_CASE(claims),
	KUNIT_CASE(blocks_are_detached_all_or_none),
	KUNIT_CASE(ours_take_the_place_of_detached_blocks),
	KUNIT_CASE(every_phase_has_a_name),
	{ }
};

static struct kunit_suite range_table_suite = {
	.name = "mhps_range_table",
	.init = nothing_is_there,
	.exit = empty_table,
	.test_cases = range_table_cases,
};

kunit_test_suite(range_table_suite);
