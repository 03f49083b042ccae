#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# canned.sh [CASE]... - does the judging see what it has to? Each file of canned/ is
# a run of a lane as it was recorded, or a kernel log, and the verdict it deserves.
# No guest, no seconds. KTAP on stdout.
#
# A case is text under headings:
#	== lane TEST...		what was to be run; ends the case's remarks
#	== expect		what the lane declares, as in tools/lab/expect
#	== results		of the next guest, as they came
#	== console		its log
#	== console, late	what came of it when the tests were judged already
#	== qemu			what its QEMU said
#	== late WHY		the guest was given up
#	== status N		QEMU's; judges this guest
#	== verdict		the results of the lane, all of them, as patterns
#	== says			patterns of lines that are there besides
#	== says not		... that are not
# or
#	== log VARIABLE=VALUE...	for splats.awk
#	== splats STATUS	what it prints, exactly
# shellcheck disable=SC2034,SC2154 # shared with judge.sh

. "$(dirname "$0")/../common.sh"

cases=$LAB/selfcheck/canned
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# play CASE: judge it as lane.sh would
play() {
	local section='' line boots=0 tests=() t
	LANE=$1 TEST_TIMEOUT=600 SPLAT_PATIENCE=0 KERNEL='' KERNEL_DIR='' ACCEL=''
	# shellcheck source=tools/lab/judge.sh
	. "$LAB/judge.sh"
	: >"$work/expect"
	# Not a lane of the lab: what it declares is in the case, or nothing.
	if grep -q '^== expect' "$cases/$1"; then
		sed '1,/^== expect/d;/^== /,$d' "$cases/$1" >"$work/expect"
		expect_load "$work/expect"
	else
		expect_load "$work/none"
	fi
	rm -rf "${work:?}/boot"
	mkdir "$work/boot"
	while IFS= read -r line; do
		case $line in
		'== lane '*) read -ra tests <<<"${line#== lane }" ;;
		'== status '*) guest_is_judged "${line##* }" ;;
		'== late '*) echo "${line#== late }" >"$work/boot/given up" ;;
		'== '*) ;;
		*) printf '%s\n' "$line" >>"$work/boot/$section"; continue ;;
		esac
		section=${line#== }
		section=${section%% [^l]*}
	done <"$cases/$1"
	[ ${#tests[@]} != 0 ] || return 0
	for t in "${tests[@]:done_tests}"; do judge_not_run "$t" "$stuck"; done
	expect_end
	judge_guests
	echo "counts: $ktap_passed $ktap_failed $ktap_skipped"
}

guest_is_judged() {
	local line
	[ -z "$stuck" ] || { echo "a guest too many: $stuck"; return; }
	touch "$work/boot"/{results,console,qemu}
	judge_boot "$work/boot/console" "$work/boot/qemu"
	while IFS= read -r line; do
		judge_line "$line"
		[ -z "$doubt" ] || break
	done <"$work/boot/results"
	[ ! -e "$work/boot/console, late" ] || cat "$work/boot/console, late" >>"$work/boot/console"
	[ ! -e "$work/boot/given up" ] || judge_late "$(cat "$work/boot/given up")"
	judge_end "$1"
	rm -rf "${work:?}/boot"
	mkdir "$work/boot"
}

# section NAME CASE
section() {
	awk -v want="== $1" '/^== / { on = $0 == want; next } on' "$cases/$2"
}

fail() { echo "# $*"; bad=y; }

# verdict_of CASE: of a lane
verdict_of() {
	local line want
	( set +e; play "$1" ) >"$work/out" 2>&1 || echo "died of it: $?" >>"$work/out"
	while IFS= read -r want; do
		IFS= read -r line <&4 || line='nothing'
		# shellcheck disable=SC2053 # patterns
		[[ $line == $want ]] || fail "verdict: expected '$want' got '$line'"
	done < <(section verdict "$1") 4< <(grep -E '^(not )?ok |^counts: ' "$work/out")
	while IFS= read -r want; do
		said "$want" || fail "nothing like '$want'"
	done < <(section says "$1")
	while IFS= read -r want; do
		! said "$want" || fail "a line like '$want'"
	done < <(section "says not" "$1")
	[ -n "$(section verdict "$1")" ] || fail "no verdict to compare with"
}

# said PATTERN: a line of the output is like that
said() {
	local line
	while IFS= read -r line; do
		# shellcheck disable=SC2053 # patterns
		[[ $line != $1 ]] || return 0
	done <"$work/out"
	return 1
}

# splats_are CASE: of a log
splats_are() {
	local args=() word words status=0
	read -ra words < <(sed -n 's/^== log //p' "$cases/$1")
	for word in "${words[@]}"; do args+=(-v "${word//+/ }"); done
	sed '1,/^== log /d;/^== /,$d' "$cases/$1" >"$work/log"
	sed '1,/^== splats /d' "$cases/$1" >"$work/want"
	awk "${args[@]}" -f "$SPLATS" "$work/log" >"$work/out" || status=$?
	[ "$status" = "$(sed -n 's/^== splats //p' "$cases/$1")" ] || fail "exit status $status"
	cmp -s "$work/want" "$work/out" || fail "it prints other splats"
}

[ $# != 0 ] || mapfile -t all < <(cd "$cases" && printf '%s\n' *)
set -- "$@" "${all[@]}"
number=0 failed=0
printf 'KTAP version 1\n1..%s\n' $#
for name; do
	number=$((number + 1)) bad=
	if grep -q '^== log ' "$cases/$name"; then splats_are "$name"; else verdict_of "$name"; fi
	[ -z "$bad" ] || { sed 's/^/# | /' "$work/out"; failed=$((failed + 1)); }
	echo "${bad:+not }ok $number canned: ${name//_/ }"
done
[ "$failed" = 0 ] || die "$failed of $number canned runs are judged wrongly"
