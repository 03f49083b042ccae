#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# capacity.sh - what system memory standby storage takes before it brings any: bytes a
# block and what they are, and the largest range that can be added to a small guest, to
# the first refusal. GUESTS says of how many MiB ("256 512 1024"); the larger ones run
# out of increments before memory.

. "$(dirname "$0")/../lib.sh"

GUESTS=${GUESTS:-256 512 1024}
BLOCKS=256	# that the bytes of one are the mean of
FEW=64		# ... of those that take 4 MiB each

# guest_of BOOT STANDBY: its machine has boot memory of so many MiB, standby storage of
# so many GiB
guest_of() {
	STANDBY=$2G INCREMENT=256M BOOT_MEMORY=$1M boots sclp-s390x.info "MEMORY=$1M,maxmem=$((($1 + 1023) / 1024 + $2))G"
}

# shellcheck disable=SC2016 # for the guest's shell
COUNT='
	settle() { sync; echo 3 >/proc/sys/vm/drop_caches; echo 1 >/proc/sys/vm/stat_refresh; }
	# Bytes of free memory, with what the page allocator keeps for each CPU.
	free_now() { settle; awk "\$1 == \"nr_free_pages\" || \$1 == \"count:\" { n += \$2 } END { print n * 4096 }" /proc/zoneinfo; }
	slab_now() { awk "/^nr_slab/ { n += \$2 } END { print n * 4096 }" /proc/vmstat; }
'

# split FLAGS TAG BLOCKS: bytes a block. Twice: without the tracer, which keeps memory itself,
# for the sum; with it for what it is made of.
split() {
	local flags=$1 tag=$2 blocks=$3 what bytes sum=0 ours=0
	guest_of 2048 $((blocks / 4 + 4)) || { not_run "capacity.$tag.block" "$why"; return; }
	# A few blocks first: what is allocated only once.
	# shellcheck disable=SC2016
	in_guest "$COUNT"' load >/dev/null; B=$(first_block); add $B 8 "'"$flags"'" >/dev/null
		free=$(free_now); slab=$(slab_now)
		add $((B + 8)) '"$blocks"' "'"$flags"'" >/dev/null || exit
		echo total $((free - $(free_now))); echo slab $(($(slab_now) - slab))
		remove $((B + 8)) '"$blocks"' >/dev/null || exit
		mount_tracing; cd $TRACE; echo 0 >tracing_on; echo 200000 >buffer_size_kb; echo stacktrace >trace_options
		read -r pid _ </proc/self/stat
		for e in kmalloc kfree kmem_cache_alloc kmem_cache_free mm_page_alloc mm_page_free; do
			echo "common_pid == $pid" >events/kmem/$e/filter; echo 1 >events/kmem/$e/enable
		done
		echo >trace; echo 1 >tracing_on
		echo "start=$(((B + 8) * BLOCK)) size=$((64 * BLOCK)) '"$flags"'" >$MHP/add || exit
		echo 0 >tracing_on
		grep -q "entries-in-buffer" trace && head -n 4 trace | grep -o "entries-in.*" | sed "s/^/# /"
		awk -f /bench/split.awk trace' >"$run/split.$tag" || failed "$(cat "$run/split.$tag")"
	while read -r what bytes; do
		case $what in
		'#'*) continue ;;
		total) sample "capacity.$tag.block" bytes $((bytes / blocks)); sample "capacity.$tag.sum" total $((bytes / blocks)) ;;
		slab) ;;
		*)
			sum=$((sum + bytes / 64))
			[[ $what != @(module|debugfs) ]] || ours=$((ours + bytes / 64))
			has_figure "capacity.$tag.$what" && sample "capacity.$tag.$what" bytes $((bytes / 64))
			;;
		esac
	done <"$run/split.$tag"
	sample "capacity.$tag.sum" sum $sum
	! has_figure "capacity.$tag.ours" || sample "capacity.$tag.ours" bytes $ours
}

# largest BOOT STANDBY CHUNK FLAGS FIGURE: GiB that can be added, so many blocks at once
largest() {
	local boot=$1 standby=$2 chunk=$3 flags=$4 figure=$5 said blocks
	guest_of "$boot" "$standby" || { not_run "$figure" "$why"; return; }
	# The guest may not survive the refusal: what it says before counts.
	# shellcheck disable=SC2016
	said=$(GUEST_TIMEOUT=400 in_guest 'load >/dev/null; echo -1000 >/proc/self/oom_score_adj
		b=$(first_block); n=0
		while echo "start=$(((b + n) * BLOCK)) size=$(('"$chunk"' * BLOCK)) '"$flags"'" >$MHP/add; do
			n=$((n + '"$chunk"')); echo $n
		done 2>/dev/null
		cat $MHP/last_error' 2>&1)
	blocks=$(grep -E '^[0-9]+$' <<<"$said" | tail -n 1)
	printf '%s\n' "$said" >"$run/$figure"
	sample "$figure" GiB "$(awk -v n="${blocks:-0}" 'BEGIN { print n / 4 }')"
}

split "" altmap $BLOCKS
split flags=none system $FEW
for boot in 256 512 1024; do
	[[ " $GUESTS " == *" $boot "* ]] || {
		for figure in "largest.$boot.altmap" "largest.$boot.system" "gain.$boot"; do
			not_run "capacity.$figure" "not asked for by GUESTS"
		done
		continue
	}
	largest "$boot" 128 4 flags=none "capacity.largest.$boot.system"
	standby=$((boot * 32 < 16000 ? boot * 32 : 16000))
	largest "$boot" $standby 64 "" "capacity.largest.$boot.altmap"
	sample "capacity.gain.$boot" altmap "$(awk -v f="capacity.largest.$boot.altmap" '$1 == f { print $3 }' "$samples")"
	sample "capacity.gain.$boot" system "$(awk -v f="capacity.largest.$boot.system" '$1 == f { print $3 }' "$samples")"
done
