#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What /proc/kcore, /proc/kpageflags and /proc/kpagecount show of blocks that are
# offline: nothing, without touching what is not there. A read of real standby
# storage is an addressing exception; simulated, it would find the canary.

. ./lib.sh

LOOK=65536		# bytes
NOPAGE=0x100000		# KPF_NOPAGE

# one_of_two FLAGS: blocks 0 and 1 are added, 1 is online. The kernel renews the
# list of what kcore has only when a block goes online or offline, and then up to
# the last that is online.
one_of_two()
{
	[ "$1" = none ] || needs_altmap
	needs_blocks 2
	[ -r /proc/kcore ] || skip "no /proc/kcore in this kernel"
	add 0 1 "flags=$1"
	add 1 1 "flags=$1"
	expect "kcore, nothing online" absent "$(kcore pa "$(at 0)" $LOOK)"
	online 1
}

# nonzero pa|va ADDRESS: words
nonzero()
{
	kcore "$1" "$2" $LOOK | sed 's/nonzero=\([0-9]*\) .*/\1/'
}

# The start of an altmap holds struct pages that are never zero.
contents()
{
	one_of_two $ALTMAP
	expect_number "words of block 1 in kcore, online" -gt 0 "$(nonzero pa "$(at 1)")"
	expect "words of block 0 in kcore, never online" 0 "$(nonzero pa "$(at 0)")"
	online 0
	expect_number "words of block 0 in kcore, online" -gt 0 "$(nonzero pa "$(at 0)")"
	offline 0
	expect "words of block 0 in kcore, offline again" 0 "$(nonzero pa "$(at 0)")"
}

# memmap_address N: virtual, of the struct pages of block N
memmap_address()
{
	ma_at=$(at "$1")
	kcore list | while read -r _ physical size; do
		[ "$physical" = "$(hex "$ma_at")" ] || continue
		# The kernel puts the memmap of a segment behind it.
		read -r virtual physical size
		[ "$physical $size" != "- $(hex $(($(feature altmap_pages) * PAGE)))" ] ||
			echo "$virtual"
		break
	done
}

# canary ADDRESS: what sim_canary.c has there, in halves as shells are signed
canary()
{
	printf '0x%x%08x' $((0xa5c35a3c ^ $1 >> 32)) $((0x96690fb7 ^ $1 & 0xffffffff))
}

# memmap_is WHEN: what kcore has of the memmap of block 0, which is offline. Kernel fault
# 9 is that it has it at all.
memmap_is()
{
	memmap=$(memmap_address 0)
	[ -n "$memmap" ] || { is_fixed 9; return; }
	has_fault 9
	kcore va "$memmap" $LOOK > "$work/seen"
	case $FIRMWARE in
	sclp) expect "memmap $1" "nonzero=0 first=0x0" "$(cat "$work/seen")" ;;
	*) expect "memmap $1" "nonzero=$((LOOK / 8)) first=$(canary "$(at 0)")" \
		"$(cat "$work/seen")" ;;
	esac
}

# Where kcore has the memmap of an offline block, which lies there, the kernel does go
# there, but is ready for a fault.
memmap()
{
	needs_event_model
	one_of_two $ALTMAP
	expect "memmap of block 0" block "$(block_is 0 memmap)"
	[ "$FIRMWARE" = sclp ] || [ "$(feature canary)" != off ] ||
		skip "without canary there is nothing to tell standby storage by"
	memmap_is "before online"
	online 0
	memmap=$(memmap_address 0)
	[ -n "$memmap" ] || skip "kcore does not list the memmap here"
	expect_number "words of the memmap, online" -gt 0 "$(nonzero va "$memmap")"
	offline 0
	memmap_is "after offline"
}

# has_flags N: block N is online. Its first page has flags: reserved in an altmap;
# a free one may have none, which from 7.x on is what no page has too.
has_flags()
{
	[ "$offline_flags" = $NOPAGE ] || [ "$(block_is "$1" memmap)" = block ] || return 0
	[ "$(entry kpageflags "$1")" != "$offline_flags" ] ||
		fail "kpageflags, online: not expected $offline_flags"
}

# page_files FLAGS
page_files()
{
	one_of_two "$1"
	for file in kpageflags kpagecount; do
		[ -r /proc/$file ] || skip "no /proc/$file in this kernel"
		[ -n "$(entry $file 0)" ] ||
			skip "/proc/$file ends below hot-added memory here"
	done
	offline_flags=$(entry kpageflags 0)
	expect_one_of "kpageflags, never online" "$offline_flags" $NOPAGE 0x0
	expect "kpagecount, never online" 0x0 "$(entry kpagecount 0)"
	has_flags 1
	online 0
	has_flags 0
	offline 0
	expect "kpageflags, offline again" "$offline_flags" "$(entry kpageflags 0)"
}

it "kcore: an offline block reads as zeroes" contents
it "kcore: the memmap of an offline block that holds it can be asked for" memmap
it "kpageflags, kpagecount: an offline block has no pages, with altmap" \
	page_files altmap
it "kpageflags, kpagecount: an offline block has no pages, without altmap" \
	page_files none

run "$@"
