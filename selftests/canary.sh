#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The canary in standby storage: how deep it looks, and that it does notice
# when somebody writes to storage that is not assigned.

. ./lib.sh

# Full depth takes its time, so there is no more storage than is used.
SMALL=sim_size=$((0x$(cat "$MEMORY/block_size_bytes" 2> /dev/null || echo 1)))

# depth MODE: checks are counted as the mode says
depth()
{
	needs_sim
	reload "canary=$1" "$SMALL"
	expect canary "$1" "$(feature canary)"
	before=$(counter canary_checks)
	canary_looked_at 0
	case $1 in
	off) expect "canary checks" "$before" "$(counter canary_checks)" ;;
	*) expect "canary checks" $((before + 1)) "$(counter canary_checks)" ;;
	esac
	expect "canary damage" 0 "$(counter canary_damage)"
	expect "canary bad pfn" - "$(counter canary_bad_pfn)"
}

# lied_to: online a block while the firmware answers "assigned" and does not
# assign: the memmap is written to standby storage, as by a module that forgets
# to assign.
lied_to()
{
	needs_sim
	needs_event_model
	reload "$@" "$SMALL"
	add 0
	writes "what=assign response=0x0020" "$MHP/inject"
	online 0
	offline 0
	writes clear "$MHP/inject"
}

notices_memmap()
{
	needs_altmap
	lied_to canary=memmap
	allows canary_damage
	expect "canary damage before anyone looks" 0 "$(counter canary_damage)"
	canary_looked_at 0
	expect_number "words of canary damaged" -gt 0 "$(counter canary_damage)"
	pfn=$(counter canary_bad_pfn)
	expect_number "first damage" -ge $(($(at 0) / PAGE)) "$pfn"
	expect_number "first damage" -lt $(($(at 0) / PAGE + $(feature altmap_pages))) "$pfn"
	log_since_start | grep 'mhp_standby: canary:' | grep -q "pfn $pfn" ||
		fail "kernel log: expected a line about pfn $pfn"
}

blind_when_off()
{
	needs_altmap
	lied_to canary=off
	canary_looked_at 0
	expect "canary damage" 0 "$(counter canary_damage)"
}

notices_data()
{
	needs_sim
	needs_event_model
	reload canary=full "$SMALL"
	add 0 1 flags=none
	writes "what=assign response=0x0020" "$MHP/inject"
	online 0
	used 0 -p 30
	offline 0
	writes clear "$MHP/inject"
	allows canary_damage
	canary_looked_at 0
	expect_number "words of canary damaged" -ge $((BLOCK_PAGES / 5)) \
		"$(counter canary_damage)"
}

repainted_after_damage()
{
	needs_altmap
	lied_to canary=memmap
	allows canary_damage
	canary_looked_at 0
	damage=$(counter canary_damage)
	canary_looked_at 0
	expect "canary damage, looked at again" "$damage" "$(counter canary_damage)"
}

# Writing through /dev/mem is what a broken driver would do.
needs_dev_mem()
{
	needs_sim
	probe peek "$(hex "$(at 0)")" > "$work/peek" 2>&1 ||
		skip "no access to standby storage by /dev/mem here: $(cat "$work/peek")"
}

one_word_is_noticed()
{
	needs_dev_mem
	reload canary=memmap "$SMALL"
	where=$(($(at 0) + 3 * PAGE + 8 * 11))
	probe poke "$(hex $where)"
	allows canary_damage
	canary_looked_at 0
	expect "words of canary damaged" 1 "$(counter canary_damage)"
	expect "canary bad pfn" $((where / PAGE)) "$(counter canary_bad_pfn)"
}

unload_looks_a_last_time()
{
	needs_dev_mem
	reload canary=memmap "$SMALL"
	probe poke "$(hex "$(at 0)")"
	expect "unload" OK "$(unload)"
	log_since_start | tail -n 3 | grep -q 'mhp_standby: canary: 1 words' ||
		fail "kernel log: expected a line about 1 word, got $(
			log_since_start | tail -n 1)"
}

assigned_storage_is_clear()
{
	needs_dev_mem
	reload canary=memmap "$SMALL"
	[ $(($(probe peek "$(hex "$(at 0)")"))) -ne 0 ] ||
		fail "word in standby: expected a canary got 0"
	writes "rn=$(rn 0)" "$MHP/assign"
	expect "first word, assigned" 0x0 "$(probe peek "$(hex "$(at 0)")")"
	probe poke "$(hex "$(at 0)")"
	writes "rn=$(rn 0)" "$MHP/unassign"
	writes "rn=$(rn 0)" "$MHP/assign"
	expect "first word, assigned again" 0x0 "$(probe peek "$(hex "$(at 0)")")"
	expect "canary damage" 0 "$(counter canary_damage)"
}

whole_life_at_full_depth()
{
	needs_sim
	reload canary=full "$SMALL"
	add 0
	online 0
	offline 0
	remove 0
	writes "rn=$(rn 0)" "$MHP/assign"
	expect "canary damage" 0 "$(counter canary_damage)"
	expect "canary checks" 2 "$(counter canary_checks)"
}

it "canary=off checks nothing" depth off
it "canary=memmap checks at every assign" depth memmap
it "canary=full checks at every assign" depth full
it "a whole life damages no canary of full depth" whole_life_at_full_depth
it "a memmap in storage that was not assigned is noticed" notices_memmap
it "canary=off does not notice" blind_when_off
it "data in storage that was not assigned is noticed" notices_data
it "damage is counted once" repainted_after_damage
it "one word written behind everybody's back is noticed" one_word_is_noticed
it "unload looks a last time" unload_looks_a_last_time
it "storage is clear when it is assigned, every time" assigned_storage_is_clear

run "$@"
