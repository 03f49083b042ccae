#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# sim_adopt=SIZE: real, idle boot blocks taken out of the running kernel become
# standby storage, and are given back at unload.

. ./lib.sh

# Beside the parameters of other tests, which may say where RAM is hidden.
MHP_MODULE_PARAMS="${MHP_MODULE_PARAMS-} sim_start=0 sim_size=0"
ADOPT=$((2 * 0x$(cat "$MEMORY/block_size_bytes" 2> /dev/null || echo 1)))

adopt()
{
	load "sim_adopt=$ADOPT"
}

needs_adopt()
{
	needs_reload
	case $(uname -m) in
	x86_64) ;;
	*) skip "sim_adopt is for x86_64 only" ;;
	esac
	expect "unload" OK "$(unload)"
}

# back_to_normal: nothing adopted, the module away
back_to_normal()
{
	bn_result=$(unload)
	expect "unload" OK "$bn_result"
}

adopted()
{
	result=$(adopt)
	[ "$result" != EBUSY ] || skip "no idle run of boot blocks"
	expect "load with sim_adopt=$ADOPT" OK "$result"
	: > "$work/reloaded"
	look_around
}

# The first round differs: memmap that was made at boot comes back as ordinary
# memory, and boot blocks come back as hot-added ones. From then on the books
# balance, so the common invariants are counted from here.
taken_and_given_back()
{
	needs_adopt
	total=$(meminfo MemTotal)
	present=$(zone_sum present)
	adopted
	expect "present pages taken" $((ADOPT / PAGE)) $((present - $(zone_sum present)))
	expect_number "MemTotal KiB" -lt "$total" "$(meminfo MemTotal)"
	back_to_normal
	expect "present pages given back" "$present" "$(zone_sum present)"
	expect_number "MemTotal KiB given back" -ge "$total" "$(meminfo MemTotal)"
	all_online
	baseline
}

second_round_is_exact()
{
	needs_adopt
	total=$(meminfo MemTotal)
	adopted
	expect "standby_size" "$ADOPT" "$(feature standby_size)"
	back_to_normal
	expect "MemTotal" "$total" "$(meminfo MemTotal)"
	same_as_before maps maps
}

direct_map()
{
	awk '/^DirectMap/ { kib += $2 } END { print kib }' /proc/meminfo
}

# all_online: every block, as it was
all_online()
{
	for state in "$MEMORY"/memory*/state; do
		expect "$state" online "$(cat "$state")"
	done
}

# Where the kernel maps by the GiB it cannot cut a block out, and may lose the GiB.
# What the first load took is taken offline, so that the second takes other blocks:
# of the first ones the kernel may have split the mapping itself.
direct_map_loses_what_is_taken()
{
	needs_adopt
	grep -q ^DirectMap /proc/meminfo || skip "no DirectMap in /proc/meminfo"
	for round in 1 2; do
		mapped=$(direct_map)
		result=$(load sim_adopt=1G)
		[ "$result" != EBUSY ] || break
		expect "load $round" OK "$result"
		expect "KiB taken out of the direct map, load $round" $((1 << 20)) \
			$((mapped - $(direct_map)))
		taken=$(feature standby_start)
		back_to_normal
		expect "KiB in the direct map after unload $round" "$mapped" \
			"$(direct_map)"
		for n in 0 1 2 3 4 5 6 7; do
			wr "$MEMORY/memory$((taken / BLOCK + n))/state" offline > "$work/wr"
		done
	done
	for state in "$MEMORY"/memory*/state; do
		[ "$(cat "$state")" = online ] || echo online > "$state"
	done
	baseline
	[ "$result $round" != "EBUSY 1" ] || skip "no idle run of boot blocks"
}

adopted_memory_lives_a_life()
{
	needs_adopt
	adopted
	add 0
	online 0
	expect "storage" assigned "$(storage_of 0)"
	[ "$MOM" != yes ] || expect memmap block "$(block_is 0 memmap)"
	used 0 -p 50
	offline 0
	remove 0
	back_to_normal
	expect "damage" "" "$(log_since_start | grep 'canary:')"
}

unload_refused_while_owning()
{
	needs_adopt
	adopted
	add 0
	expect_one_of "unload" "$(unload)" EBUSY EAGAIN
	remove 0
	back_to_normal
}

too_much_is_refused()
{
	needs_adopt
	present=$(zone_sum present)
	expect "load with sim_adopt=64T" EBUSY "$(load sim_adopt=64T)"
	expect "load with more than the kernel can spare" EBUSY \
		"$(load "sim_adopt=$(meminfo MemTotal)K")"
	expect "present pages" "$present" "$(zone_sum present)"
	all_online
	# Further blocks have come back as hot-added ones.
	baseline
}

excludes_hidden_ram()
{
	needs_adopt
	expect "load with sim_adopt and sim_start" EINVAL \
		"$(load "sim_adopt=$ADOPT" sim_start=0x40000000)"
}

elsewhere_refused()
{
	needs_reload
	needs_sim
	[ "$(uname -m)" != x86_64 ] || skip "sim_adopt is possible here"
	expect "unload" OK "$(unload)"
	expect "load with sim_adopt" EOPNOTSUPP "$(load sim_adopt=512M)"
}

it "boot memory is taken at load and given back at unload" taken_and_given_back
it "the second round gives back exactly what it took" second_round_is_exact
it "the direct map loses exactly what is taken" direct_map_loses_what_is_taken
it "adopted memory lives a whole life" adopted_memory_lives_a_life
it "rmmod is refused while adopted memory is added" unload_refused_while_owning
it "more than the kernel can spare is refused and nothing is kept" \
	too_much_is_refused
it "sim_adopt excludes sim_start" excludes_hidden_ram
it "sim_adopt is refused where it is not possible" elsewhere_refused

run "$@"
