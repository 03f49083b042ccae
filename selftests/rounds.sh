# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # shared with lib.sh
#
# Rounds of blocks that go on- and offline while loads are at work. A load is a function
# that is called again and again, in a process of its own, and fails where it did not do
# what it should; memory that has changed is told by a file called changed.

ROUNDS=${MHP_LOAD_ROUNDS:-3}
OFFLINE_TRIES=20
MIB_IN_USE=16		# of a load

# until_stopped LOAD: how often it went through goes to did.LOAD, in its last words
# what kept it from it
until_stopped()
{
	us_done=0
	while [ ! -e "$work/stop" ]; do
		if "$1" > "$work/said.$1" 2>&1; then
			us_done=$((us_done + 1))
			echo $us_done > "$work/did.$1"
		fi
	done
}

# both_blocks: 0 and 1, as fill wants to hear
both_blocks()
{
	echo "$(($(at 0) / PAGE)):$((2 * BLOCK_PAGES))"
}

# filled STATUS WORDS: how fill ended for a load, and what it said
filled()
{
	case $1 in
	0) return ;;
	1) : > "$work/changed" ;;
	*) echo "fill: $2" >> "$work/wrong" ;;
	esac
	echo "$2"
	return 1
}

# in_use KIND [OPTION]...: that much memory, written and read again. More of it, and
# nobody else finds any while both blocks are offline.
in_use()
{
	iu_said=$(fill -r "$(both_blocks)" -p 100 -m $MIB_IN_USE -t "$@" 2>&1)
	filled $? "$iu_said" || return
	case $iu_said in
	*"command=0") ;;
	*) echo "$iu_said"; return 1 ;;
	esac
}

# loads_ended: a file may have its own
loads_ended()
{
	:
}

stop_load()
{
	: > "$work/stop"
	wait
	loads_ended
}

# end_test: a file may have its own
end_test()
{
	stop_load
}

# goes_offline N: a refusal because pages are in use is tried again
goes_offline()
{
	for go_try in $(seq $OFFLINE_TRIES); do
		go_result=$(try_offline "$1")
		case $go_result in
		EBUSY | EAGAIN) sleep 0.2 ;;
		*) break ;;
		esac
	done
	expect "offline of block $1 under load (try $go_try)" OK "$go_result"
}

# agrees N STATE: sysfs, module and firmware
agrees()
{
	expect "state of block $1 in sysfs" "$2" "$(cat "$MEMORY/memory$(block_id "$1")/state")"
	expect "state of block $1" "$2" "$(block_is "$1" state)"
	storage=$OFFLINE_STORAGE
	[ "$2" = offline ] || storage=assigned
	expect "storage of block $1, $2" "$storage" "$(storage_of "$1")"
}

# begin LOAD...: until stop_load, or the end of the test
begin()
{
	rm -f "$work/stop" "$work/changed" "$work/wrong" "$work"/did.* "$work"/said.*
	trap end_test EXIT
	for load; do
		until_stopped "$load" &
	done
}

# on_and_off: blocks 0 and 1, together and one beside the other
on_and_off()
{
	online 0
	agrees 0 online
	online 1
	agrees 1 online
	goes_offline 0
	agrees 0 offline
	goes_offline 1
	agrees 1 offline
}

# Loads that did nothing have tested nothing.
work_was_done()
{
	[ ! -e "$work/changed" ] || fail "memory of a task changed"
	[ ! -e "$work/wrong" ] || fail "$(sort -u "$work/wrong")"
	for load; do
		[ -s "$work/did.$load" ] ||
			fail "$load never went through: $(tail -n 1 "$work/said.$load")"
		echo "$load: $(cat "$work/did.$load") times"
	done
}

# come_and_go LOAD...: one block with altmap, one without, added anew in each round
come_and_go()
{
	needs_blocks 2
	begin "$@"
	for _ in $(seq "$ROUNDS"); do
		add 0
		add 1 1 flags=none
		on_and_off
		remove 0
		remove 1
	done
	stop_load
	work_was_done "$@"
}

# stay_added FLAGS LOAD...: both blocks are there as long as the load
stay_added()
{
	needs_blocks 2
	add 0 2 "flags=$1"
	shift
	begin "$@"
	for _ in $(seq "$ROUNDS"); do
		on_and_off
	done
	stop_load
	work_was_done "$@"
}
