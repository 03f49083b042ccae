#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Many processes at once: exactly one wins where only one can, and whatever
# they do, the books are right in the end.

. ./lib.sh

# Seconds of a run of many; more finds more.
SECONDS_OF_STRESS=${MHP_STRESS_SECONDS:-4}

# one_wins FILE TEXT NUMBER ERRNO...: of NUMBER processes one gets OK, the
# others one of ERRNO
one_wins()
{
	ow_file=$1 ow_text=$2 ow_number=$3
	shift 3
	wr -p "$ow_number" "$ow_file" "$ow_text" > "$work/results"
	expect "answers" "$ow_number" "$(wc -l < "$work/results" | tr -d ' ')"
	expect "answers OK" 1 "$(grep -c '^OK$' "$work/results")"
	while read -r result; do
		expect_one_of "answer" "$result" OK "$@"
	done < "$work/results"
}

one_add_wins()
{
	one_wins "$MHP/add" "$(range 0)" 8 EEXIST EBUSY
	expect "ranges" 1 "$(column ranges origin=mhp_standby start | wc -l | tr -d ' ')"
}

one_remove_wins()
{
	add 0
	one_wins "$MHP/remove" "$(range 0)" 8 ENOENT EBUSY
	expect "ranges" "" "$(column ranges origin=mhp_standby start)"
}

overlapping_adds()
{
	needs_blocks 3
	# Of [0 1] and [1 2] at most one can win, whoever starts first.
	wr -p 4 "$MHP/add" "$(range 0 2)" > "$work/low" &
	wr -p 4 "$MHP/add" "$(range 1 2)" > "$work/high"
	wait
	expect "answers" 8 "$(cat "$work/low" "$work/high" | wc -l | tr -d ' ')"
	expect "answers OK" 1 "$(cat "$work/low" "$work/high" | grep -c '^OK$')"
	expect "blocks" 2 "$(column blocks owner=mhp_standby block | wc -l | tr -d ' ')"
}

assigns_agree()
{
	needs_drive
	rn=$(rn 0)
	clear_events
	wr -p 8 "$MHP/assign" "rn=$rn" > "$work/results"
	expect "answers" OK "$(sort -u "$work/results")"
	expect "assigns" 1 "$(event ASSIGN rn | wc -l | tr -d ' ')"
	wr -p 8 "$MHP/unassign" "rn=$rn" > "$work/results"
	expect "answers" OK "$(sort -u "$work/results")"
	expect "unassigns" 1 "$(event UNASSIGN rn | wc -l | tr -d ' ')"
}

onlines_agree()
{
	add 0
	clear_events
	wr -p 8 "$MEMORY/memory$(block_id 0)/state" online_movable > "$work/results"
	expect "answers" 8 "$(wc -l < "$work/results" | tr -d ' ')"
	grep -q '^OK$' "$work/results" || fail "nobody was told OK: $(sort "$work/results" | uniq -c)"
	expect "sysfs state" online "$(cat "$MEMORY/memory$(block_id 0)/state")"
	expect "block state" online "$(block_is 0 state)"
	expect "onlines" 1 "$(event MEM_ONLINE block | wc -l | tr -d ' ')"
	expect "onlined" 1 "$(block_is 0 onlined)"
}

garbage_and_commands()
{
	wr -p 8 "$MHP/add" "start=nowhere" > "$work/garbage" &
	one_wins "$MHP/add" "$(range 0)" 4 EEXIST EBUSY
	wait
	expect "answers to garbage" 8 "$(wc -l < "$work/garbage" | tr -d ' ')"
	expect "answers to garbage" EINVAL "$(sort -u "$work/garbage")"
}

# Workers of the runs of many; each goes on until the time is up and says what came
# of each of its steps, a word a line, which goes to a file of its own.

# until_time_is_up FILE WORKER...
until_time_is_up()
{
	ut_file=$1
	shift
	while [ ! -e "$work/stop" ]; do
		"$@"
	done > "$ut_file" 2>&1
}

# may_say WORKER: what it may be told besides OK. A block that comes and goes is not
# there, or not in the state it was; somebody else was first; a rule says EIO or EBUSY.
may_say()
{
	case $1 in
	toggle_range) echo "EEXIST ENOENT EBUSY EIO" ;;
	toggle_block) echo "open:ENOENT open:ENXIO ENODEV ENXIO EINVAL EBUSY EAGAIN EIO" ;;
	toggle_hand) echo "EBUSY EIO" ;;
	esac
}

# idle_workers WORKER...: those that did nothing yet, or never got through. Of two
# that want the same one may always find that the other was first.
idle_workers()
{
	iw_nr=0
	for iw_worker; do
		iw_nr=$((iw_nr + 1))
		[ -s "$work/did.$iw_nr" ] || echo "$iw_worker: did nothing"
		iw_same=0
		iw_ok=
		for iw_other; do
			iw_same=$((iw_same + 1))
			[ "$iw_other" != "$iw_worker" ] ||
				! grep -q '^OK$' "$work/did.$iw_same" || iw_ok=y
		done
		[ -n "$iw_ok" ] || echo "$iw_worker: never OK"
	done
}

# did_what_it_may FILE WORKER: says what came of it; it was told nothing odd
did_what_it_may()
{
	sort "$1" | uniq -c | awk -v who="$2" '{ n = $1; $1 = ""; list = list n $0 ", " }
		END { print who ": " list }'
	sort -u "$1" > "$work/words"
	while read -r word; do
		# shellcheck disable=SC2046 # a list
		expect_one_of "$2" "$word" OK $(may_say "$2")
	done < "$work/words"
}

# workers_did WORKER...: what they may, and all of them something
workers_did()
{
	nr=0
	for worker; do
		nr=$((nr + 1))
		did_what_it_may "$work/did.$nr" "${worker%:*}"
	done
	idle=$(idle_workers "$@")
	[ -z "$idle" ] || fail "$idle"
}

# toggle_range N
toggle_range()
{
	wr "$MHP/add" "$(range "$1")"
	wr "$MHP/remove" "$(range "$1")"
}

# toggle_block N
toggle_block()
{
	wr "$MEMORY/memory$(block_id "$1")/state" online_movable
	wr "$MEMORY/memory$(block_id "$1")/state" offline
}

# toggle_hand N
toggle_hand()
{
	wr "$MHP/assign" "rn=$(rn "$1")"
	wr "$MHP/unassign" "rn=$(rn "$1")"
}

toggle_rules()
{
	wr "$MHP/inject" "what=assign errno=EIO skip=2 times=1"
	wr "$MHP/inject" "what=MEM_GOING_ONLINE errno=EBUSY skip=3 priority=5"
	wr "$MHP/inject" clear
}

# Every table can be read at any time; a block may be gone before its turn comes.
read_all()
{
	for table in blocks ranges increments events stats features inject last_error; do
		cat "$MHP/$table" > /dev/null || echo "$table cannot be read"
	done
	cat "$MHP"/block/* > /dev/null 2>&1
	echo OK
}

clear_and_err()
{
	wr "$MHP/events" clear
	# Refused, as it should be.
	wr "$MHP/remove" "start=0x1 size=0x1" | sed 's/^EINVAL$/OK/'
	lines=$(wc -l < "$MHP/last_error")
	[ "$lines" -eq 1 ] || echo "$lines lines in last_error" >> "$work/torn"
}

# all_at_once WORKER[:N]...
all_at_once()
{
	rm -f "$work/stop" "$work/torn" "$work"/did.*
	# Lockdep does not see that writers of state do not wait for a block that
	# goes: device_hotplug_lock, which both have, they only try to get.
	echo "mhp_lab: expect --> cpu_hotplug_lock --> mem_hotplug_lock" > /dev/kmsg
	nr=0
	for worker; do
		nr=$((nr + 1))
		case $worker in
		*:*) until_time_is_up "$work/did.$nr" "${worker%:*}" "${worker#*:}" & ;;
		*) until_time_is_up "$work/did.$nr" "$worker" & ;;
		esac
	done
	sleep "$SECONDS_OF_STRESS"
	# On a slow machine whoever wants what others want may not have got it yet.
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ -z "$(idle_workers "$@")" ] || sleep "$SECONDS_OF_STRESS"
	done
	: > "$work/stop"
	wait
	echo "mhp_lab: expect-end" > /dev/kmsg
	workers_did "$@"
	[ ! -e "$work/torn" ] || fail "$(sort -u "$work/torn")"
	writes clear "$MHP/inject"
	everything_agrees
}

# everything_agrees: sysfs, tables and firmware say the same of every block
everything_agrees()
{
	for block in $(column blocks owner=mhp_standby block); do
		expect "state of block $block against sysfs" \
			"$(cat "$MEMORY/memory$block/state")" \
			"$(column blocks "block=$block" state)"
	done
	n=0
	while [ $n -lt "$RUN_BLOCKS" ]; do
		rn=$(rn $n)
		wanted=standby
		[ "$(block_is $n state)" != online ] || wanted=assigned
		[ "$(column increments "rn=$rn" manual)" = 0 ] || wanted=assigned
		[ "$MODEL" != event ] ||
			expect "state of increment $rn" $wanted \
				"$(column increments "rn=$rn" state)"
		n=$((n + 1))
	done
}

ranges_come_and_go()
{
	needs_blocks 4
	all_at_once toggle_range:0 toggle_range:0 toggle_range:1 toggle_range:2 \
		read_all read_all
}

blocks_come_and_go()
{
	needs_blocks 4
	add 0
	add 1 2
	all_at_once toggle_block:0 toggle_block:1 toggle_block:1 toggle_block:2 \
		toggle_range:3 read_all
}

everything_comes_and_goes()
{
	needs_blocks 4
	add 0
	hands="toggle_hand:2 toggle_hand:1"
	# Where the in-kernel driver assigns, nobody does so by hand.
	[ "$DRIVES" = yes ] || hands=
	# A veto after PREPARE by the rules' subscriber is a known asymmetry.
	# shellcheck disable=SC2086 # one word a worker
	all_at_once toggle_range:1 toggle_block:1 toggle_block:0 $hands \
		toggle_rules clear_and_err read_all
}

adds_with_auto_online()
{
	needs_blocks 3
	writes online_movable "$MEMORY/auto_online_blocks"
	all_at_once toggle_range:0 toggle_range:1 toggle_block:0 toggle_block:1 \
		toggle_range:2 read_all
}

it "of many adds of one range one wins" one_add_wins
it "of many removes of one range one wins" one_remove_wins
it "of overlapping adds one wins" overlapping_adds
it "many assigns of one increment: one call, all succeed" assigns_agree
it "many onlines of one block: one online" onlines_agree
it "garbage beside commands: each gets its own answer" garbage_and_commands
it "ranges come and go under readers" ranges_come_and_go
it "blocks come and go under readers" blocks_come_and_go
it "ranges come and go with auto-onlining" adds_with_auto_online
it "ranges, blocks, hands, rules and readers all at once" \
	everything_comes_and_goes

run "$@"
