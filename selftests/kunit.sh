#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The KUnit suites of the module's parts: mhp_standby_kunit.ko runs them when it is
# loaded. Each case of theirs is a result here. They need neither standby memory
# nor the module itself, which may even be loaded.

cd "$(dirname "$0")" || exit 1

. ./ktap.sh

PATH=$PWD:${MHP_HELPERS:+$MHP_HELPERS:}$PATH
MODULE_NAME=mhp_standby_kunit

# Each of these is on what KUnit builds and says. The list is complete.
SUITES="mhps_command mhps_fault mhps_geometry mhps_last_error mhps_ledger
	mhps_increment mhps_element mhps_block mhps_range_table"

leave_all()
{
	ktap_skip_all "$*"
	exit "$KSFT_SKIP"
}

find_module()
{
	for fm_file in "$MHP_KUNIT_MODULE" /lib/modules/$MODULE_NAME.ko ../$MODULE_NAME.ko \
		"$(modinfo -n $MODULE_NAME 2> /dev/null)"; do
		[ -f "$fm_file" ] || continue
		module_file=$fm_file
		return 0
	done
	return 1
}

# kunit_log: what the kernel has logged since the module was loaded, with the
# indentation of KTAP and without time stamps
kunit_log()
{
	dmesg | sed -e "1,/$log_mark/d" -e 's/^\[[ 0-9.]*\]\(\[ *[TC][0-9]*\]\)\{0,1\} //'
}

# results: a line "ok|not ok SUITE CASE [REASON]" for each case in kunit_log. KTAP of
# level one is a suite's end; four blanks before a line are a case of it.
results()
{
	awk '
		/^    # Subtest: / { suite = $3 }
		suite && /^    (not )?ok [0-9]+ / {
			status = $1 == "not" ? "not ok" : "ok"
			sub(/^    (not )?ok [0-9]+ (- )?/, "")
			print status, suite, $0
		}
		/^(not )?ok / { suite = "" }' "$work/kunit_log"
}

# said_of SUITE CASE: what the log has about a case before its result
said_of()
{
	awk -v suite="$1" -v name="$2" '
		/^    # Subtest: / { here = $3 == suite; n = 0; next }
		!here { next }
		/^    (not )?ok [0-9]+ / {
			line = $0
			sub(/^    (not )?ok [0-9]+ (- )?/, "", line)
			if (line == name || index(line, name " #") == 1)
				for (i = 0; i < n && i < 60; i++) print "# " said[i]
			n = 0
			next
		}
		{ said[n++] = $0 }' "$work/kunit_log"
}

[ "$(id -u)" = 0 ] || leave_all "needs root"
[ -x "$(command -v modctl)" ] || leave_all "helpers are not built (run make)"
find_module || leave_all "$MODULE_NAME.ko not found: make MHP_STANDBY_KUNIT=y for a kernel with CONFIG_KUNIT"
[ ! -d /sys/module/$MODULE_NAME ] || leave_all "$MODULE_NAME is loaded already: unload it, loading is what runs it"
[ -d /sys/module/kunit ] || modprobe kunit 2> /dev/null ||
	leave_all "no KUnit in this kernel"

work=$(mktemp -d "${TMPDIR:-/tmp}/mhp.XXXXXX") || leave_all "no TMPDIR"
trap 'rm -rf "$work"' EXIT
log_mark="mhp_standby kunit $$"

ktap_print_header
echo "$log_mark" > /dev/kmsg
loaded=$(modctl load "$module_file")
[ "$loaded" != OK ] || unloaded=$(modctl unload $MODULE_NAME)
kunit_log > "$work/kunit_log"
if grep -q 'kunit: disabled' "$work/kunit_log"; then
	leave_all "KUnit is off: boot with kunit.enable=1"
fi
results > "$work/results"

ktap_set_plan $(($(wc -l < "$work/results") + $(echo "$SUITES" | wc -w) + 1))
while read -r status rest; do
	[ "$status" = ok ] || rest=${rest#ok }
	suite=${rest%% *} case=${rest#* }
	case $status$case in
	*"# SKIP"*) ktap_test_skip "$suite: ${case%% #*}" "${case##*# SKIP }" ;;
	ok*) ktap_test_pass "$suite: $case" ;;
	*)
		said_of "$suite" "$case"
		ktap_test_fail "$suite: $case"
		;;
	esac
done < "$work/results"

# A suite that KUnit did not run, or gave up, has no result of its own to fail.
for suite in $SUITES; do
	planned=$(awk -v suite="$suite" '
		/^    # Subtest: / { here = $3 == suite }
		here && /^    1\.\.[0-9]+$/ { sub(/.*\.\./, ""); print; exit }' "$work/kunit_log")
	ran=$(grep -c "ok $suite " "$work/results")
	if [ "$ran" != 0 ] && [ "$ran" = "$planned" ]; then
		ktap_test_pass "$suite ran whole"
	else
		echo "# $ran of ${planned:-no} cases have a result"
		ktap_test_fail "$suite ran whole"
	fi
done
if [ "$loaded $unloaded" = "OK OK" ]; then
	ktap_test_pass "$MODULE_NAME is loaded and unloaded"
else
	echo "# load: $loaded, unload: ${unloaded:--}"
	ktap_test_fail "$MODULE_NAME is loaded and unloaded"
fi
ktap_finished
