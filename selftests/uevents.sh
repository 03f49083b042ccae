#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What user space hears of a block, what it may do in answer, as udev's rules do, and
# what becomes of a file of the block that somebody holds open while it goes.

. ./lib.sh

# listen COMMAND: runs it for each event of a memory block, with the event's variables;
# when there is one of ours it is heard
listen()
{
	command -v uevent > /dev/null || skip "no uevent (busybox)"
	export work	# for COMMAND
	: > "$work/heard"
	cat > "$work/hear" <<-EOF
		#!/bin/sh
		case \$DEVPATH in
		*/memory/memory[0-9]*) ;;
		*) exit 0 ;;
		esac
		$1
	EOF
	chmod +x "$work/hear"
	uevent "$work/hear" > "$work/uevent" 2>&1 &
	listener=$!
	trap 'kill $listener; wait $listener' EXIT
	# It says nothing when it is ready.
	until grep -q change "$work/heard"; do
		kill -0 $listener 2> /dev/null || fail "uevent: $(cat "$work/uevent")"
		echo change > "$MEMORY/memory0/uevent"
		sleep 0.1
	done
}

# heard N: what was heard of block N; two calls that say the same are the end of it
heard()
{
	hd_last=
	while :; do
		hd_now=$(sed -n "s|^\([a-z]*\) .*/memory$(block_id "$1")\$|\1|p" "$work/heard" | tr '\n' ' ')
		[ "$hd_now" != "$hd_last" ] || break
		hd_last=$hd_now
		sleep 1
	done
	echo "${hd_now% }"
}

SAY="echo \"\$ACTION \$DEVPATH\" >> \$work/heard"

each_step_is_said()
{
	needs_blocks 2
	listen "$SAY"
	add 0 2
	online 1
	offline 1
	remove 0 2
	expect "heard of block 0" "add remove" "$(heard 0)"
	expect "heard of block 1" "add online offline remove" "$(heard 1)"
}

# wait_for N STATE
wait_for()
{
	for _ in $(seq 100); do
		[ "$(cat "$MEMORY/memory$(block_id "$1")/state")" != "$2" ] || return 0
		sleep 0.2
	done
	fail "state of block $1: expected $2 got $(cat "$MEMORY/memory$(block_id "$1")/state")"
}

# The rule of distributions: SUBSYSTEM=="memory", ACTION=="add", ATTR{state}="online".
RULE="[ \$ACTION != add ] || echo online_movable > /sys\$DEVPATH/state
$SAY"

a_rule_brings_blocks_online()
{
	needs_blocks 2
	listen "$RULE"
	add 0 2
	for n in 0 1; do
		wait_for $n online
		expect "storage of block $n" assigned "$(storage_of $n)"
		expect "heard of block $n" "add online" "$(heard $n)"
		expect "onlined" 1 "$(block_is $n onlined)"
	done
	offline 0
	offline 1
	remove 0 2
	expect "heard of block 1" "add online offline remove" "$(heard 1)"
}

# Who asks for what is so already is told that it went well.
rule_and_policy_agree()
{
	listen "$RULE"
	writes online_movable "$MEMORY/auto_online_blocks"
	add 0
	expect "state after add" online "$(cat "$MEMORY/memory$(block_id 0)/state")"
	heard 0 > "$work/all"
	expect "onlined" 1 "$(block_is 0 onlined)"
	expect "storage" assigned "$(storage_of 0)"
	offline 0
	expect "storage, offline" "$OFFLINE_STORAGE" "$(storage_of 0)"
}

# gone FILE: what reading the open file 8 says
gone()
{
	cat <&8 > "$work/gone" 2>&1 && fail "$1 of a block that is gone says: $(cat "$work/gone")"
	grep -q "No such device" "$work/gone" || fail "$1 of a block that is gone: $(cat "$work/gone")"
}

files_held_open()
{
	for file in state removable phys_index valid_zones; do
		add 0
		exec 8< "$MEMORY/memory$(block_id 0)/$file"
		remove 0
		gone $file
		# Another block by that name is not the one that is held.
		add 0
		gone $file
		remove 0
		exec 8<&-
	done
}

# A writer that opened state before the block went.
state_held_open()
{
	add 0
	exec 8> "$MEMORY/memory$(block_id 0)/state"
	remove 0
	add 0
	(echo online_movable >&8) 2> "$work/gone" && fail "a write to a block that is gone went through"
	grep -q "No such device" "$work/gone" || fail "state of a block that is gone: $(cat "$work/gone")"
	expect "state of the block that came after" offline "$(cat "$MEMORY/memory$(block_id 0)/state")"
	exec 8>&-
}

file_of_ours_held_open()
{
	add 0
	exec 8< "$MHP/block/$(block_id 0)"
	remove 0
	cat <&8 > "$work/gone" 2>&1 && [ -s "$work/gone" ] &&
		fail "the file of a block that is gone says: $(cat "$work/gone")"
	exec 8<&-
}

it "a block says that it comes, goes online, goes offline and goes" each_step_is_said
it "a rule as udev's brings each block online" a_rule_brings_blocks_online
it "a rule and auto_online_blocks get on" rule_and_policy_agree
it "files of a block that are held open say that it is gone" files_held_open
it "state held open does nothing to the block that comes after" state_held_open
it "our own file of a block, held open, says nothing of it" file_of_ours_held_open

run "$@"
