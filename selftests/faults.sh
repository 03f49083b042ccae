# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # shared with whoever sources it
#
# Faults of the kernel, by their number in docs/kernel-faults.md. A test looks whether
# this kernel has the fault: one that has it is an expected failure (XFAIL), and one that
# has not is said to be fixed. fault_notes is a file that says what the test has seen.

# has_fault NUMBER [WHAT], is_fixed NUMBER: what a test found out
has_fault()
{
	echo "shown $1" >> "$fault_notes"
	[ -z "${2-}" ] || echo "says $2" >> "$fault_notes"
}

is_fixed()
{
	echo "fixed $1" >> "$fault_notes"
}

# needs_faults WHAT: what the kernel does wrong does harm, or takes long, and is asked
# for. To be followed by || return where tests are no subshells.
needs_faults()
{
	[ -n "${MHP_KERNEL_FAULTS-}" ] || skip "$1; MHP_KERNEL_FAULTS=1 tries"
}

# expect_but NUMBER WHAT WANTED FAULTY GOT: as expect; a kernel with that fault has
# FAULTY, a pattern. To be followed by || return where tests are no subshells.
expect_but()
{
	if [ "$5" = "$3" ]; then
		is_fixed "$1"
		return
	fi
	# shellcheck disable=SC2254 # a pattern
	case $5 in
	$4) has_fault "$1" "$2: expected '$3' got '$5'" ;;
	*) fail "$2: expected '$3', or '$4' as kernel fault $1 has it, got '$5'" ;;
	esac
}

# passed_but DESCRIPTION: the result of a test that found nothing else
passed_but()
{
	pb_shown=$(sed -n 's/^shown //p' "$fault_notes" 2> /dev/null | sort -nu | xargs)
	sed -n 's/^fixed //p' "$fault_notes" 2> /dev/null | sort -nu | while read -r pb_fault; do
		case " $pb_shown " in
		*" $pb_fault "*) ;;
		*) ktap_print_msg "kernel fault $pb_fault: fixed here" ;;
		esac
	done
	if [ -n "$pb_shown" ]; then
		sed -n 's/^says /# /p' "$fault_notes"
		ktap_test_xfail "$1" "kernel fault $pb_shown"
	else
		ktap_test_pass "$1"
	fi
}
