#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The altmap of a block: how large it is, where it lies, and what it saves.
# What is expected is computed here, from the page size, the block size and
# the size of struct page in the kernel's own type information.

. ./lib.sh

PARAMETER=/sys/module/memory_hotplug/parameters/memmap_on_memory

struct_page()
{
	probe sizeof page 2> /dev/null || feature struct_page_size
}

# Pages that hold the memmap of a block.
expected_pages()
{
	echo $((BLOCK_PAGES * $(struct_page) / PAGE))
}

first_pfn()
{
	echo $(($(at "${1-0}") / PAGE))
}

struct_page_size_from_btf()
{
	btf=$(probe sizeof page) || skip "no BTF in this kernel"
	expect struct_page_size "$btf" "$(feature struct_page_size)"
}

struct_page_size_from_nr_memmap()
{
	before=$(nr_memmap)
	[ -n "$before" ] || skip "the kernel does not count memmap pages"
	add 0 1 flags=none
	pages=$(($(nr_memmap) - before))
	expect "struct page size by nr_memmap" "$(feature struct_page_size)" \
		$((pages * PAGE / BLOCK_PAGES))
}

feature_is_what_we_expect()
{
	needs_altmap
	expect altmap_pages "$(expected_pages)" "$(feature altmap_pages)"
}

# says WHEN COMMAND: COMMAND, given the name of a number, says what we expect
says()
{
	expect "altmap_nr_pages $1" "$(expected_pages)" "$($2 altmap_nr_pages)"
	expect "altmap_start_pfn $1" "$(first_pfn)" "$($2 altmap_start_pfn)"
}

# says_so COMMAND: when added, online, and offline again
says_so()
{
	needs_altmap
	add 0 1 flags=$ALTMAP
	says added "$1"
	online 0
	says online "$1"
	offline 0
	says offline "$1"
}

in_table()
{
	block_is 0 "$1"
}

in_files()
{
	block_value 0 "$1"
}

event_is_what_we_expect()
{
	needs_altmap
	needs_event_model
	add 0 1 flags=$ALTMAP
	clear_events
	online 0
	expect "altmap_nr_pages of PREPARE" "$(expected_pages)" \
		"$(event MEM_PREPARE_ONLINE altmap_nr_pages)"
	expect "altmap_start_pfn of PREPARE" "$(first_pfn)" \
		"$(event MEM_PREPARE_ONLINE altmap_start_pfn)"
	expect "start_pfn of GOING_ONLINE" $(($(first_pfn) + $(expected_pages))) \
		"$(event MEM_GOING_ONLINE start_pfn)"
}

# With memmap_on_memory=force the kernel rounds an altmap up to pageblocks, says
# at boot how many pages that wastes, and lets every block size have an altmap
# that its architecture does not rule out. With 4K pages and struct pages of 64
# bytes that is 0: a memmap is whole pageblocks as it is.
forced_altmap_is_whole_pageblocks()
{
	mode=$(cat /sys/module/memory_hotplug/parameters/memmap_on_memory)
	[ "$mode" = force ] || skip "memmap_on_memory=$mode"
	waste=$(dmesg | sed -n 's/.*Memory hotplug will waste \([0-9]*\) pages.*/\1/p')
	[ -n "$waste" ] || fail "kernel log: expected how many pages are wasted"
	needs_altmap
	add 0 1 flags=$ALTMAP
	online 0
	pages=$(block_is 0 altmap_nr_pages)
	expect altmap_nr_pages $(($(expected_pages) + waste)) "$pages"
	pageblock=$(awk '/^Pages per block:/ { print $4 }' /proc/pagetypeinfo)
	expect "pages beyond whole pageblocks of $pageblock" 0 $((pages % pageblock))
	expect "pages managed" $((BLOCK_PAGES - pages)) $(($(zone_pages Movable managed)))
}

without_altmap_nothing_is_claimed()
{
	add 0 1 flags=none
	expect altmap_nr_pages 0 "$(block_is 0 altmap_nr_pages)"
	expect altmap_start_pfn - "$(block_is 0 altmap_start_pfn)"
	expect "altmap_nr_pages file" 0 "$(block_value 0 altmap_nr_pages)"
	expect "altmap_start_pfn file" - "$(block_value 0 altmap_start_pfn)"
	online 0
	expect "altmap_nr_pages online" 0 "$(block_is 0 altmap_nr_pages)"
	[ "$MODEL" != event ] || expect "start_pfn of GOING_ONLINE" "$(first_pfn)" \
		"$(event MEM_GOING_ONLINE start_pfn | tail -n 1)"
}

# pages_in WHERE: a number of the kernel that counts pages
pages_in()
{
	case $1 in
	MemTotal) echo $(($(meminfo MemTotal) * 1024 / PAGE)) ;;
	*) zone_sum "$1" ;;
	esac
}

# gains WHERE FLAGS all|usable: what onlining block 0 adds
gains()
{
	[ "$2" = none ] || needs_altmap
	pages=$BLOCK_PAGES
	[ "$3" = all ] || pages=$((BLOCK_PAGES - $(expected_pages)))
	add 0 1 "flags=$2"
	before=$(pages_in "$1")
	online 0
	expect "$1 pages gained" "$pages" $(($(pages_in "$1") - before))
	offline 0
	expect "$1 pages after offline" "$before" "$(pages_in "$1")"
}

# lives FLAGS WHERE
lives()
{
	[ "$1" = none ] || needs_altmap
	add 0 1 "flags=$1"
	expect "memmap before online" "$2" "$(block_is 0 memmap)"
	online 0
	expect "memmap online" "$2" "$(block_is 0 memmap)"
	expect "memmap file" "$2" "$(block_value 0 memmap)"
	offline 0
	expect "memmap after offline" "$2" "$(block_is 0 memmap)"
}

# kernel_holds_back FLAGS none|altmap
kernel_holds_back()
{
	[ "$1" = none ] || needs_altmap
	want=0
	[ "$2" = none ] || want=$(expected_pages)
	add 0 1 "flags=$1"
	online 0
	got=$(probe memmap "$(first_pfn)" "$BLOCK_PAGES")
	[ "$got" != unknown ] || skip "/proc/kpageflags ends below hot-added memory here"
	expect "pages held back at the start of the block" "$want" "$got"
}

# Pages of an altmap never pass the page allocator, which would tell. Without an
# event before it is written, the whole block is told of before it is added.
told_nodat()
{
	needs_altmap
	needs_drive
	pages=$(counter nodat_pages)
	add 0 1 flags=altmap
	if [ "$MODEL" = event ]; then
		expect "pages told of at add" "$pages" "$(counter nodat_pages)"
		online 0
		pages=$((pages + $(feature altmap_pages)))
	else
		pages=$((pages + BLOCK_PAGES))
	fi
	expect "pages told of" "$pages" "$(counter nodat_pages)"
}

every_block_has_its_own()
{
	needs_altmap
	needs_blocks 3
	add 0 3 flags=$ALTMAP
	for n in 0 1 2; do
		expect "altmap_start_pfn of block $n" "$(first_pfn $n)" \
			"$(block_is $n altmap_start_pfn)"
		expect "altmap_nr_pages of block $n" "$(expected_pages)" \
			"$(block_is $n altmap_nr_pages)"
		expect "memmap of block $n" block "$(block_is $n memmap)"
	done
}

# cost FLAGS: free pages that adding 4 blocks took
cost()
{
	cost_before=$(free_pages)
	add 0 4 "flags=$1"
	cost_pages=$((cost_before - $(free_pages)))
	remove 0 4
}

system_memory_is_saved()
{
	needs_altmap
	needs_blocks 4
	memmap=$((4 * $(expected_pages)))
	# The first time pays for slabs, and both ways map the memory itself. Others take
	# and give pages meanwhile, but not each time as many as would hide a memmap.
	cost none
	for _ in 1 2 3; do
		cost none
		without=$cost_pages
		cost $ALTMAP
		saved=$((without - cost_pages))
		[ $saved -lt $((memmap * 15 / 16)) ] ||
			[ $saved -gt $((memmap * 17 / 16)) ] || return 0
	done
	fail "pages saved, of $memmap: $saved, three times off by a sixteenth or more"
}

memmap_counter_comes_back()
{
	before=$(nr_memmap)
	[ -n "$before" ] || skip "the kernel does not count memmap pages"
	for flags in none "$ALTMAP"; do
		[ "$flags" = none ] || [ "$MOM" = yes ] || continue
		add 0 1 "flags=$flags"
		expect "nr_memmap gained with $flags" "$(expected_pages)" \
			$(($(nr_memmap) - before))
		remove 0
		expect "nr_memmap after remove with $flags" "$before" \
			"$(nr_memmap)"
	done
}

# The parameter is an int behind the scenes, and says what was asked for.
parameter_says()
{
	[ -e "$PARAMETER" ] || skip "the kernel has no memmap_on_memory"
	asked=$(tr ' ' '\n' < /proc/cmdline |
		sed -n 's/^memory_hotplug.memmap_on_memory=//p' | tail -n 1)
	case $asked in
	1 | [yY]*) want=Y ;;
	force | FORCE) want=force ;;
	*) want=N ;;
	esac
	expect "$PARAMETER" $want "$(cat "$PARAMETER")"
}

# The flag is a hint to the kernel, which does not say that it did not take it.
impossible_altmap_is_told()
{
	[ "$MOM" != yes ] || skip "memmap on memory is possible here"
	add 0 1 flags=$ALTMAP
	expect memmap system "$(block_is 0 memmap)"
	expect altmap_nr_pages 0 "$(block_is 0 altmap_nr_pages)"
	log_since_start | grep -q "mhp_standby: .*memmap_on_memory is a hint" ||
		fail "kernel log: expected a line that the flag was not taken"
}

it "struct_page_size agrees with BTF" struct_page_size_from_btf
it "struct_page_size agrees with what nr_memmap gains" \
	struct_page_size_from_nr_memmap
it "altmap_pages in features is block pages x struct page / page size" \
	feature_is_what_we_expect
it "altmap in the blocks table: added, online, offline" says_so in_table
it "altmap in the block's own files: added, online, offline" says_so in_files
it "altmap in the events" event_is_what_we_expect
it "a forced altmap is whole pageblocks" forced_altmap_is_whole_pageblocks
it "no altmap without memmap_on_memory" without_altmap_nothing_is_claimed
it "MemTotal gains the block less its altmap" gains MemTotal altmap usable
it "MemTotal gains the whole block without altmap" gains MemTotal none all
it "zones: managed gains the block less its altmap" gains managed altmap usable
it "zones: managed gains the whole block without altmap" gains managed none all
it "zones: present gains the whole block with altmap" gains present altmap all
it "zones: present gains the whole block without altmap" gains present none all
it "the memmap lives in the block with altmap" lives altmap block
it "the memmap lives in system memory without altmap" lives none system
it "the kernel holds back exactly the altmap pages" kernel_holds_back altmap altmap
it "the kernel holds back nothing without altmap" kernel_holds_back none none
it "the hypervisor is told that its pages hold no page tables" told_nodat
it "every block of a range has an altmap of its own" every_block_has_its_own
it "altmap saves the system memory of the memmap" system_memory_is_saved
it "nr_memmap gains a memmap at add and loses it at remove" \
	memmap_counter_comes_back
it "the parameter says what the command line asked for" parameter_says
it "where memmap_on_memory is impossible, tables and log say so" \
	impossible_altmap_is_told

run "$@"
