#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kselftest.sh - selftests/ in its place in a kernel tree: does kselftest build,
# run and install it, and does what it installed run in guests? KTAP on stdout,
# the totals as the last line. Logs are in build/kselftest/.
#
# Environment: LANES (one of each architecture unless set), TESTS (to run in the
# guests), as for check.sh.

. "$(dirname "$0")/common.sh"
. "$LAB/rundir.sh"

LANES=${LANES:-sclp-s390x.info sim-x86_64}
LANES=${LANES//,/ }
TESTS=${TESTS:-lifecycle access}
TESTS=${TESTS//,/ }
work=$BUILD/kselftest
name=mhp_standby
tests=$(make -s -C "$TREE/selftests" list)
bad=''		# what is wrong in the check that runs
number=0 failed=0 skipped=0

# complain TEXT...
complain() {
	printf '# %s\n' "$*"
	bad=y
}

# result DESCRIPTION: of all complaints since the last one
result() {
	number=$((number + 1))
	[ -z "$bad" ] || failed=$((failed + 1))
	echo "${bad:+not }ok $number $1"
	bad=''
}

skip() {
	number=$((number + 1)) skipped=$((skipped + 1))
	echo "ok $number $1 # SKIP $2"
}

# tree DIR: a kernel tree, as much as kselftest needs of it, with our directory
tree() {
	rm -rf "$1"
	mkdir -p "$1"
	cp -r "$("$LAB/source.sh")/." "$1"
	dir=$1/tools/testing/selftests/$name
	# As a commit of them would have it.
	git -C "$TREE" ls-files -zco --exclude-standard selftests | (cd "$TREE" && xargs -0 tar -c) | tar -x -C "$work"
	mv "$work/selftests" "$dir"
}

# kselftest LOG ARGUMENT...: kselftest's make for our directory alone
kselftest() {
	local log=$1
	shift
	make -C "$kernel_tree/tools/testing/selftests" TARGETS="$name" FORCE_TARGETS=1 "$@" >"$log" 2>&1 && return
	complain "make $*: failed; log: $log"
	tail -n 5 "$log" | sed 's/^/# | /'
}

# judge LOG TEST...: what run_kselftest.sh or run_tests said of these. Every one
# of them has to have said something itself; sets passes and skips.
judge() {
	local log=$1 t
	shift
	passes=$(grep -c '^# ok ' "$log") || true
	skips=$(grep -cE '^# (ok .*|1\.\.0 )# SKIP' "$log") || true
	passes=$((passes - $(grep -c '^# ok .*# SKIP' "$log" || true)))
	grep -qx "1..$#" "$log" || complain "no plan of $# tests"
	for t; do
		grep -qE "^ok [0-9]+ selftests: $name: $t( # SKIP)?\$" "$log" ||
			complain "$(grep -m 1 -E "^not ok [0-9]+ selftests: $name: $t( |\$)" "$log" || echo "$t: no result")"
		awk -v header="# selftests: $name: $t" '
			/^# selftests: / { in_it = $0 == header }
			in_it && /^# (not )?ok / || in_it && /^# 1\.\.0 # SKIP ./ { found = 1 }
			END { exit !found }' "$log" || complain "$t: said nothing"
	done
	[ -z "$bad" ] || grep '^# not ok ' "$log" | sed 's/^/# /' || true
}

# On this machine nothing is there to be tested: all skip, and say why.
host_skips() {
	local what='run_tests skips everything where the module is not'
	tree "$work/host"
	kernel_tree=$work/host
	if [ -d "/sys/module/$name" ] || modinfo "$name" >/dev/null 2>&1; then
		skip "$what" "this machine has the module"
		return
	fi
	kselftest "$work/host.log" run_tests
	# shellcheck disable=SC2086 # one word a test
	judge "$work/host.log" $tests
	[ "$(grep -c '^ok .* # SKIP$' "$work/host.log")" = "$(wc -w <<<"$tests")" ] ||
		complain "not every test was skipped"
	grep -q '^# timeout set to 600$' "$work/host.log" || complain "the timeout of settings is not known"
	result "$what"
}

# build_and_install: for the lane's architecture, in place and with O=
build_and_install() {
	# Static: the guest's libc is not this machine's.
	local f args=(CROSS_COMPILE="$CROSS_COMPILE" USERLDFLAGS=-static
		KDIR="$kernel/headers" CONFIG_DEBUG_INFO_BTF_MODULES=)
	tree "$work/$LANE/tree"
	kernel_tree=$work/$LANE/tree
	# Debian's own rules ignore whatever its package does not bring.
	sed -i '\,^/\*$,d' "$kernel_tree/.gitignore"
	git -C "$kernel_tree" init -q
	git -C "$kernel_tree" add -A
	kselftest "$work/$LANE/build.log" "${args[@]}" all
	f=$(git -C "$kernel_tree" ls-files --others --exclude-standard)
	[ -z "$f" ] || complain "not ignored by git: $f"
	result "$LANE: builds in a kernel tree"

	kselftest "$work/$LANE/install-O.log" "${args[@]}" O="$work/$LANE/output" install
	kselftest "$work/$LANE/install.log" "${args[@]}" KSFT_INSTALL_PATH="$installed" install
	diff <(cd "$installed" && find . | sort) \
		<(cd "$work/$LANE/output/kselftest/kselftest_install" && find . | sort) ||
		complain "in place and with O= other files are installed"
	# shellcheck disable=SC2086 # one word a test
	diff <(printf "$name:%s\n" $tests) "$installed/kselftest-list.txt" ||
		complain "kselftest-list.txt has other tests"
	for f in run_kselftest.sh $tests $(sed -n 's/^TEST_GEN_FILES := //p' "$dir/Makefile"); do
		case $f in run_*) ;; *) f=$name/$f ;; esac
		[ -x "$installed/$f" ] || complain "$f is not installed, or not executable"
	done
	# shellcheck disable=SC2046 # one word a file
	for f in $(cd "$dir" && echo *.sh config settings); do
		cmp -s "$dir/$f" "$installed/$name/$f" || complain "$f is not installed unchanged"
	done
	for f in reserved_page $([ "$ARCH" != s390x ] || echo standby_access); do
		[ -s "$installed/$name/test_modules/$f.ko" ] || complain "test_modules/$f.ko is not installed"
	done
	result "$LANE: installs"
}

# Stock kernels run all tests, so what config asks for they must have.
config_is_right() {
	local f
	while read -r f; do
		grep -qx "$f" "$kernel/config" || complain "config wants $f, $(cat "$kernel/release") does not have it"
	done < <(grep '^CONFIG_' "$dir/config")
	result "$LANE: config is what the kernel has"
}

# A second tree, whose tests are broken in one way each.
break_some() {
	local t
	mkdir -p "$work/$LANE/root"
	cp -r "$installed" "$work/$LANE/root/broken"
	cd "$work/$LANE/root/broken/$name"
	cat >wrong.sh <<-'SH'
		#!/bin/sh
		. ./lib.sh
		wrong() { add 0; expect "state" online "$(block_is 0 state)"; }
		it "an added block is online" wrong
		run "$@"
	SH
	printf '#!/bin/sh\nexit 0\n' >silent.sh
	printf '#!/bin/sh\n. ./lib.sh\nit "dies" true\nload() { kill -KILL $$; }\nrun\n' >dies.sh
	printf '#!/bin/sh\necho "ok 1 fine"\n' >good.sh
	chmod +x wrong.sh silent.sh dies.sh good.sh
	for t in $broken; do
		echo "$name:$t" >>../kselftest-list.txt
	done
	cd "$TREE"
}

# all_of TEST...: arguments of run_kselftest.sh
all_of() {
	printf -- "-t $name:%s " "$@"
}

# run_installed: boot a guest with both trees
run_installed() {
	local t log=$work/$LANE/guest.log status=0
	local broken='wrong.sh silent.sh dies.sh missing.sh good.sh'
	break_some
	mv "$installed" "$work/$LANE/root/kselftest"
	# Through cat: kselftest opens /dev/stdout again, which a port does not allow.
	# shellcheck disable=SC2086 # one word a test
	cat >"$work/$LANE/script" <<-EOT
		{
			/kselftest/run_kselftest.sh $(all_of $wanted)
			echo "mhp_lab: the broken ones"
			/broken/run_kselftest.sh $(all_of $broken)
		} | cat
	EOT
	EXTRA=$work/$LANE/root "$LAB/run.sh" "$LANE" "$work/$LANE/script" >"$log" 2>"$log.err" || status=$?
	[ "$status" = 0 ] || complain "$(tail -n 1 "$log.err")"
	sed '/^mhp_lab: /,$d' "$log" >"$log.good"
	sed '1,/^mhp_lab: /d' "$log" >"$log.broken"

	# shellcheck disable=SC2086
	judge "$log.good" $wanted
	[ "$passes" -gt 0 ] || complain "nothing passed; log: $log"
	echo "# $passes results passed, $skips skipped; log: $log"
	result "$LANE: the installed tests pass: ${wanted//$'\n'/ }"

	# shellcheck disable=SC2086
	judge "$log.broken" $broken >"$log.judged"
	bad=''
	for t in $broken; do
		case $t in
		good.sh) ! grep -q "$t" "$log.judged" || complain "$t: $(cat "$log.judged")" ;;
		*) grep -q "$t" "$log.judged" || complain "$t is not noticed" ;;
		esac
	done
	result "$LANE: broken tests fail"
}

take_dir "$work"
rm -rf "$work"
mkdir -p "$work"
echo "KTAP version 1"
echo "1..$((1 + 5 * $(wc -w <<<"$LANES")))"
host_skips
for lane in $LANES; do
	"$LAB/prepare.sh" "$lane"
	lane_load "$lane"
	# shellcheck disable=SC2086 # one word a test
	wanted=$("$LAB/tests.sh" "$lane" $TESTS | sed 's/$/.sh/')
	kernel=$(lane_kernel)
	mkdir -p "$work/$LANE"
	installed=$work/$LANE/installed
	build_and_install
	config_is_right
	run_installed
done
echo "$((number - failed - skipped)) passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
