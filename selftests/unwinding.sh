#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A subscriber that vetoes: what it saw itself, what we saw, in which order, and
# that storage is right afterwards. The kernel's unwinding is asymmetric: who
# accepted PREPARE is not told that a later one refused it, and CANCEL comes
# also to those that never saw GOING.

. ./lib.sh

# Who: before us (any priority above ours), after us (the same priority, but
# registered later), or ourselves.
BEFORE=100
AFTER=-2147483648

# seen: events and calls in order, ours as us:NAME, those of the other
# subscriber as other:NAME, without MEM_; what comes with the first use of
# storage is left out.
seen()
{
	column events "" by > "$work/by"
	column events "" event > "$work/event"
	paste "$work/by" "$work/event" | awk '
		$2 == "READ" || $2 == "ATTACH" { next }
		{ sub("MEM_", "", $2)
		  row = ($1 == "main" ? "us:" : "other:") $2 }
		row != last { printf "%s%s", blank, row; blank = " "; last = row }'
}

# has HERE ROW...: the rows that this kernel and this machine have
has()
{
	for hs_row; do
		case $hs_row in
		*PREPARE_ONLINE | *FINISH_OFFLINE) [ "$MODEL" = event ] || continue ;;
		*ASSIGN) [ "$MODEL$DRIVES" = eventyes ] || continue ;;
		esac
		printf '%s ' "$hs_row"
	done | sed 's/ $//'
}

# veto EVENT WHO
veto()
{
	[ "$1" != MEM_PREPARE_ONLINE ] || needs_event_model
	case $2 in
	before) vt_priority=" priority=$BEFORE" ;;
	after) vt_priority=" priority=$AFTER" ;;
	us) vt_priority= ;;
	esac
	writes "what=$1 errno=ENOMEM$vt_priority" "$MHP/inject"
}

# vetoed EVENT WHO STATE STORAGE ROW...: block 0 on its way through EVENT is
# refused by WHO; then it is in STATE, its storage in STORAGE, and the ledger has
# ROWs. With the veto gone the same goes through.
vetoed()
{
	vd_event=$1 vd_who=$2 vd_state=$3 vd_storage=$4
	shift 4
	# Where storage comes with add and goes with remove, no veto moves it.
	[ "$MODEL" = event ] || vd_storage=assigned
	# With a veto behind us PREPARE of the next online has no FINISH before: nobody says
	# that the online failed, kernel fault 8.
	lonely=
	[ "$vd_event $vd_who" != "MEM_PREPARE_ONLINE after" ] || lonely=y
	# The in-kernel driver is before us and keeps what it assigned.
	[ "$vd_event" != MEM_PREPARE_ONLINE ] || needs_drive
	# Failures we were told of.
	vd_failed=1
	[ "$vd_event" != MEM_PREPARE_ONLINE ] || [ "$vd_who" = us ] || vd_failed=0

	add 0
	vd_to=online_movable vd_back=offline
	if [ "$vd_event" = MEM_GOING_OFFLINE ]; then
		online 0
		vd_to=offline vd_back=online
	fi
	veto "$vd_event" "$vd_who"
	clear_events
	expect "write to state" ENOMEM "$(set_state 0 $vd_to)"
	if [ -n "$lonely" ]; then
		expect_but 8 "storage" standby assigned "$(storage_of 0)"
		[ "$(storage_of 0)" = assigned ] || return 0
	fi
	expect "what was seen" "$(has "$@")" "$(seen)"
	expect "sysfs state" "$vd_back" "$(cat "$MEMORY/memory$(block_id 0)/state")"
	expect "block state" "$vd_state" "$(block_is 0 state)"
	expect "failed" $vd_failed "$(block_is 0 failed)"
	expect "storage" "$vd_storage" "$(storage_of 0)"
	expect "users of its increments" \
		"$([ "$vd_storage" = assigned ] && echo 1 || echo 0)" \
		"$(for rn in $(increments_of 0); do
			column increments "rn=$rn" users
		done | sort -u)"

	writes clear "$MHP/inject"
	[ -z "$lonely" ] || allows unpaired
	if [ $vd_to = offline ]; then
		offline 0
	else
		online 0
		expect "storage, once online" assigned "$(storage_of 0)"
		expect "rows flagged unpaired" "${lonely:+MEM_PREPARE_ONLINE}" \
			"$(column events flags=unpaired event)"
		offline 0
	fi
	remove 0
	expect "increments not in standby" "" "$(column increments state=assigned rn)$(
		column increments state=stuck rn)"
}

# Storage that nobody told us to let go of goes with the range at last.
removed_while_prepared()
{
	needs_drive
	veto MEM_PREPARE_ONLINE after
	add 0
	expect "online" ENOMEM "$(set_state 0 online_movable)"
	expect "storage" assigned "$(storage_of 0)"
	expect "block state" prepared "$(block_is 0 state)"
	writes clear "$MHP/inject"
	remove 0
	expect "increments not in standby" "" "$(column increments state=assigned rn)"
}

# Refused again and again: one user, one assign.
refused_twice_while_prepared()
{
	needs_drive
	veto MEM_PREPARE_ONLINE after
	add 0
	clear_events
	for _ in 1 2 3; do
		expect "online" ENOMEM "$(set_state 0 online_movable)"
	done
	allows unpaired
	expect "assigns" "$(increments_of 0 | wc -l)" "$(event ASSIGN rn | wc -l)"
	expect "users" 1 "$(for rn in $(increments_of 0); do
		column increments "rn=$rn" users; done | sort -u)"
	writes clear "$MHP/inject"
	remove 0
	expect "increments not in standby" "" "$(column increments state=assigned rn)"
}

# case_of EVENT WHO STATE STORAGE ROW...
case_of()
{
	case $2 in
	us) cs_who="by ourselves" ;;
	*) cs_who="$2 us" ;;
	esac
	it "${1#MEM_} vetoed $cs_who" vetoed "$@"
}

case_of MEM_PREPARE_ONLINE before offline standby \
	other:PREPARE_ONLINE
case_of MEM_PREPARE_ONLINE us offline standby \
	us:PREPARE_ONLINE
case_of MEM_PREPARE_ONLINE after prepared assigned \
	us:PREPARE_ONLINE us:ASSIGN other:PREPARE_ONLINE

case_of MEM_GOING_ONLINE before offline standby \
	other:PREPARE_ONLINE us:PREPARE_ONLINE us:ASSIGN \
	other:GOING_ONLINE \
	other:CANCEL_ONLINE us:CANCEL_ONLINE \
	other:FINISH_OFFLINE us:FINISH_OFFLINE us:UNASSIGN
case_of MEM_GOING_ONLINE us offline standby \
	us:PREPARE_ONLINE us:ASSIGN us:GOING_ONLINE us:CANCEL_ONLINE \
	us:FINISH_OFFLINE us:UNASSIGN
case_of MEM_GOING_ONLINE after offline standby \
	us:PREPARE_ONLINE us:ASSIGN other:PREPARE_ONLINE \
	us:GOING_ONLINE other:GOING_ONLINE \
	us:CANCEL_ONLINE other:CANCEL_ONLINE \
	us:FINISH_OFFLINE us:UNASSIGN other:FINISH_OFFLINE

case_of MEM_GOING_OFFLINE before online assigned \
	other:GOING_OFFLINE other:CANCEL_OFFLINE us:CANCEL_OFFLINE
case_of MEM_GOING_OFFLINE us online assigned \
	us:GOING_OFFLINE us:CANCEL_OFFLINE
case_of MEM_GOING_OFFLINE after online assigned \
	us:GOING_OFFLINE other:GOING_OFFLINE \
	us:CANCEL_OFFLINE other:CANCEL_OFFLINE

it "PREPARE vetoed after us, then removed: storage goes with the range" \
	removed_while_prepared
it "PREPARE vetoed after us, three times: assigned once, one user" \
	refused_twice_while_prepared

run "$@"
