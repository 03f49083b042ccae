#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Operators' own assign and unassign: what they may do, and that storage in
# use is never pulled away.

. ./lib.sh

assign()
{
	needs_drive
	writes "rn=$1" "$MHP/assign"
}

unassign()
{
	writes "rn=$1" "$MHP/unassign"
}

one_by_hand()
{
	assign "$(rn 0)"
	expect state assigned "$(increment "$(rn 0)" state)"
	expect manual 1 "$(increment "$(rn 0)" manual)"
	unassign "$(rn 0)"
	expect state standby "$(increment "$(rn 0)" state)"
	expect manual 0 "$(increment "$(rn 0)" manual)"
}

a_range_by_hand()
{
	needs_blocks 3
	assign "$(rn 0)-$(rn 2)"
	expect "increments assigned" $(($(rn 2) - $(rn 0) + 1)) \
		"$(column increments state=assigned rn | wc -l | tr -d ' ')"
	unassign "$(rn 1)"
	expect "state of the middle" standby "$(increment "$(rn 1)" state)"
	expect "state of the ends" "assigned assigned" \
		"$(increment "$(rn 0)" state) $(increment "$(rn 2)" state)"
}

again_is_fine()
{
	assign "$(rn 0)"
	assign "$(rn 0)"
	expect state assigned "$(increment "$(rn 0)" state)"
	unassign "$(rn 0)"
	expect state standby "$(increment "$(rn 0)" state)"
	unassign "$(rn 0)"
	expect state standby "$(increment "$(rn 0)" state)"
}

rows_are_flagged()
{
	clear_events
	assign "$(rn 0)"
	unassign "$(rn 0)"
	expect events "ASSIGN UNASSIGN" "$(events)"
	expect "flags" manual "$(column events "" flags | sort -u)"
	expect "block" - "$(column events "" block | sort -u)"
}

# refused_for ERRNO VERB WHICH
refused_for()
{
	needs_drive
	case $3 in
	zero) which=0 ;;
	beyond) which=$(($(feature rnmax) + 1)) ;;
	out_to_beyond) which=$(rn 0)-$(($(feature rnmax) + 1)) ;;
	boot) which=1 ;;
	boot_to_standby) which=1-$(rn 0) ;;
	backwards) which=$(rn 1)-$(rn 0) ;;
	u16_wraps) which=$((65536 + $(rn 0))) ;;
	esac
	refuses_command "$1" "$2" "rn=$which"
}

online_block_refused()
{
	needs_drive
	add 0
	online 0
	refuses_command EBUSY unassign "rn=$(rn 0)"
	expect "block state" online "$(block_is 0 state)"
}

one_in_use_refuses_all()
{
	needs_blocks 3
	assign "$(rn 0)-$(rn 2)"
	add 1
	online 1
	refuses_command EBUSY unassign "rn=$(rn 0)-$(rn 2)"
	expect "manual of the others" "1 1" "$(increment "$(rn 0)" manual) $(increment "$(rn 2)" manual)"
}

stays_after_offline()
{
	assign "$(rn 0)"
	add 0
	online 0
	offline 0
	expect "state after offline" assigned "$(increment "$(rn 0)" state)"
	online 0
	offline 0
	expect "state after the second offline" assigned "$(increment "$(rn 0)" state)"
	remove 0
	expect "state after remove" assigned "$(increment "$(rn 0)" state)"
	unassign "$(rn 0)"
	expect "state after unassign" standby "$(increment "$(rn 0)" state)"
}

adopted_while_online()
{
	add 0
	online 0
	assign "$(rn 0)"
	offline 0
	expect "state after offline" assigned "$(increment "$(rn 0)" state)"
	remove 0
	expect "state after remove" assigned "$(increment "$(rn 0)" state)"
	unassign "$(rn 0)"
	expect "state after unassign" standby "$(increment "$(rn 0)" state)"
}

unassigned_under_an_offline_block()
{
	needs_event_model
	assign "$(rn 0)"
	add 0
	unassign "$(rn 0)"
	online 0
	expect "storage, online" assigned "$(storage_of 0)"
	offline 0
	expect "storage, offline" standby "$(storage_of 0)"
}

assigned_all_or_none()
{
	needs_drive
	needs_blocks 3
	writes "what=assign rn=$(rn 1) errno=EIO" "$MHP/inject"
	clear_events
	expect "write to assign" EIO "$(wr "$MHP/assign" "rn=$(rn 0)-$(rn 2)")"
	error_names assign EIO
	expect "states" "standby standby standby" \
		"$(increment "$(rn 0)" state) $(increment "$(rn 1)" state) $(increment "$(rn 2)" state)"
	expect "manual" "0 0 0" \
		"$(increment "$(rn 0)" manual) $(increment "$(rn 1)" manual) $(increment "$(rn 2)" manual)"
	expect "increment unwound" "$(rn 0)" "$(column events flags=unwind,manual rn)"
}

# A range that was assigned before stays so when a larger one fails.
unwinding_spares_what_was_there()
{
	needs_blocks 3
	assign "$(rn 0)"
	writes "what=assign rn=$(rn 2) errno=EIO" "$MHP/inject"
	expect "write to assign" EIO "$(wr "$MHP/assign" "rn=$(rn 0)-$(rn 2)")"
	expect "states" "assigned standby standby" \
		"$(increment "$(rn 0)" state) $(increment "$(rn 1)" state) $(increment "$(rn 2)" state)"
}

refused_unassign_is_stuck()
{
	needs_blocks 3
	assign "$(rn 0)-$(rn 2)"
	writes "what=unassign rn=$(rn 1) errno=EIO times=1" "$MHP/inject"
	expect "write to unassign" EIO "$(wr "$MHP/unassign" "rn=$(rn 0)-$(rn 2)")"
	error_names unassign EIO "rn=$(rn 1)"
	expect "states" "standby stuck standby" \
		"$(increment "$(rn 0)" state) $(increment "$(rn 1)" state) $(increment "$(rn 2)" state)"
	expect "stuck in stats" 1 "$(counter stuck)"
	unassign "$(rn 0)-$(rn 2)"
	expect "state, second try" standby "$(increment "$(rn 1)" state)"
	expect "stuck in stats, second try" 0 "$(counter stuck)"
}

# interrupted VERB: a signal after the first of several slow calls
interrupted()
{
	needs_blocks 4
	[ "$1" = assign ] || assign "$(rn 0)-$(rn 3)"
	writes "what=$1 delay_ms=700" "$MHP/inject"
	timeout -s TERM 1 wr "$MHP/$1" "rn=$(rn 0)-$(rn 3)" > "$work/wr" &&
		fail "$1: expected to be interrupted got $(cat "$work/wr")"
	error_names "$1" EINTR interrupted
	writes clear "$MHP/inject"
}

refusals_are_one_line()
{
	needs_blocks 4
	assign "$(rn 0)-$(rn 3)"
	writes "what=unassign errno=EIO" "$MHP/inject"
	lines=$(log_since_start | grep -c UNASSIGN)
	expect "write to unassign" EIO "$(wr "$MHP/unassign" "rn=$(rn 0)-$(rn 3)")"
	expect "increments stuck" $(($(rn 3) - $(rn 0) + 1)) "$(counter stuck)"
	expect "lines in the log" 1 $(($(log_since_start | grep -c UNASSIGN) - lines))
	writes clear "$MHP/inject"
	unassign "$(rn 0)-$(rn 3)"
}

# The command takes a second for each; the block needs one of its own.
bulk_lets_blocks_in()
{
	needs_event_model
	needs_drive
	needs_blocks 8
	last=$((RUN_BLOCKS - 1))
	add $last
	assign "$(rn $last)"
	writes "what=assign delay_ms=1000" "$MHP/inject"
	wr "$MHP/assign" "rn=$(rn 0)-$(rn $((last - 1)))" > "$work/bulk" &
	bulk=$!
	until [ "$(event ASSIGN errno | tail -n 1)" = ... ]; do
		kill -0 $bulk || fail "assign: $(cat "$work/bulk")"
	done
	online $last
	kill -0 $bulk 2> /dev/null || fail "the block had to wait for all others"
	writes clear "$MHP/inject"
	wait $bulk
	expect "write to assign" OK "$(cat "$work/bulk")"
	offline $last
	unassign "$(rn 0)-$(rn $last)"
}

interrupted_assign_unwinds()
{
	interrupted assign
	expect "assigned increments" "" "$(column increments state=assigned rn)"
	expect "increments assigned by hand" "" "$(column increments manual=1 rn)"
	assign "$(rn 0)-$(rn 3)"
}

# What is unassigned stays so, the rest is still assigned and can go later.
interrupted_unassign_can_be_finished()
{
	interrupted unassign
	expect "state of the last" standby "$(increment "$(rn 3)" state)"
	expect "state of the first" assigned "$(increment "$(rn 0)" state)"
	expect "manual of the first" 1 "$(increment "$(rn 0)" manual)"
	expect "increments stuck" 0 "$(counter stuck)"
	unassign "$(rn 0)-$(rn 3)"
	expect "assigned increments" "" "$(column increments state=assigned rn)"
}

canary_survives()
{
	damage=$(counter canary_damage)
	for _ in 1 2 3 4 5; do
		assign "$(rn 0)"
		unassign "$(rn 0)"
	done
	expect "canary damage" "$damage" "$(counter canary_damage)"
}

it "one increment by hand, and back" one_by_hand
it "a range of increments by hand" a_range_by_hand
it "doing it again is fine" again_is_fine
it "rows of the ledger say it was by hand" rows_are_flagged
for verb in assign unassign; do
	it "$verb of rn 0 is refused" refused_for EINVAL $verb zero
	it "$verb past the last increment is refused" refused_for ENOENT $verb beyond
	it "$verb of a range that ends past the last is refused whole" \
		refused_for ENOENT $verb out_to_beyond
	it "$verb of boot storage is refused" refused_for EPERM $verb boot
	it "$verb of a range that starts in boot storage is refused whole" \
		refused_for EPERM $verb boot_to_standby
	it "$verb of a range backwards is refused" refused_for EINVAL $verb backwards
	it "$verb of an rn that fits no u16 is refused" \
		refused_for ERANGE $verb u16_wraps
done
it "unassign under an online block is refused" online_block_refused
it "one increment in use refuses the whole range" one_in_use_refuses_all
it "many refused unassigns are one line in the log" refusals_are_one_line
it "a block goes online while many increments are assigned" \
	bulk_lets_blocks_in
it "assigned by hand, it stays assigned through online and offline" \
	stays_after_offline
it "assigned by hand while online, it stays assigned after offline" \
	adopted_while_online
it "unassigned under an offline block, the next online assigns it" \
	unassigned_under_an_offline_block
it "assign of a range: all or none" assigned_all_or_none
it "assign of a range that fails spares what was assigned before" \
	unwinding_spares_what_was_there
it "a refused unassign is stuck, the others go, again works" \
	refused_unassign_is_stuck
it "an assign that a signal interrupts leaves nothing assigned" \
	interrupted_assign_unwinds
it "an unassign that a signal interrupts can be finished later" \
	interrupted_unassign_can_be_finished
it "assign and unassign damage no canary" canary_survives

run "$@"
