#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the module learns from the firmware: all increments, all storage
# elements, however many there are, and when elements are attached.

. ./lib.sh

every_increment_once()
{
	expect "rows in order of rn" "$(feature rnmax)" \
		"$(awk '$1 == NR - 1 { n++ } END { print n }' "$MHP/increments")"
	expect "all rows" $(($(feature rnmax) + 1)) \
		"$(wc -l < "$MHP/increments" | tr -d ' ')"
}

addresses_follow_from_rn()
{
	last=$(feature rnmax)
	expect "address of the first" 0x0 "$(column increments rn=1 start)"
	expect "address of the last" "$(hex $(((last - 1) * INCREMENT)))" \
		"$(column increments "rn=$last" start)"
}

# The features tell of the first run of storage that is not boot storage.
standby_run_is_standby()
{
	first=$(($(feature standby_start) / INCREMENT + 1))
	count=$(($(feature standby_size) / INCREMENT))
	expect "standby increments of the run" "$count" "$(awk \
		-v first=$first -v last=$((first + count - 1)) \
		'$1 >= first && $1 <= last && $4 == "standby" { n++ }
		END { print n + 0 }' "$MHP/increments")"
}

# elements_of_standby: each once, - for increments whose element is not known
elements_of_standby()
{
	awk '$4 == "standby" && !seen[$2]++ { print $2 }' "$MHP/increments"
}

# On real firmware elements stay attached when a module that needed them goes.
attached_when_needed()
{
	needs_reload
	needs_drive
	reload
	expect "READ of elements at load" "$(feature elements)" \
		"$(event READ errno | grep -cx 0)"
	unattached=$(event READ response | grep -cx 0x0410)
	clear_events
	expect "attached before storage is needed" "" "$(event ATTACH element)"
	writes "rn=$(rn 0)" "$MHP/assign"
	expect "elements attached" "$unattached" \
		"$(event ATTACH element | sort -u | wc -l | tr -d ' ')"
	expect "elements attached twice" "" "$(event ATTACH element | sort | uniq -d)"
	clear_events
	writes "rn=$(rn 0)" "$MHP/unassign"
	writes "rn=$(rn 0)" "$MHP/assign"
	expect "attached again" "" "$(event ATTACH element)"
	[ "$unattached" != 0 ] || skip "all elements are attached already"
	expect "standby increments of no known element" "" \
		"$(elements_of_standby | grep -x -e -)"
}

many_elements()
{
	needs_sim
	reload sim_elements=4
	expect elements 5 "$(feature elements)"
	writes "rn=$(rn 0)" "$MHP/assign"
	expect "elements of standby increments" "1 2 3 4" \
		"$(elements_of_standby | tr '\n' ' ' | sed 's/ $//')"
}

a_block_gets_its_own_and_no_other()
{
	needs_drive
	add 0
	online 0
	expect "assigned increments" "$(increments_of 0)" \
		"$(column increments state=assigned rn)"
	offline 0
	want=
	[ "$OFFLINE_STORAGE" = standby ] || want=$(increments_of 0)
	expect "assigned increments, offline" "$want" \
		"$(column increments state=assigned rn)"
	remove 0
	expect "assigned increments, removed" "" \
		"$(column increments state=assigned rn)"
}

it "every increment up to rnmax is there once" every_increment_once
it "addresses follow from rn and increment size" addresses_follow_from_rn
it "the standby run of features is in standby" standby_run_is_standby
it "elements are attached when storage is first needed, once" attached_when_needed
it "standby storage in four elements" many_elements
it "a block gets its own increments and no other" a_block_gets_its_own_and_no_other

run "$@"
