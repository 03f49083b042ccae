#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# selftests.sh - what the selftests ask, of a machine that has no answer: a table or a
# column that is not there, a log that has wrapped, a load that did nothing. None of it
# may pass. On the host, with the tests' own functions. KTAP on stdout.
# shellcheck disable=SC2016 # for the tests' shell

. "$(dirname "$0")/../common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 failed=0

# asks WANTED DESCRIPTION SCRIPT: run_one of a function "asked" that SCRIPT defines says
# WANTED ("ok", "not ok", "SKIP" or "XFAIL" and why). Of FILES the functions are
# there as well.
FILES=()
asks() {
	local got
	rm -rf "${work:?}"/*
	mkdir "$work/mhp" "$work/tmp"
	printf '# a remark\nid state\n4 online\n5 offline\n' >"$work/mhp/blocks"
	: >"$work/mhp/ranges"
	printf 'model=event\n' >"$work/mhp/features"
	printf 'assigns 4\n' >"$work/mhp/stats"
	got=$(cd "$TREE/selftests" && sh -c '
		. ./lib.sh
		'"$([ ${#FILES[@]} = 0 ] || (cd "$TREE/selftests" && sed -e '/^\. \.\//d' -e '/^run /d' "${FILES[@]}"))"'
		work='"$work/tmp"' MHP='"$work/mhp"' MEMORY='"$work/sys"' no_undo=1 log_mark="selftest here"
		mkdir -p $MEMORY
		'"$3"'
		run_one description asked' ./selfcheck 2>&1 | tee "$work/said") || true
	number=$((number + 1))
	got=$(grep -E '^(not )?ok ' <<<"$got" | tail -n 1) || true
	case $got in *'# SKIP'*) got=SKIP ;; *'# XFAIL'*) got=${got##* # } ;; *) got=${got%% [0-9]*} ;; esac
	if [ "$got" = "$1" ]; then
		echo "ok $number $2"
	else
		failed=$((failed + 1))
		sed 's/^/# | /' "$work/said"
		echo "not ok $number $2: expected '$1' got '$got'"
	fi
}

echo "KTAP version 1"
asks ok "a column" 'asked() { expect it offline "$(column blocks id=5 state)"; }'
asks ok "no row" 'asked() { expect it "" "$(column blocks id=6 state)"; }'
asks ok "a reader that has seen enough" 'asked() { expect it online "$(column blocks "" state | head -n 1)"; }'
asks "not ok" "a table that is not there" 'asked() { expect it "" "$(column block id=5 state)"; }'
asks "not ok" "a table without a header" 'asked() { expect it "" "$(column ranges "" start)"; }'
asks "not ok" "a column that is not there" 'asked() { expect it "" "$(column blocks id=5 owner)"; }'
asks "not ok" "a column to choose by that is not there" 'asked() { expect it "" "$(column blocks owner=5 state)"; }'
asks "not ok" "a table that is not there is no reason to skip" 'asked() { [ -n "$(column block id=5 state)" ] || skip "no block"; }'
asks "not ok" "a feature that is not there" 'asked() { expect it "" "$(feature device)"; }'
asks "not ok" "a counter that is not there" 'asked() { expect it "" "$(counter unpaired)"; }'
asks "not ok" "a counter that is no number" 'check() { cm_bad=0; check_counter unpaired ""; return $cm_bad; }; asked() { check; }'

asks "XFAIL kernel fault 3" "a kernel with a fault that is known" 'asked() { expect_but 3 it 0 "[1-9]*" 17; }'
asks "XFAIL kernel fault 3 12" "two of them, one where it is and where it is not" 'asked() { has_fault 12; is_fixed 3; has_fault 3; }'
asks ok "a kernel where it is fixed" 'asked() { expect_but 3 it 0 "[1-9]*" 0; }'
said=$(grep '^# kernel fault' "$work/said") || true
asks ok "which it says" "asked() { expect it '# kernel fault 3: fixed here' '$said'; }"
asks "not ok" "what is neither right nor that fault" 'asked() { expect_but 3 it 0 "[1-9]*" EIO; }'
asks "not ok" "a known fault and another" 'asked() { has_fault 3; fail it; }'
asks ok "the fault of the test before" 'asked() { :; }'

log='dmesg() { printf "%s\n" "[ 1.0] $log_end" "[ 1.1] nothing" "[ 2.0] selftest here" "[ 2.1] mhp_lab: expect lock" "[ 2.2] WARNING: lock order" "[ 2.3] mhp_lab: expect-end" "[ 2.4] all is well"; }
	asked() { log_is_clean; }'
asks ok "a clean log, with what was announced" "$log"
asks "not ok" "a log that has wrapped" "${log/selftest here/else}"
asks "not ok" "a log that has wrapped, for whoever looks for one line" "${log/selftest here/else}
	asked() { expect it \"\" \"\$(log_since_start | grep canary)\"; }"
asks "not ok" "KASAN between an announcement and its end" "${log/WARNING: lock order/BUG: KASAN: use-after-free}"
asks "not ok" "a splat behind it" "${log/all is well/BUG: sleeping function}"
asks "not ok" "a splat between the file before and this one" "${log/nothing/WARNING: CPU: 0 PID: 1 at mm/x.c:1}"
asks "not ok" "lost messages" "${log/all is well/** 7 printk messages dropped **}"

for errno in ENOEXEC EPERM EBUSY EKEYREJECTED ENOMEM; do
	asks "not ok" "a module that does not load: $errno" 'dmesg() { echo "selftest here"; }
		load() { echo '$errno'; }; asked() { :; }; ( load_first ) ; exit'
done

FILES=(during.sh)
asks "not ok" "too slow to look during an event" 'writes() { :; }; clear_events() { :; }; missed() { :; }
	wr() { echo OK; }; event() { echo 0; }; asked() { during assign ASSIGN file text true; }'
FILES=(malformed.sh)
asks "not ok" "random bytes to files that are not there" 'tables() { :; }; asked() { random_junk; }'
FILES=(concurrent.sh)
asks ok "a worker that got through" 'asked() { printf "OK\nEBUSY\n" >$work/did.1; workers_did toggle_range:0; }'
asks "not ok" "a worker that never got through" 'asked() { printf "EBUSY\nEEXIST\n" >$work/did.1; workers_did toggle_range:0; }'
asks ok "one of two that want the same got through" 'asked() { echo EBUSY >$work/did.1; echo OK >$work/did.2; workers_did toggle_range:0 toggle_range:0; }'
asks "not ok" "one of two that want another got through" 'asked() { echo EBUSY >$work/did.1; echo OK >$work/did.2; workers_did toggle_range:0 toggle_range:1; }'
asks "not ok" "a worker that did nothing" 'asked() { : >$work/did.1; workers_did toggle_range:0; }'
asks "not ok" "one of two that did nothing" 'asked() { : >$work/did.1; echo OK >$work/did.2; workers_did toggle_range:0 toggle_range:0; }'
asks "not ok" "a worker that was told something odd" 'asked() { printf "OK\nEFAULT\n" >$work/did.1; workers_did toggle_range:0; }'
asks "not ok" "a reader that could not read" 'asked() { printf "OK\nblocks cannot be read\n" >$work/did.1; workers_did read_all; }'
FILES=(rounds.sh load.sh)
asks ok "a load that went through" 'asked() { echo 3 >$work/did.compact; work_was_done compact; }'
asks "not ok" "a load that never went through" 'asked() { echo why >$work/said.compact; work_was_done compact; }'
alloc='meminfo() { echo 400000; }; at() { echo 0; }; PAGE=4096 BLOCK_PAGES=32768
	asked() { allocate && echo 1 >$work/did.allocate; work_was_done allocate; }'
asks ok "memory that was filled" "$alloc; fill() { echo in_range=0 pages=9 bad=0 command=0; }"
asks "not ok" "memory of which there was none" "$alloc; fill() { echo in_range=0 pages=0 bad=0 command=0; }"
asks "not ok" "a filler that broke down" "$alloc; fill() { echo pagemap: no; return 2; }"
asks "not ok" "memory that changed" "$alloc; fill() { echo in_range=0 pages=9 bad=1 command=0; return 1; }"
echo "1..$number"
[ "$failed" = 0 ] || die "$failed of $number pass that should not, or the other way round"
