#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A page of a block breaks: the block goes offline all the same, does not come back,
# and what the kernel counts of broken pages goes when the block does.

. ./lib.sh

# break_page FILE: a page in the middle of block 0, by hard_offline_page, or by
# soft_offline_page before it breaks
break_page()
{
	writes "$(hex $(($(at 0) + BLOCK / 2)))" "$MEMORY/$1"
}

needs_breaking()
{
	[ -w "$MEMORY/$1" ] || skip "no $1 in this kernel (MEMORY_FAILURE)"
}

# broken_kb: what the kernel counts
broken_kb()
{
	meminfo HardwareCorrupted
}

# free_page FILE altmap|none
free_page()
{
	needs_breaking "$1"
	[ "$2" = none ] || needs_altmap
	before=$(broken_kb)
	add 0 1 "flags=$(flags_of "$2")"
	online 0
	break_page "$1"
	expect "HardwareCorrupted gained" $((PAGE / 1024)) $(($(broken_kb) - before))
	expect "offline of a block with a poisoned page" OK "$(try_offline 0)"
	expect "online of it, refused" EHWPOISON "$(set_state 0 online_movable)"
	expect "its state" offline "$(cat "$MEMORY/memory$(block_id 0)/state")"
	expect "its storage" "$OFFLINE_STORAGE" "$(storage_of 0)"
	remove 0
	expect "HardwareCorrupted after remove" "$before" "$(broken_kb)"
}

# The storage is sound again, as far as the kernel knows.
comes_back_as_another()
{
	needs_breaking hard_offline_page
	add 0
	online 0
	break_page hard_offline_page
	offline 0
	remove 0
	add 0
	online 0
	offline 0
}

it "a poisoned page leaves with its block, with altmap" free_page hard_offline_page altmap
it "a poisoned page leaves with its block, without altmap" free_page hard_offline_page none
it "a page that is about to break leaves with its block, with altmap" \
	free_page soft_offline_page altmap
it "a block added anew has no poisoned page" comes_back_as_another

run "$@"
