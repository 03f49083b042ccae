#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh PROGRAM... - standbyctl on recorded machines: KTAP. Each PROGRAM is a
# command to test: the build under the sanitizers, or a wrapper for valgrind.
# UPDATE=y writes the expected outputs anew; look at their diff. CASES names the
# files of cases/ to run, all unless it is set.

set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=selftests/ktap.sh
. "$here/../../../selftests/ktap.sh"
# shellcheck source=tools/lab/ktap_check.sh
. "$here/../../lab/ktap_check.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 TERM=dumb
unset STANDBYCTL_COLUMNS NO_COLOR

program=()	# command line under test
machine=''	# name of the fixture in use
root=''		# tree made of it

# use FIXTURE: a fresh tree of it
use() {
	machine=$1 root=$work/$1
	rm -rf "$root"
	"$here/unpack.sh" "$here/fixtures/$1" "$root"
}

ctl() { "${program[@]}" "$1" --sysroot "$root" "${@:2}"; }

# golden NAME STATUS ARGUMENT...: output, and what goes to stderr, as recorded
golden() {
	local name=$1 want=$2 status=0 file=$here/golden/$machine/$1
	shift 2
	ctl "$@" >"$work/out" 2>&1 || status=$?
	# A tree is somewhere else each time.
	sed -i "s#$root##g" "$work/out"
	if [ -n "${UPDATE:-}" ]; then
		mkdir -p "${file%/*}"
		cp "$work/out" "$file"
	fi
	diff -u "$file" "$work/out" || return 1
	[ "$status" = "$want" ] || { echo "exit status $status, not $want"; return 1; }
}

# show NAME [ARGUMENT...]: the usual case; the verb NAME unless said otherwise
show() {
	local name=$1
	[ $# = 1 ] || shift
	check "$machine: $name" golden "$name" 0 "$@"
}

# refuse NAME [ARGUMENT...]
refuse() {
	local name=$1
	[ $# = 1 ] || shift
	check "$machine: $name" golden "$name" 1 "$@"
}

# wrote NAME STATUS ARGUMENT...: and what the tree has become
wrote() {
	local name=$1 want=$2 status=0
	shift 2
	use "$machine"
	cp -r "$root" "$work/before"
	golden "$name" "$want" "$@" || status=1
	(cd "$work" && diff -r before "$machine" | sed -n 's#^diff -r before\([^ ]*\) .*#\1#p; /^[<>]/p') \
		>"$work/changes"
	rm -rf "$work/before"
	local file=$here/golden/$machine/$name.changes
	[ -z "${UPDATE:-}" ] || cp "$work/changes" "$file"
	diff -u "$file" "$work/changes" || status=1
	[ -s "$work/changes" ] || { echo "nothing was written"; status=1; }
	use "$machine"
	return "$status"
}

change() {
	local name=$1
	shift
	check "$machine: writes: $name" wrote "$name" "$@"
}

valid() { ctl "$1" -J --output-all | python3 "$here/validate.py" "$here/../schema/$1.json"; }

# says TEXT STATUS ARGUMENT...: somewhere in what it says
says() {
	local text=$1 want=$2 out status=0
	shift 2
	out=$(ctl "$@" 2>&1) || status=$?
	grep -qF -e "$text" <<<"$out" || { echo "expected '$text', got: $out"; return 1; }
	[ "$status" = "$want" ] || { echo "exit status $status, not $want"; return 1; }
}

# says_not TEXT STATUS ARGUMENT...: nowhere
says_not() {
	local text=$1 out
	shift
	out=$(ctl "${@:2}" 2>&1)
	! grep -F -e "$text" <<<"$out"
}

# edit FILE SED-SCRIPT: of the module
edit() { sed -i "$2" "$root/sys/kernel/debug/mhp_standby/$1"; }

ktap_print_header
for p; do
	read -ra program <<<"$p"
	# Each machine where that is cheap; under valgrind one of each kind of kernel.
	# shellcheck disable=SC2034 # for the cases
	machines=("$here"/fixtures/*)
	# shellcheck disable=SC2034
	[ "${program[0]}" != valgrind ] || machines=("$here"/fixtures/{sim,next}-s390x-*used)
	for name in "$here"/cases/*.sh; do
		[[ -z ${CASES:-} || " $CASES " == *" $(basename "$name" .sh) "* ]] || continue
		# shellcheck source=/dev/null
		. "$name"
	done
done

# How many there are is known in the end, which TAP allows.
ktap_set_plan "$ktap_number"
ktap_finished
