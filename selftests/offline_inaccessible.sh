#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The flag offline_inaccessible: a kernel with DEBUG_VM poisons struct pages at
# add, which with an altmap lie in standby storage; told that the memory is
# inaccessible, it does so at online. The canary sees the difference.

. ./lib.sh

# poisons: the kernel poisons struct pages: the function is empty without
# DEBUG_VM, and vm_debug= without P switches it off
poisons()
{
	grep -q ' page_init_poison$' /proc/kallsyms || return 1
	ps_option=$(tr ' ' '\n' < /proc/cmdline | grep '^vm_debug' | tail -n 1)
	case $ps_option in
	"" | vm_debug | vm_debug= | vm_debug=*[Pp]*) return 0 ;;
	*) return 1 ;;
	esac
}

needs_flag()
{
	needs_sim
	needs_event_model
	needs_altmap
	[ "$(memmap_of 0 words)" != - ] || skip "canary=off"
}

needs_poison()
{
	needs_flag
	poisons || skip "this kernel does not poison struct pages (DEBUG_VM, vm_debug=P)"
}

damage()
{
	counter canary_damage
}

add_unsafe()
{
	add 0 1 "flags=memmap_on_memory unsafe=1"
}

without_it_add_writes()
{
	needs_poison
	before=$(damage)
	allows canary_damage
	add_unsafe
	expect "words of the altmap after add" written "$(memmap_of 0 words)"
	expect "storage" standby "$(storage_of 0)"
	remove 0
	canary_looked_at 0
	# All of it: 0xff in every struct page.
	expect "words of canary damaged" $(($(feature altmap_pages) * PAGE / 8)) \
		$(($(damage) - before))
	expect "canary bad pfn" $(($(at 0) / PAGE)) "$(counter canary_bad_pfn)"
}

with_it_nothing_is_written()
{
	needs_flag
	before=$(damage)
	add 0 1 "flags=memmap_on_memory,offline_inaccessible"
	expect "words of the altmap after add" canary "$(memmap_of 0 words)"
	remove 0
	canary_looked_at 0
	expect "words of canary damaged" 0 $(($(damage) - before))
}

# With it, poisoning is done in between, before the memmap is used.
poisoned_when_online()
{
	needs_poison
	before=$(damage)
	add 0 1 "flags=memmap_on_memory,offline_inaccessible"
	for _ in 1 2; do
		online 0
		expect "words of the altmap online" written "$(memmap_of 0 words)"
		offline 0
		expect "words of the altmap offline" canary "$(memmap_of 0 words)"
	done
	remove 0
	canary_looked_at 0
	expect "words of canary damaged" 0 $(($(damage) - before))
}

# Without the memmap in the block there is nothing to poison there.
without_altmap_nothing_is_written()
{
	needs_flag
	add 0 1 flags=none
	expect "words where an altmap would be" canary "$(memmap_of 0 words)"
	remove 0
	add 0 1 flags=offline_inaccessible
	expect "words where an altmap would be" canary "$(memmap_of 0 words)"
}

# Storage that is assigned may be written to: assigned by hand beforehand, no
# flag is needed and no canary dies.
assigned_first_is_fine()
{
	needs_flag
	before=$(damage)
	writes "rn=$(rns 0)" "$MHP/assign"
	add 0 1 flags=memmap_on_memory
	want=clear
	! poisons || want=written
	expect "words of the altmap after add" $want "$(memmap_of 0 words)"
	online 0
	offline 0
	remove 0
	expect "words of canary damaged" 0 $(($(damage) - before))
}

# Other kernels write nothing at add, so the flag makes no difference there.
no_poison_no_difference()
{
	needs_flag
	! poisons || skip "this kernel poisons struct pages"
	add_unsafe
	expect "words of the altmap after add" canary "$(memmap_of 0 words)"
}

refused_without_saying_unsafe()
{
	needs_event_model
	needs_altmap
	refuses_command EINVAL add "$(range 0) flags=memmap_on_memory" unsafe
}

it "memmap_on_memory without it is refused over standby storage" \
	refused_without_saying_unsafe
it "with it add writes nothing" with_it_nothing_is_written
it "a kernel that poisons: without it add writes the whole altmap" \
	without_it_add_writes
it "a kernel that poisons: with it the altmap is written online only" \
	poisoned_when_online
it "a kernel that does not poison: without it add writes nothing either" \
	no_poison_no_difference
it "without an altmap nothing is written, with it or without" \
	without_altmap_nothing_is_written
it "storage assigned beforehand needs no such flag" assigned_first_is_fine

run "$@"
