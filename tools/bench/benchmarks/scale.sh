#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# scale.sh - many blocks online, one after another: what one takes against how many are
# there, and which function it is that grows.
#
# SCALE_BLOCKS (128) says how many. Each takes 4 MiB of this machine's memory, its
# memmap.

. "$(dirname "$0")/../lib.sh"

BLOCKS=${SCALE_BLOCKS:-128}
# Children of memory_block_online() on the way; what is not there is not traced.
FUNCTIONS='online_pages set_zone_contiguous move_pfn_range_to_zone mhp_init_memmap_on_memory
	online_pages_range build_all_zonelists memory_notifier:mod:mhp_standby
	sclp_execute:mod:mhp_standby init_per_zone_wmark_min kswapd_run kcompactd_run
	setup_per_zone_wmarks'

# machine LANE: its guest, with that much standby storage
machine() {
	STANDBY=$((BLOCKS / 4))G boots "$1" "MEMORY=2G,maxmem=$((2 + BLOCKS / 4))G" || return
	# shellcheck disable=SC2016 # for the guest's shell
	case $1 in
	*.on) in_guest 'B=$(((2 << 30) / BLOCK)); for c in /sys/firmware/memory/memory*/config; do
		[ ! -e $c ] || { echo 1 >${c%config}memmap_on_memory; echo 1 >$c; }; done 2>/dev/null; echo $B' ;;
	*) in_guest 'load >/dev/null; B=$(first_block); add $B '"$BLOCKS"' >/dev/null || cat $MHP/last_error >&2; echo $B' ;;
	esac >"$run/first" || failed "$(cat "$run/first")"
	first=$(tail -n 1 "$run/first")
	last=$((first + BLOCKS - 1))
}

# nothing_of TAG WHY
nothing_of() {
	local figure
	for figure in growth contiguous rest; do
		not_run "scale.$1.$figure" "$2"
	done
}

# one_by_one LANE TAG: instructions a block
one_by_one() {
	local lane=$1 tag=$2
	[[ $lane == sclp-* ]] || wanted "$tag" || { nothing_of "$tag" "not asked for by KERNELS"; return; }
	EXACT=y machine "$lane" || { nothing_of "$tag" "$why"; return 1; }
	kernel_release >>"$out/$NAME.guests"
	# shellcheck disable=SC2016
	in_guest "trace_functions ${FUNCTIONS//[[:space:]]/ }"'; stopwatch each online_movable '"$first $last"' >/tmp/each
		traced >/tmp/traced; cat /tmp/each; echo @; cat /tmp/traced' >"$run/$tag.said" || failed "$(head "$run/$tag.said")"
	sed '/^@/,$d' "$run/$tag.said" | grep -E '^[0-9]+ [0-9]+$' >"$run/$tag.each"
	sed '1,/^@/d' "$run/$tag.said" >"$run/$tag.traced"
	grep -q '^set_zone_contiguous ' "$run/$tag.traced" || failed "$tag: nothing was traced"
	# shellcheck disable=SC2046 # one word a value
	sample "scale.$tag.growth" block $(column 2 <"$run/$tag.each")
	# Function by function, what its calls take for each of the blocks.
	for f in $(column 1 <"$run/$tag.traced" | sort -u); do
		awk -v f="$f" -v blocks="$BLOCKS" '$1 == f { ns[++n] = $2 } END {
			per = n / blocks
			if (per < 1) exit
			for (b = 0; b < blocks; b++) { s = 0; for (i = int(b * per) + 1; i <= int((b + 1) * per); i++) s += ns[i]; print b, s } }' \
			"$run/$tag.traced" >"$run/$tag.of.$f"
		[ -s "$run/$tag.of.$f" ] || rm "$run/$tag.of.$f"
	done
	awk -v first="$first" '{ print $1 - first, $2 / 1e6 }' "$run/$tag.each" >"$out/$NAME.$tag.block.dat"
	awk '{ print $1, $2 / 1e6 }' "$run/$tag.of.set_zone_contiguous" >"$out/$NAME.$tag.contiguous.dat"
	awk 'FILENAME == ARGV[1] { c[n1++] = $2; next } { print $2 - c[n2++] }' \
		"$run/$tag.of.set_zone_contiguous" "$run/$tag.each" >"$run/$tag.rest"
	# shellcheck disable=SC2046
	sample "scale.$tag.rest" rest $(cat "$run/$tag.rest")
	# shellcheck disable=SC2046
	sample "scale.$tag.contiguous" contiguous $(tail -n $((BLOCKS / 4)) "$run/$tag.of.set_zone_contiguous" | column 2)
	# shellcheck disable=SC2046
	sample "scale.$tag.contiguous" block $(tail -n $((BLOCKS / 4)) "$run/$tag.each" | column 2)
}

: >"$out/$NAME.guests"
one_by_one sclp-s390x.info 6.12
one_by_one next-s390x.info 7.2
one_by_one v73-s390x.info 7.3
if one_by_one sclp-s390x.on 6.12.kernel; then
	# shellcheck disable=SC2046
	sample scale.6.12.ratio module $(column 2 <"$run/6.12.each")
	# shellcheck disable=SC2046
	sample scale.6.12.ratio kernel $(column 2 <"$run/6.12.kernel.each")
fi
