#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# interrupt.sh - whoever is interrupted takes its guests along, at once, and two
# runs in one tree do not share a directory. The scripts are the lab's own; what they
# boot is a program that waits. KTAP on stdout.

. "$(dirname "$0")/../common.sh"

work=$(mktemp -d)
trap 'end_all; rm -rf "$work"' EXIT
lab=$work/tools/lab
mkdir -p "$work/tools" "$work/selftests"
cp -r "$LAB" "$lab"
cp "$SPLATS" "$TREE"/selftests/{ktap,faults}.sh "$work/selftests/"
# The helpers take their time, and say when.
cp "$LAB/prepare.sh" "$lab/prepare.real.sh"
printf 'all:\n\t@echo begin >>%s; sleep 0.4; echo end >>%s\nlist:\n' "$work/built" "$work/built" >"$work/selftests/Makefile"
printf '\t@echo hangs.sh\nlist-smp:\n' >>"$work/selftests/Makefile"
mkdir "$work/kernel"
echo 1.0 >"$work/kernel/release"
unset BUILD KERNEL KERNEL_DIR
export ACCEL=tcg

stub() {
	printf '#!/bin/bash\n%s\n' "$2" >"$1"
	chmod +x "$1"
}
stub "$lab/kernel.sh" "echo $work/kernel"
# shellcheck disable=SC2016 # for the stubs
{
	stub "$lab/initramfs.sh" 'touch "$3"'
	stub "$lab/prepare.sh" true
	stub "$lab/userland.sh" true
	stub "$work/guest" "echo \$\$ >>$work/guests; printf 'mhp_lab: up\nmhp_lab: begin hangs\n'; exec sleep 1000"
	stub "$lab/host/tests/hangs.sh" '. "$(dirname "$0")/../lib.sh"
		it "hangs" guest_start
		run_tests'
}
stub "$work/selftests/hangs.sh" true
for arch in "$lab"/arch/*; do echo "QEMU=$work/guest" >>"$arch"; done
echo SIDE=host >>"$lab/lanes/sim-x86_64"
sed -i 's/^OUR_QEMU=.*//' "$lab"/lanes/*

# guests: how many were started, and which of them are left
guests() { cat "$work/guests" 2>/dev/null || true; }
left() {
	local pid
	for pid in $(guests); do
		if kill -0 "$pid" 2>/dev/null; then echo "$pid"; fi
	done
}
end_all() {
	local pid
	for pid in $(left); do kill -KILL "$pid" 2>/dev/null || true; done
}

# started N: wait until so many guests were
started() {
	local i
	for ((i = 0; i < 100; i++)); do
		[ "$(guests | wc -l)" -lt "$1" ] || return 0
		sleep 0.1
	done
	echo "# no guest was started"
	sed 's/^/# | /' "$work/log"
	return 1
}

# gone: all of them, within three seconds
gone() {
	local i
	for ((i = 0; i < 30; i++)); do
		[ -n "$(left)" ] || return 0
		sleep 0.1
	done
	echo "# left after three seconds: $(left | wc -l) guests"
	return 1
}

number=0 failed=0
# result DESCRIPTION STATUS
result() {
	number=$((number + 1))
	end_all
	rm -f "$work/guests"
	[ "$2" = 0 ] || failed=$((failed + 1))
	echo "$([ "$2" = 0 ] || echo 'not ')ok $number $1"
}

# ends_with SIGNAL COMMAND...: a SIGNAL to COMMAND alone ends the guest. In the
# foreground: to what is in the background of a script SIGINT means nothing.
ends_with() {
	local signal=$1 status=0
	shift
	# shellcheck disable=SC2016 # for that shell
	{ timeout 20 bash -c 'exec 3>&1; { for i in $(seq 100); do [ -s "$1" ] && break; sleep 0.1; done
		kill -'"$signal"' $$; } & shift; exec "$@"' - "$work/guests" "$@" >"$work/log" 2>&1 || status=$?; } 2>/dev/null
	[ "$status" != 124 ] || { echo "# it did not end"; sed 's/^/# | /' "$work/log"; return 1; }
	started 1 && gone
}

# A second lane of the same name waits for the first.
waits_for_its_turn() {
	local first
	"$lab/lane.sh" sim-s390x >"$work/log" 2>&1 &
	first=$!
	started 1 || return
	"$lab/lane.sh" sim-s390x >"$work/log.2" 2>&1 &
	sleep 1
	[ "$(guests | wc -l)" = 1 ] || { echo "# both ran at once"; kill %1 %2; return 1; }
	grep -q 'waiting for another run of sim-s390x' "$work/log.2" || { echo "# it does not say that it waits"; kill %1 %2; return 1; }
	kill "$first"
	started 2 || return
	kill %2
	gone
}

# Two lanes of one architecture want the same helpers.
builds_once_at_a_time() {
	local i
	for i in 1 2; do "$lab/prepare.real.sh" sim-s390x >"$work/log" 2>&1 & done
	wait
	[ "$(tr '\n' ' ' <"$work/built")" = "begin end begin end " ] || { echo "# $(tr '\n' ' ' <"$work/built")"; cat "$work/log"; return 1; }
}

# What cannot be had is not run, which is said and is neither passed nor a failure.
not_run_is_said() {
	# shellcheck disable=SC2016 # for the stubs
	stub "$lab/prepare.sh" '. "$(dirname "$0")/common.sh"
		[ "$1" = sim-x86_64 ] || exit 0
		not_there "no kernel today"'
	# shellcheck disable=SC2016
	stub "$lab/lane.sh" 'd='"$work"'/build/run/$1; mkdir -p $d; echo "3 0 0" >$d/counts; echo "KTAP version 1"; echo 1..0'
	LANES="sim-s390x sim-x86_64" "$lab/check.sh" >"$work/log" 2>&1 || { cat "$work/log"; return 1; }
	if ! grep -qx 'ok [12] sim-x86_64 # SKIP not run: no kernel today' "$work/log" ||
		! grep -qx '3 passed, 0 failed, 0 skipped' "$work/log"; then
		cat "$work/log"
		return 1
	fi
	# Alone it is not a success.
	! LANES=sim-x86_64 "$lab/check.sh" >"$work/log" 2>&1
}

# The CPUs of a lane that failed are those of the next one, also when it wants all.
failed_lane_hands_on() {
	# shellcheck disable=SC2016 # for the stubs
	stub "$lab/prepare.sh" 'exit 0'
	# shellcheck disable=SC2016
	stub "$lab/lane.sh" 'd='"$work"'/build/run/$1; mkdir -p $d; echo "3 1 0" >$d/counts; exit 1'
	# shellcheck disable=SC2016
	sed -i 's/weight\[$name\]=.*/weight[$name]=2/' "$lab/check.sh"
	LANES="sim-s390x adopt-x86_64" JOBS=2 timeout 20 "$lab/check.sh" >"$work/log" 2>&1
	grep -qx '6 passed, 2 failed, 0 skipped' "$work/log" || { cat "$work/log"; return 1; }
}

echo "KTAP version 1"
for signal in INT TERM KILL; do
	s=0; ends_with $signal "$lab/run.sh" sim-s390x -c true || s=1
	result "SIG$signal to a script in a guest (make demo): the guest is gone" $s
	s=0; ends_with $signal "$lab/lane.sh" sim-s390x || s=1
	result "SIG$signal to a lane: the guest is gone" $s
	s=0; ends_with $signal "$lab/host/lane.sh" sim-x86_64 hangs || s=1
	result "SIG$signal to a lane on the host: the guest is gone" $s
done
for signal in INT TERM; do
	for jobs in 2 1; do
		s=0; JOBS=$jobs LANES="sim-s390x sim-x86_64" ends_with $signal "$lab/check.sh" || s=1
		result "SIG$signal to make check, $jobs at a time: all guests are gone" $s
	done
done
s=0; waits_for_its_turn || s=1
result "two runs of a lane in one tree: one after the other" $s
s=0; builds_once_at_a_time || s=1
result "helpers that two lanes want are built by one at a time" $s
s=0; not_run_is_said || s=1
result "a lane for which there is no kernel is not run, and says so" $s
s=0; failed_lane_hands_on || s=1
result "a lane that failed lets the next one have its CPUs" $s
echo "1..$number"
[ "$failed" = 0 ] || die "$failed of $number failed"
