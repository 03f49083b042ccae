// SPDX-License-Identifier: GPL-2.0-only
/* Arithmetic up to the largest machine there can be, and one step beyond. */
#include <kunit/test.h>

#include "core/geometry.h"

/* rn is 16 bits wide; increments and blocks are 1 MiB to 4 GiB. */
#define RN_LAST		65535U
#define SHIFT_FIRST	20
#define SHIFT_LAST	32

static const u32 rns[] = { 1, 2, 3, 1020, 1021, 4096, 32768, RN_LAST - 1, RN_LAST };

static void increments_of_every_size(struct kunit *test)
{
	unsigned int shift;
	u64 start, size;
	int i;

	for (shift = SHIFT_FIRST; shift <= SHIFT_LAST; shift++) {
		size = 1024ULL * 1024;
		for (i = SHIFT_FIRST; i < shift; i++)
			size *= 2;
		for (i = 0; i < ARRAY_SIZE(rns); i++) {
			start = (rns[i] - 1) * size;
			KUNIT_EXPECT_EQ(test, mhps_rn_address(rns[i], shift), start);
			KUNIT_EXPECT_EQ(test, mhps_rn_at(start, shift), rns[i]);
			KUNIT_EXPECT_EQ(test, mhps_rn_at(start + size / 2, shift), rns[i]);
			KUNIT_EXPECT_EQ(test, mhps_rn_at(start + size - 1, shift), rns[i]);
			KUNIT_EXPECT_EQ(test, mhps_rn_at(start + size, shift), rns[i] + 1);
		}
	}
}

/* A block has as many increments as fit, or shares one with its neighbours. */
static void blocks_over_increments(struct kunit *test)
{
	unsigned int block, increment;
	u64 id, start, size;
	u32 first, last;
	int i;

	for (block = SHIFT_FIRST; block <= SHIFT_LAST; block++) {
		for (increment = SHIFT_FIRST; increment <= SHIFT_LAST; increment++) {
			for (i = 0; i < ARRAY_SIZE(rns); i++) {
				id = rns[i] - 1;
				size = 1ULL << block;
				start = id * size;
				first = mhps_rn_at(start, increment);
				last = mhps_rn_at(start + size - 1, increment);
				if (block >= increment) {
					KUNIT_EXPECT_EQ(test, last - first + 1,
							1U << (block - increment));
					KUNIT_EXPECT_EQ(test, mhps_rn_address(first, increment),
							start);
				} else {
					KUNIT_EXPECT_EQ(test, first, last);
					KUNIT_EXPECT_EQ(test, first - 1,
							id >> (increment - block));
				}
			}
		}
	}
}

static void what_is_no_increment_saturates(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, mhps_rn_at(((u64)U32_MAX - 2) << 20, 20), U32_MAX - 1);
	KUNIT_EXPECT_EQ(test, mhps_rn_at(((u64)U32_MAX - 1) << 20, 20), U32_MAX);
	KUNIT_EXPECT_EQ(test, mhps_rn_at((u64)U32_MAX << 20, 20), U32_MAX);
	/* Cut to 32 bits these would be rn 1 and rn 2. */
	KUNIT_EXPECT_EQ(test, mhps_rn_at(1ULL << 52, 20), U32_MAX);
	KUNIT_EXPECT_EQ(test, mhps_rn_at((1ULL << 52) + (1ULL << 20), 20), U32_MAX);
	KUNIT_EXPECT_EQ(test, mhps_rn_at(U64_MAX, 20), U32_MAX);
	KUNIT_EXPECT_EQ(test, mhps_rn_at(U64_MAX, 32), U32_MAX);
}

static void memmaps_of_every_page_size(struct kunit *test)
{
	static const struct {
		u64 size;
		unsigned int page_shift;
		size_t page;
		u64 bytes;
	} cases[] = {
		{ SZ_128M, 12, 64, SZ_2M },
		{ SZ_256M, 12, 64, SZ_4M },
		{ SZ_2G, 12, 64, SZ_32M },
		{ 4ULL << 30, 12, 64, SZ_64M },
		{ 4ULL << 30, 14, 64, SZ_16M },
		{ 4ULL << 30, 16, 64, SZ_4M },
		{ 4ULL << 30, 12, 56, 56 << 20 },
		/* Not whole pages of struct pages. */
		{ SZ_1M, 12, 64, 4 * SZ_4K },
		{ SZ_1M, 12, 56, 4 * SZ_4K },
		{ SZ_1M, 14, 64, SZ_16K },
		{ SZ_1M, 16, 64, SZ_64K },
		{ SZ_128M, 16, 64, 2 * SZ_64K },
		/* 65,535 increments of 4 GiB, and of 1 MiB. */
		{ (u64)RN_LAST << 32, 12, 64, (u64)RN_LAST << 26 },
		{ (u64)RN_LAST << 32, 16, 64, (u64)RN_LAST << 22 },
		{ (u64)RN_LAST << 20, 12, 64, (u64)RN_LAST << 14 },
		{ (u64)RN_LAST << 20, 16, 64, SZ_64M },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, mhps_memmap_bytes(cases[i].size, cases[i].page_shift,
							    cases[i].page),
				    cases[i].bytes, "0x%llx bytes in pages of 1 << %u",
				    cases[i].size, cases[i].page_shift);
	KUNIT_EXPECT_EQ(test, mhps_memmap_pages(4ULL << 30),
			DIV_ROUND_UP((4UL << 30) / PAGE_SIZE * sizeof(struct page), PAGE_SIZE));
}

static void blocks_of_this_kernel(struct kunit *test)
{
	static const u32 ids[] = { 0, 1, 7, 31, 32, 4095, 65534, 0x7fffff };
	u64 size = memory_block_size_bytes();
	u64 start;
	int i;

	KUNIT_EXPECT_EQ(test, 1ULL << mhps_block_shift(), size);
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		start = ids[i] * size;
		KUNIT_EXPECT_EQ(test, mhps_block_address(ids[i]), start);
		KUNIT_EXPECT_EQ(test, mhps_block_at(start), ids[i]);
		KUNIT_EXPECT_EQ(test, mhps_block_at(start + size - 1), ids[i]);
		KUNIT_EXPECT_EQ(test, mhps_block_at(start + size), ids[i] + 1);
		KUNIT_EXPECT_EQ(test, mhps_block_of_pfn(PHYS_PFN(start)), ids[i]);
		KUNIT_EXPECT_EQ(test, mhps_block_of_pfn(PHYS_PFN(start + size) - 1), ids[i]);
	}
}

static struct kunit_case geometry_cases[] = {
	KUNIT_CASE(increments_of_every_size),
	KUNIT_CASE(blocks_over_increments),
	KUNIT_CASE(what_is_no_increment_saturates),
	KUNIT_CASE(memmaps_of_every_page_size),
	KUNIT_CASE(blocks_of_this_kernel),
	{ }
};

static struct kunit_suite geometry_suite = {
	.name = "mhps_geometry",
	.test_cases = geometry_cases,
};

kunit_test_suite(geometry_suite);
