#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016 # what is quoted is for the guest
#
# The module's tables against the kernel's own structures, which drgn on the host reads
# out of the guest's /proc/kcore: state, node, group and altmap of each memory block.

. "$(dirname "$0")/../lib.sh"

types=$("$TREE/tools/drgn/types.sh" "$(lane_kernel)")
tables=$run/tables

# fetch: the tables as they are
fetch() {
	mkdir -p "$tables"
	guest 'grep " memory_blocks$" /proc/kallsyms' >"$run/kallsyms" &&
		guest 'cat $MHP/blocks' >"$tables/blocks" &&
		guest 'cat $MHP/ranges' >"$tables/ranges"
}

# drgn STATUS: what it says is in the log
drgn() {
	local status=0
	# Debian's python has Debian's drgn.
	timeout 600 /usr/bin/python3 "$TREE/tools/drgn/blocks.py" --types "$types" --guest "$run/cmd" \
		--kallsyms "$run/kallsyms" --tables "$tables" >"$run/out" 2>"$run/differences" || status=$?
	cat "$run/out" "$run/differences"
	expect "exit status of blocks.py" "$1" "$status"
}

agrees() { fetch && drgn 0; }

# kernel_has COLUMNS-REGEX COUNT: so many blocks
kernel_has() { expect "blocks that are '$1'" "$2" "$(grep -cE -- "^[0-9]+ $1\$" "$run/out")"; }

boots() {
	guest_start || return
	guest load || return
	block_size=$((0x$(guest 'cat $MEMORY/block_size_bytes')))
	first=$(($(guest 'sed -n s/^standby_start=//p $MHP/features') / block_size))
	agrees || return
	expect "blocks" "$(guest 'ls $MEMORY | grep -c "memory[0-9]"')" "$(grep -c '^[0-9]' "$run/out")"
}

altmaps() {
	local pages=$((block_size / 64 / 4096)) start=$((first * block_size / 4096))
	guest "add $first 2; add $((first + 2)) 1 flags=none; online $first" || return
	# Without CONFIG_NUMA there is no link; 6.12 keeps no node then, 7.2 the first.
	nid=$(guest 'cd $MEMORY/memory'"$first"' && ls -d node[0-9]* 2>/dev/null' || echo 'node(-1|0)')
	nid=${nid#node}
	agrees || return
	kernel_has "online $nid - $start $pages" 1 || return
	kernel_has "offline $nid - $((start + block_size / 4096)) $pages" 1 || return
	kernel_has "offline $nid - - 0" 1
}

groups() {
	guest "add $((first + 3)) 2 group=static; add $((first + 5)) 1 group=dynamic:$block_size" || return
	agrees || return
	kernel_has "offline $nid static:[0-9]+ [0-9]+ [0-9]+" 2 || return
	kernel_has "offline $nid dynamic:[0-9]+ [0-9]+ [0-9]+" 1
}

goes() {
	guest "offline $first; remove $first 2" || return
	agrees || return
	expect "blocks" "$(guest 'ls $MEMORY | grep -c "memory[0-9]"')" "$(grep -c '^[0-9]' "$run/out")"
}

# lie WHAT-IT-SAYS AWK: of a table that is not true
lie() {
	awk '/^#/ { print; next } !n { for (i = 1; i <= NF; i++) at[$i] = i; n = 1 }
		{ '"$2"' print }' "$tables/blocks" >"$tables/new" && mv "$tables/new" "$tables/blocks"
	drgn 1 || return
	grep -q -e "$1" "$run/differences" || fail "it did not say '$1'"
}

lies() {
	fetch && lie "block $((first + 3)): altmap_nr_pages is [0-9]*, the table says 1" \
		'if ($1 == '$((first + 3))') $at["altmap_nr_pages"] = 1;' || return
	fetch && lie "block $((first + 2)): state is offline, the table says online" \
		'if ($1 == '$((first + 2))') $at["state"] = "online";' || return
	case $nid in
	[0-9]*)
		fetch && lie "block $((first + 2)): nid is $nid, the table says 7" \
			'if ($1 == '$((first + 2))') $at["nid"] = 7;' || return
		;;
	esac
	fetch && lie "block 9999: the table has it, the kernel does not" \
		'if ($1 == '$((first + 2))') $1 = 9999;'
}

it "the kernel's blocks are those of sysfs" boots
it "blocks with and without an altmap are what the tables say" altmaps
it "so are memory groups" groups
it "what was removed is gone from both" goes
it "a table that is not true is noticed" lies
run_tests
