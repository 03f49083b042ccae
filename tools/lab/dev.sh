#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# dev.sh LANE [TEST]... - build what has changed, give it to a guest of the lane that
# is up already, and run these tests there; without any, just have a guest ready.
# KTAP on stdout, exit status 0 if nothing failed.
# dev.sh LANE stop - end that guest.
#
# The guest is booted if there is none, or another kernel, QEMU or parameter is wanted.
# It goes after half an hour without work, and at once when its kernel is in doubt:
# another one is booted then, for the next time. TEST_TIMEOUT, BOOT_TIMEOUT, ONLY,
# REPEAT and STOP are as for lane.sh.

set_smp=${SMP:-}
. "$(dirname "$0")/common.sh"
. "$LAB/qemu.sh"
. "$LAB/rundir.sh"
. "$LAB/judge.sh"

[ $# -ge 1 ] || die "usage: dev.sh LANE [TEST]... | LANE stop"
lane_load "$1"
shift
export TEST_TIMEOUT=${TEST_TIMEOUT:-600}
BOOT_TIMEOUT=${BOOT_TIMEOUT:-120}
dev=$BUILD/dev/$LANE
take_dir "$dev"
mkdir -p "$dev"

guest_lives() {
	[ -s "$dev/pid" ] && kill -0 "$(cat "$dev/pid")" 2>/dev/null &&
		grep -qa "path=$dev/cmd" "/proc/$(cat "$dev/pid")/cmdline"
}

guest_ends() {
	guest_lives && kill -KILL "$(cat "$dev/pid")"
	rm -rf "${dev:?}"/*
}

# The guest's side of the port, of which we write one end and read the other.
open_port() {
	exec {to}<>"$dev/cmd.in" {from}<>"$dev/cmd.out"
}

# guest_boots: in the background, and it stays there when we go
guest_boots() {
	guest_ends || true
	mkdir -p "$dev/has"
	MODULE_OUT=.none SELFTESTS=$dev/has "$LAB/initramfs.sh" "$LANE" dev "$dev/initrd"
	mkfifo "$dev/cmd.in" "$dev/cmd.out"
	: >"$dev/console.log"
	qemu_command "$kernel" "$dev/initrd" "file,path=$dev/console.log"
	# Not setpriv's: it is to outlive us.
	setsid "${QEMU_COMMAND[@]:3}" -chardev "pipe,id=cmd,path=$dev/cmd" \
		-device virtserialport,chardev=cmd,name=mhp_cmd \
		</dev/null >"$dev/qemu.log" 2>&1 {taken_fd}>&- &
	echo $! >"$dev/pid"
	disown
	echo "$wanted" >"$dev/wanted"
}

# hear SECONDS PATTERN: lines of the guest go to judge_line, until one is like that
hear() {
	local line part='' deadline=$((SECONDS + $1)) left
	while left=$((deadline - SECONDS)) && [ "$left" -gt 0 ]; do
		if IFS= read -r -t $((left < 2 ? left : 2)) line <&"$from"; then
			line=$part${line%$'\r'} part=''
			judge_line "$line"
			# shellcheck disable=SC2053 # a pattern
			[[ $line != $2 ]] || return 0
		else
			part=$part$line
			guest_lives || return 1
		fi
	done
	return 1
}

# give: what the guest does not have yet, or has in another form
give() {
	local new=$dev/new file size
	rm -rf "$new" "$dev/give"
	mkdir -p "$new/lib/modules" "$new/lab" "$dev/give"
	cp -r "${SELFTESTS:-$TREE/selftests}" "$new/selftests"
	cp -r "$BUILD/selftests/$ARCH/." "$new/selftests/"
	cp "$modules${MODULE_OUT:-}/mhp_standby.ko" "$new/lib/modules/"
	for file in "$modules.tests"/*.ko; do
		[ ! -e "$file" ] || cp "$file" "$new/selftests/test_modules/"
	done
	cat >"$new/lab/job" <<-EOT
		TEST_TIMEOUT='$TEST_TIMEOUT'
		export MHP_ONLY='${ONLY:-}'
		export MHP_MODULE=/lib/modules/mhp_standby.ko MHP_MODULE_PARAMS='$MODULE_PARAMS'
	EOT
	while IFS= read -r file; do
		cmp -s "$new/$file" "$dev/has/$file" || {
			mkdir -p "$dev/give/$(dirname "$file")"
			cp "$new/$file" "$dev/give/$file"
		}
	done < <(cd "$new" && find . -type f)
	pack "$dev/give" >"$dev/archive"
	size=$(stat -c %s "$dev/archive")
	printf 'mhp_lab: files %s\n' "$size" >&"$to"
	cat "$dev/archive" >&"$to"
	hear 60 'mhp_lab: got 0' || die "the guest did not take $size bytes of files; make dev-stop ends it"
	rm -rf "$dev/has" "$dev/give"
	mv "$new" "$dev/has"
}

if [ "${1:-}" = stop ]; then
	guest_ends || say "no guest of $LANE was there"
	exit 0
fi

# build: what is not up to date. make knows as well, but takes seconds to find out
# that there is nothing to do.
build() {
	local built=$BUILD/dev/$LANE.built src=${MODULE_SRC:-$TREE} tests=${SELFTESTS:-$TREE/selftests} with
	with=$(stat -L -c '%n %s %Y' "$kernel/vmlinuz" "$kernel/headers/Module.symvers" 2>/dev/null || true)
	if [ "$(cat "$built" 2>/dev/null)" != "$with" ] || [ -n "$(find "$LAB" "$tests" \
		\( -name '*.[ch]' -o -name Makefile -o -name Kbuild -o -path "$LAB/*" \) -newer "$built" -print -quit)" ]; then
		"$LAB/prepare.sh" "$LANE"
	elif [ -n "$(find "$src/Kbuild" "$src/module" -newer "$built" -print -quit)" ]; then
		"$LAB/module.sh" "$LANE"
	else
		return 0
	fi
	echo "$with" >"$built.new"
	# As old as the begin: what was changed meanwhile is newer.
	touch -r "$dev/begin" "$built.new"
	mv "$built.new" "$built"
}

began_all=$EPOCHREALTIME
touch "$dev/begin"
# One CPU does for tests that do not want two, see durations.sh.
if [ -z "$set_smp" ]; then
	SMP=1
	for t in $(make -s -C "${SELFTESTS:-$TREE/selftests}" list-smp 2>/dev/null); do
		[[ " $* " != *" ${t%.sh} "* ]] || SMP=2
	done
fi
kernel=$(lane_kernel)
modules=$(module_dir "$kernel")
build >"$dev/build.log" 2>&1 || { cat "$dev/build.log" >&2; die "it does not build"; }
accel_pick "$kernel"
wanted=$(ACCEL=$ACCEL qemu_command "$kernel" initrd console && {
	printf '%s\n' "${QEMU_COMMAND[@]}"
	stat -L -c '%n %s %Y' "$kernel/vmlinuz" "$LAB"/guest/* "$LAB/initramfs.sh"
} | sha256sum)
built=$(seconds_since "$began_all")
if ! guest_lives || [ "$(cat "$dev/wanted" 2>/dev/null)" != "$wanted" ]; then
	say "booting a guest of $LANE"
	guest_boots
fi
open_port
judge_boot "$dev/console.log" "$dev/qemu.log"
# It says so once, and may have said it to nobody.
if ! grep -qa 'mhp_lab: expect-end' "$dev/console.log"; then
	hear "$BOOT_TIMEOUT" 'mhp_lab: up *' || { tail -n 15 "$dev/console.log" >&2; die "the guest did not come up in $BOOT_TIMEOUT s"; }
fi
up=y
give
say "$built s to build, $(seconds_since "$began_all") s until the guest is ready"
[ $# != 0 ] || exit 0

tests=()
for ((i = 0; i < ${REPEAT:-1}; i++)); do tests+=("$@"); done
expect_load "${EXPECT:-$LAB/expect/$LANE}"
printf 'KTAP version 1\n# %s: Linux %s, warm guest\n1..%s\n' "$LANE" "$(cat "$kernel/release")" $((${#tests[@]} + 1))
for t in "${tests[@]}"; do
	t=${t%.sh}
	[ -x "$dev/has/selftests/$t.sh" ] || die "no test $t"
	runs[$t]=$(grep -cax ".*mhp_lab: begin $t.\?" "$dev/console.log") || true
	printf 'mhp_lab: run %s\n' "$t" >&"$to"
	hear $((TEST_TIMEOUT + 60)) "mhp_lab: end *" || {
		guest_lives && judge_late "nothing new for $((TEST_TIMEOUT + 60)) s"
		how_it_ended "?"
		[ -z "$current" ] || test_over "${verdict:-the guest is gone}"
		doubt=y
	}
	[ -z "$doubt" ] || break
	[ "${STOP:-}" != first ] || [ "$ktap_failed" = 0 ] || break
done
finished=y first_test=0
[ -n "$doubt" ] || look_back
expect_end
for t in "${tests[@]:done_tests}"; do
	judge_left_out "$t" "the guest had to go, or a failure was enough"
done
judge_guests
if [ -n "$doubt$guest_problems" ]; then
	cp "$dev/console.log" "$BUILD/dev/$LANE.console.log"
	say "this guest is not used any more (log: $BUILD/dev/$LANE.console.log), another one is booted"
	guest_boots
fi
echo "$ktap_passed passed, $ktap_failed failed, $ktap_skipped skipped, $(seconds_since "$began_all") s"
[ "$ktap_failed" = 0 ]
