# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What every test file stands on. A file reads like a specification:
#
#	. ./lib.sh
#	adds_a_block() { add 0; expect "state" offline "$(block_is 0 state)"; }
#	it "adds an offline block" adds_a_block
#	run "$@"
#
# Each test runs in a subshell, so it may stop at the first surprise (fail,
# skip) and leave its variables behind; what it changed in the kernel is put
# back by undo (module.sh) after every test, and by a trap if all goes wrong.
# After the last test the common invariants (invariants.sh) are checked.

cd "$(dirname "$0")" || exit 1

. ./ktap.sh
. ./faults.sh
. ./module.sh
. ./invariants.sh
. ./blocks.sh
. ./counts.sh

PATH=$PWD:${MHP_HELPERS:+$MHP_HELPERS:}$PATH
MEMORY=/sys/devices/system/memory
TEST_FILE=$(basename "$0" .sh)

#
# Registration and running
#

tests=
nr_tests=0
no_undo=
work=

# it DESCRIPTION FUNCTION [WORD...]: a test. No tabs in the description. MHP_ONLY
# leaves those alone that have this in it.
it()
{
	case $1 in *"$MHP_ONLY"*) ;; *) return ;; esac
	it_description=$1
	shift
	tests="$tests$*	$it_description
"
	nr_tests=$((nr_tests + 1))
}

# run [PARAMETER...]: load the module with these parameters, run every test.
run()
{
	ktap_print_header
	[ "$(id -u)" = 0 ] || leave_all "needs root"
	work=$(mktemp -d "${TMPDIR:-/tmp}/mhp.XXXXXX") || leave_all "no TMPDIR"
	trap put_back EXIT
	trap 'exit 1' HUP INT TERM
	set_up "$@"
	what_it_has
	[ $nr_tests != 0 ] || leave_all "no test has '$MHP_ONLY' in its description (ONLY)"

	# Counted here and not in invariants.sh so that the plan comes first.
	ktap_set_plan $((nr_tests + nr_invariants))
	printf '%s' "$tests" > "$work/tests"
	# The list on a descriptor of its own: a test may read stdin.
	while IFS='	' read -r function description <&9; do
		run_one "$description" "$function"
	done 9< "$work/tests"
	check_invariants
	ktap_finished
}

# run_one DESCRIPTION FUNCTION
run_one()
{
	[ -z "$MHP_VERBOSE" ] || ktap_print_msg "running $2"
	fault_notes=$work/faults
	rm -f "$fault_notes"
	# shellcheck disable=SC2086 # a function and its words
	( $2 ) > "$work/log" 2>&1
	status=$?
	if [ -s "$work/broken" ]; then
		cat "$work/broken" >> "$work/log"
		rm -f "$work/broken"
		status=$KSFT_FAIL
	fi
	: > "$work/last_error"
	[ $status = 0 ] || [ ! -r "$MHP/last_error" ] ||
		cat "$MHP/last_error" > "$work/last_error"
	if [ -z "$no_undo" ]; then
		undo >> "$work/log" 2>&1 || status=1
	fi
	case $status in
	0)
		[ -z "$MHP_VERBOSE" ] || sed 's/^/# /' "$work/log"
		passed_but "$1"
		;;
	"$KSFT_SKIP")
		reason=$(cat "$work/skip")
		[ -n "$ktap_number" ] || ktap_print_msg "$1: $reason"
		ktap_test_skip "$1" "$reason"
		;;
	*)
		sed 's/^/# /' "$work/log"
		[ -n "$no_undo" ] || [ ! -s "$work/last_error" ] ||
			sed 's/^/# last_error: /' "$work/last_error"
		ktap_test_fail "$1"
		;;
	esac
}

# what_it_has: for whoever knows what this machine should have
what_it_has()
{
	set -- /sys/devices/system/node/node[0-9]*
	[ -e "$1" ] || shift
	wh_device=$(feature device)
	ktap_print_msg "has: model=$MODEL firmware=$FIRMWARE drives=$DRIVES" \
		"memmap_on_memory=${MOM%%[!a-z]*} device=${wh_device%%[!a-z]*} nodes=$#"
}

# leave_all REASON: nothing here can run.
leave_all()
{
	ktap_skip_all "$*"
	exit "$KSFT_SKIP"
}

# fail_all DESCRIPTION WHY: nothing can run, and should.
fail_all()
{
	ktap_set_plan 1
	ktap_print_msg "$2"
	ktap_test_fail "$1"
	ktap_finished
}

#
# What a test says
#

fail()
{
	echo "$*"
	exit 1
}

skip()
{
	echo "$*" > "$work/skip"
	exit "$KSFT_SKIP"
}

# expect WHAT WANTED GOT
expect()
{
	[ "$2" = "$3" ] || fail "$1: expected $2 got $3"
}

# expect_number WHAT OPERATOR WANTED GOT, operators as in test(1)
expect_number()
{
	test "$4" "$2" "$3" || fail "$1: expected $2 $3 got $4"
}

# expect_one_of WHAT GOT WANTED...
expect_one_of()
{
	eo_what=$1 eo_got=$2
	shift 2
	for eo_want; do
		[ "$eo_got" != "$eo_want" ] || return 0
	done
	fail "$eo_what: expected one of $* got $eo_got"
}

# writes TEXT FILE: the write goes through
writes()
{
	wr_result=$(exec wr "$2" "$1")
	[ "$wr_result" = OK ] ||
		fail "write of '$1' to $2: expected OK got $wr_result"
}

# refuses ERRNO FILE TEXT: the write fails with ERRNO, nothing moves
refuses()
{
	tables > "$work/before"
	rf_got=$(exec wr "$2" "$3")
	expect "write of '$3' to $2" "$1" "$rf_got"
	nothing_moved
}

# nothing_moved: since tables went to before
nothing_moved()
{
	tables > "$work/after"
	cmp -s "$work/before" "$work/after" ||
		fail "tables changed: $(diff "$work/before" "$work/after")"
}

# refuses_command ERRNO FILE TEXT [WORD]: ... and last_error says so, with WORD
refuses_command()
{
	refuses "$1" "$MHP/$2" "$3"
	error_names "$2" "$1" "${4-}"
}

# errno_number NAME: kernels without CONFIG_SYMBOLIC_ERRNAME print the number alone
errno_number()
{
	case $1 in
	EPERM) echo 1 ;;
	ENOENT) echo 2 ;;
	EINTR) echo 4 ;;
	EIO) echo 5 ;;
	ENXIO) echo 6 ;;
	E2BIG) echo 7 ;;
	ENOEXEC) echo 8 ;;
	EAGAIN) echo 11 ;;
	ENOMEM) echo 12 ;;
	EACCES) echo 13 ;;
	EFAULT) echo 14 ;;
	EBUSY) echo 16 ;;
	EEXIST) echo 17 ;;
	ENODEV) echo 19 ;;
	EINVAL) echo 22 ;;
	EFBIG) echo 27 ;;
	ENOSPC) echo 28 ;;
	ERANGE) echo 34 ;;
	EPROTO) echo 71 ;;
	EOVERFLOW) echo 75 ;;
	EOPNOTSUPP) echo 95 ;;
	ETIMEDOUT) echo 110 ;;
	*) fail "errno_number: no number of $1 is known" ;;
	esac
}

# error_names FILE ERRNO [WORD]
error_names()
{
	en_number=$(errno_number "$2") || fail "$en_number"
	en_more=
	{
		read -r en_line
		read -r en_more
	} < "$MHP/last_error"
	case $en_line in
	"$1:"*"${3-}"*"(-$2)" | "$1:"*"${3-}"*"($2)" | "$1:"*"${3-}"*"(-$en_number)") ;;
	*) fail "last_error: expected '$1: ...${3-}... ($2)' got '$en_line'" ;;
	esac
	expect "second line of last_error" "" "$en_more"
}

#
# What a test asks
#

hex()
{
	printf '0x%x' "$1"
}

# broken WHAT: there is no answer. That fails the test, whatever it makes of nothing:
# who asks is mostly in a substitution, out of which only a file leads.
broken()
{
	echo "broken: $*" >> "$work/broken"
	return 1
}

feature()
{
	awk -v key="$1=" 'index($0, key) == 1 { found = 1
			print substr($0, length(key) + 1) }
		END { exit !found }' "$MHP/features" ||
		broken "no $1 in $MHP/features"
}

counter()
{
	awk -v name="$1" '$1 == name { found = 1; print $2 }
		END { exit !found }' "$MHP/stats" ||
		broken "no $1 in $MHP/stats"
}

# column TABLE WHERE COLUMN: COLUMN of every row of a debugfs table that has
# WHERE, written as name=value; an empty WHERE is every row.
column()
{
	[ -r "$MHP/$1" ] || broken "no $MHP/$1"
	awk -v where="$2" -v want="$3" '
		BEGIN { n = index(where, "="); key = substr(where, 1, n - 1)
			value = substr(where, n + 1) }
		/^#/ { next }
		!header { for (i = 1; i <= NF; i++) at[$i] = i; header = 1
			if (!(want in at) || (n && !(key in at))) exit
			known = 1
			next }
		!n || $at[key] == value { print $at[want] }
		END { exit known ? 0 : 3 }
	' "$MHP/$1"
	# Any other status is that of a reader who has seen enough.
	[ $? != 3 ] || broken "no column $3${2:+, or none for $2,} in $MHP/$1"
}

# The tables a refused command must leave alone.
tables()
{
	cat "$MHP/blocks" "$MHP/ranges" "$MHP/increments"
	echo "$MEMORY"/memory*
}

# Rows of the ledger, oldest first: clear_events; ...; events
clear_events()
{
	writes clear "$MHP/events"
}

# events: the names, repeated ones once ("ASSIGN" for four increments), without
# the attaching of elements, which comes with whatever needs storage first
events()
{
	column events "" event | grep -v -e READ -e ATTACH | uniq | tr '\n' ' ' | sed 's/ $//'
}

# driven EVENT...: these of the event model, as events shows them here: firmware
# calls where they are ours, and on the configure model at ADD and REMOVE
driven()
{
	dr_edits=
	[ "$MODEL" = event ] ||
		dr_edits='s/ MEM_PREPARE_ONLINE//g; s/ MEM_FINISH_OFFLINE//g
			s/ ADD/ ADD ASSIGN/g; s/ REMOVE/ REMOVE UNASSIGN/g;'
	[ "$DRIVES" = yes ] && [ "$MODEL" = event ] ||
		dr_edits="s/ ASSIGN//g; s/ UNASSIGN//g; $dr_edits"
	echo " $*" | sed "$dr_edits s/^ //"
}

# event NAME COLUMN: of every row of that name
event()
{
	column events "event=$1" "$2"
}

# log_since_start: the kernel log since this test file began
log_since_start()
{
	dmesg > "$work/dmesg"
	grep -qF "$log_mark" "$work/dmesg" ||
		broken "the kernel log does not reach back to the begin of this file"
	sed "1,/$log_mark/d" "$work/dmesg"
}
