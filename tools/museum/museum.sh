#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# museum.sh [NAME]... - kernels broken on purpose: does the suite notice? For each
# exhibit the bug is put back into Debian's source, the kernel is built as far as that
# changes it, and the named tests run in the named lane; where none of them fails the
# whole lane does. KTAP on stdout: an exhibit is ok if a test fails as its verdict
# says. The same tests have to pass without the bug. The rows of RESULTS.md are
# written anew for those that ran. Logs are in build/museum/.
#
# Environment: LIST=y only says what there is; WHOLE=n leaves out the whole lanes.

SET_SMP=${SMP:-}
. "$(dirname "$0")/../lab/common.sh"
# shellcheck source=tools/lab/apt.sh
. "$LAB/apt.sh"
# shellcheck source=tools/lab/rundir.sh
. "$LAB/rundir.sh"
# shellcheck source=tools/museum/tree.sh
. "$TREE/tools/museum/tree.sh"
# shellcheck source=tools/museum/exhibit.sh
. "$MUSEUM/exhibit.sh"

work=$BUILD/museum
export HANG_TIMEOUT=${HANG_TIMEOUT:-20} STOP=first
# Slow is no verdict.
export BOOT_TIMEOUT=${BOOT_TIMEOUT:-300} GUEST_TIMEOUT=${GUEST_TIMEOUT:-300}
run_pid=
declare -A prepared=()

stop_run() {
	[ -z "$run_pid" ] || kill "$run_pid" 2>/dev/null || true
	[ -z "$run_pid" ] || wait "$run_pid" 2>/dev/null || true
	run_pid=
}
trap 'stop_run; tree_restore' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# cpus TEST...: as make check has it, a second one is for tests that want it
cpus() {
	local test
	for test in $(make -s -C "$TREE/selftests" list-smp); do
		test=${test%.sh}
		[[ " ${*:-$test} " != *" $test "* ]] || { echo "$SMP"; return; }
	done
	echo 1
}

# in_lane OUT TEST...: the tests of the exhibit's lane on the kernel in OBJECTS
in_lane() {
	local out=$1 runner=lane.sh
	shift
	[ "$SIDE" = guest ] || runner=host/lane.sh
	# Modules are the same for all kernels of a tree: no edit is in a header.
	if [ -z "${prepared[$OBJECTS $lane]:-}" ]; then
		KERNEL=$OBJECTS "$LAB/prepare.sh" "$lane" >"$out.prepare" 2>&1 ||
			{ complaint="nothing to boot; log: $out.prepare"; return 1; }
		prepared[$OBJECTS $lane]=y
	fi
	# A variable for tests on the host, a kernel parameter for those in a guest. An
	# oops with the lock of hotplug held would leave all that follows waiting. A stall
	# is one of the machine that has too much to do: what hangs runs out of time.
	# shellcheck disable=SC2086 # one word a variable
	env $append KERNEL="$OBJECTS" ONLY="$only" APPEND="$append oops=panic rcupdate.rcu_cpu_stall_suppress=1" SMP="${SET_SMP:-$(cpus "$@")}" \
		TEST_TIMEOUT="$timeout" HOST_TEST_TIMEOUT="$timeout" PART=museum \
		"$LAB/$runner" "$lane" "$@" >"$out.ktap" 2>&1 &
	run_pid=$!
	wait "$run_pid" || true
	run_pid=
}

# Whatever ran out of time has told nothing, unless that is the verdict.
SLOW='not done in|did not come up|not run:'

# told OUT: sets said to the first line that tells, verdict or not. A fault that the
# tests know is an expected failure.
told() {
	local tells='^ *not ok|^Bail out!'
	[[ $verdict != XFAIL* ]] || tells='^ *ok .* # XFAIL'
	said=$(grep -E "$tells" "$1.ktap" | grep -E -m 1 -e "$verdict") ||
		said=$(grep -E '^ *not ok' "$1.ktap" | grep -E -v -m 1 -e "$SLOW") || said=
	# shellcheck disable=SC2001
	said=$(sed -E 's/^ *(not )?ok [0-9]* //' <<<"$said")
	[ -n "$said" ]
}

# builds LOG: the kernel with what is in the tree; sets complaint
builds() {
	object_build "$1" || { complaint="does not build; log: $1"; return 1; }
}

# asked_with: the files that the control depends on; of the tests only its own
asked_with() {
	local test
	find module selftests tools/lab/host/*.sh Kbuild -type f ! \( -path 'selftests/*.sh' -perm -u+x \)
	for test in $tests; do
		find selftests tools/lab/host/tests -name "$test.sh"
	done
}

# passed_before: the control was asked on the kernel of image plain, with this module
# and these tests; sets key
passed_before() {
	key=$({ echo "$plain $lane $tests $only $append"; cd "$TREE" && asked_with | sort |
		xargs sha256sum; } | sha256sum | cut -c1-16)
	[ -e "$work/control/$key" ]
}

# passed KTAP: none of the tests failed, and each had something to say
passed() {
	grep -qE '^ *not ok' "$1" && { complaint="the tests fail without the bug; log: $1"; return 1; }
	[[ $verdict != XFAIL* ]] || ! grep -q -e "# $verdict" "$1" ||
		{ complaint="the fault is there without the bug; log: $1"; return 1; }
	awk -v tests="$tests" '
		/^  # Subtest: / { test = $3 }
		# What holds after any test is not what it is about.
		/^  ok / && !/# SKIP/ && !index($0, " " test ": ") { said[test] = 1 }
		END { n = split(tests, name, " "); for (i = 1; i <= n; i++) if (!said[name[i]]) exit 1 }' "$1" ||
		{ complaint="the tests are skipped without the bug; log: $1"; return 1; }
}

# control: the tests pass on the kernel without the bug. Sets plain to its image. A
# kernel that needs no mending is known, so nothing is built to ask what was asked.
control() {
	exhibit_apply "$work/$name" mends || return
	plain=''
	[ -n "$files" ] || [ ! -e "$OBJECTS.plain" ] || plain=$(cat "$OBJECTS.plain")
	[ "$state" = here ] || [ -z "$plain" ] || ! passed_before || return 0
	builds "$work/$name.control.build" || return
	plain=$(sha256sum <"$OBJECTS/$IMAGE")
	[ -n "$files" ] || echo "$plain" >"$OBJECTS.plain"
	[ "$state" != here ] || return 0
	! passed_before || return 0
	mkdir -p "$work/control"
	# shellcheck disable=SC2086 # one word a test
	in_lane "$work/$name.control" $tests || return
	passed "$work/$name.control.ktap" || return
	: >"$work/control/$key"
}

# kernel_exhibit [control]: sets said, took; or complaint; or does no more than that
kernel_exhibit() {
	local began key plain
	lane_load "$lane"
	object_tree "$ARCH" "$config"
	control || return 0
	[ -z "${1:-}" ] || return 0
	if [ "$state" = edit ]; then
		exhibit_apply "$work/$name" || return 0
		builds "$work/$name.build" || return 0
		if [ "$(sha256sum <"$OBJECTS/$IMAGE")" = "$plain" ]; then
			complaint="the edit is not in a kernel of the configuration $config"
			return 0
		fi
	fi
	[ -n "$tests" ] || return 0
	began=$SECONDS
	# shellcheck disable=SC2086 # one word a test
	in_lane "$work/$name" $tests || return 0
	if ! told "$work/$name" && [ "${WHOLE:-}" != n ]; then
		say "$name: $tests did not notice; the whole of $lane"
		only='' in_lane "$work/$name.whole" || return 0
		told "$work/$name.whole" || true
	fi
	took=$((SECONDS - began))
}

# Of the module, by the lab's own means.
mutant_exhibit() {
	local began=$SECONDS
	lane=$(sed -n "s/^$mutant | *\([a-z0-9_.-]*\): .*/\1/p" "$LAB/mutants/list")
	lane=${lane:-sim-s390x}
	verdict=.
	"$LAB/mutants.sh" "$mutant" >"$work/$name.ktap" 2>"$work/$name.log" || true
	if grep -q "^ok 1 $mutant\$" "$work/$name.ktap"; then
		said=$(sed -n '/cut here/d; s/^# seen by: *not ok [0-9]* //p; s/^# seen by: \(\[[ 0-9.]*\] \)*//p' "$work/$name.ktap" | head -n 1)
		took=$((SECONDS - began))
	fi
}

# Of our QEMU: a copy of its sources, and the device's own test.
qemu_exhibit() {
	local began copy=$work/$name.qemu
	lane=qemu-test
	rm -rf "$copy" "${work:?}/$name"
	cp -r "$TREE/tools/qemu" "$copy"
	exhibit_edit "$work/$name" || return 0
	for file in $files; do
		cp "$work/$name/$file" "$copy/${file#tools/qemu/}"
	done
	make -C "$copy" LAB="$LAB" qemu >"$work/$name.build" 2>&1 ||
		{ complaint="does not build; log: $work/$name.build"; return 0; }
	began=$SECONDS
	make -C "$copy" LAB="$LAB" UNSANITIZED=y qemu-test PATTERN="$tests" >"$work/$name.ktap" 2>&1 || true
	rm -rf "$(dirname "$(dirname "$(make -s -C "$copy" qemu-path)")")" "$copy"
	told "$work/$name" || true
	took=$((SECONDS - began))
}

# judge: one line of KTAP and of the results
judge() {
	local result='not ok' how
	if [ -n "$complaint" ]; then
		how="error: $complaint"
	elif [ "$state" = absent ]; then
		result=ok how="not in this source"
	elif [ -z "$tests$mutant" ]; then
		result=ok how="no test: $why"
	elif [ -n "$said" ] && grep -qE -e "$verdict" <<<"$said"; then
		result=ok how="killed in $took s: $said"
	elif [ -n "$said" ]; then
		how="killed in $took s, otherwise than expected: $said"
	else
		how="survived"
	fi
	[ "$state" != here ] || how="$how (as the source is)"
	# Where this tree lies is nobody's business.
	how=$(sed -E "s|$BUILD/[^ ]*\.mutant/||g; s|$TREE/||g" <<<"$how")
	number=$((number + 1))
	[ "$result" = ok ] || failed=$((failed + 1))
	case $how in
	"no test"* | "not in"*) echo "$result $number $name # SKIP ${how//#/}" ;;
	*) echo "$result $number $name # ${how//#/}" ;;
	esac
	printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "$class" "$(exhibit_where)" "${lane:--}" "$how" "$release" >>"$work/results.tsv"
	# At once: a run of hours is often ended before it is done.
	"$MUSEUM/results.sh" "$work/results.tsv" "$MUSEUM/RESULTS.md"
}

take_dir "$work"
mkdir -p "$work"
source_tree
# One at a time changes the source, which clean-cache leaves alone meanwhile.
take_dir "$SOURCE_TREE"
tree_restore
release=$(make -s -C "$SOURCE_TREE" kernelversion)
: >"$work/results.tsv"

number=0 failed=0
[ $# != 0 ] || mapfile -t names < <(exhibits)
[ $# = 0 ] || names=("$@")
echo "KTAP version 1"
echo "1..${#names[@]}"
# What is asked without a bug first, of a kernel that is built once.
for name in $([ "${LIST:-}" = y ] || echo "${names[@]}"); do
	exhibit_load "$name"
	exhibit_state
	[ "$state${complaint:+!}${tests:+ tests}" = "edit tests" ] || continue
	[[ " ${edits[*]} " == *" mend "* ]] || kernel_exhibit control
	tree_restore
done
for name in "${names[@]}"; do
	exhibit_load "$name"
	exhibit_state
	said='' took=0 files=''
	if [ -z "$complaint" ] && [ "${LIST:-}" != y ]; then
		case $state in
		mutant) mutant_exhibit ;;
		qemu) qemu_exhibit ;;
		edit | here) [ -z "$tests" ] || kernel_exhibit ;;
		esac
	fi
	tree_restore
	if [ "${LIST:-}" = y ]; then
		number=$((number + 1))
		echo "ok $number $name # SKIP $state: $class, ${lane:-no lane} ${tests:-${mutant:-}}${complaint:+; $complaint}"
	else
		judge
	fi
done
[ "$failed" = 0 ]
