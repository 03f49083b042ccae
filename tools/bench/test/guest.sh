#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2034 # what bench.sh reads
#
# guest.sh - what the benchmarks' scripts make of the ledger and of traces in a guest, on
# texts as a guest has them. KTAP on stdout.

set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/mhp_bench_guest.XXXXXX")
trap 'rm -rf "$work"' EXIT
number=0 failed=0
MHP=$work BLOCK=1
# It is for guests: nothing of it may reach this machine's kernel.
mount() { echo "mount: not here"; exit 1; }
# shellcheck source=tools/bench/guest/bench.sh
. "$here/../guest/bench.sh"

# gives DESCRIPTION WANTED COMMAND...
gives() {
	local what=$1 want=$2 got
	shift 2
	got=$("$@" 2>&1)
	number=$((number + 1))
	if [ "$want" = "$got" ]; then
		echo "ok $number $what"
	else
		failed=$((failed + 1))
		printf 'wanted:\n%s\ngot:\n%s\n' "$want" "$got" | sed 's/^/# /'
		echo "not ok $number $what"
	fi
}

cat >"$work/events" <<'END'
# lost=0 unpaired=0
seq time event by block start_pfn nr_pages altmap_start_pfn altmap_nr_pages rn element response errno ns flags
7 4.000 ADD main 8 1 2 - - - - - 0 9000000 -
8 4.100 MEM_PREPARE_ONLINE main 8 1 2 1 1 - - - 0 1100 -
9 4.100 ASSIGN main - - - - - 9 - 0x0020 0 700 -
10 4.100 ASSIGN main - - - - - 10 - 0x0020 0 100 -
11 4.200 MEM_GOING_ONLINE main 8 1 2 - - - - - 0 50 -
12 4.300 MEM_FINISH_OFFLINE main 8 1 2 1 1 - - - 0 400 -
13 4.300 UNASSIGN main - - - - - 9 - 0x0020 0 300 -
14 4.400 REMOVE main 8 1 2 - - - - - 0 800 -
15 4.400 UNASSIGN main - - - - - 9 - 0x0020 0 300 -
END
gives "the ledger: each event of a block, and what the firmware had of it" \
	$'MEM_PREPARE_ONLINE 1100 800\nMEM_GOING_ONLINE 50 0\nMEM_FINISH_OFFLINE 400 300' ledger_ns

cat >"$work/trace" <<'END'
# tracer: function_graph
#
# CPU  DURATION                  FUNCTION CALLS
# |     |   |                     |   |   |   |
 0)               |  online_pages() {
 0)               |    memory_notifier [mhp_standby]() {
 0) ! 809.125 us  |      sclp_execute [mhp_standby]();
 0) # 1012.500 us |    } /* memory_notifier [mhp_standby] */
 1)   0.250 us    |    set_zone_contiguous();
 0) * 16000.00 us |  } /* online_pages */
 0) $ 1000001 us  |  slow();
END
gives "a trace: each call and its time, as they end" \
	$'sclp_execute 809125\nmemory_notifier 1012500\nset_zone_contiguous 250\nonline_pages 16000000\nslow 1000001000' calls_of "$work/trace"

cat >"$work/kmem" <<'END'
# tracer: nop
 sh-1 [000] ..... 1.0: kmalloc: call_site=mhps_block_new+0x1/0x2 [mhp_standby] ptr=0001 bytes_req=100 bytes_alloc=128 gfp_flags=GFP_KERNEL node=-1 accounted=false
 sh-1 [000] ..... 1.0: <stack trace>
 => __kmalloc_cache_noprof
 => mhps_block_new [mhp_standby]
 => mhps_range_publish [mhp_standby]
 sh-1 [000] ..... 1.0: kmem_cache_alloc: call_site=__kernfs_new_node+0x1/0x2 ptr=0002 bytes_req=120 bytes_alloc=128 gfp_flags=GFP_KERNEL node=-1 accounted=false
 sh-1 [000] ..... 1.0: <stack trace>
 => __kernfs_new_node
 => sysfs_add_file_mode_ns
 => device_add
 => add_memory_resource
 => mhps_memory_add [mhp_standby]
 sh-1 [000] ..... 1.0: kmem_cache_alloc: call_site=alloc_inode+0x1/0x2 ptr=0003 bytes_req=600 bytes_alloc=640 gfp_flags=GFP_KERNEL node=-1 accounted=false
 sh-1 [000] ..... 1.0: <stack trace>
 => alloc_inode
 => debugfs_create_file
 => block_added [mhp_standby]
 sh-1 [000] ..... 1.0: mm_page_alloc: page=0000000000000001 pfn=0x10 order=2 migratetype=0 gfp_flags=GFP_KERNEL
 sh-1 [000] ..... 1.0: <stack trace>
 => vmem_crst_alloc
 => modify_pagetable
 => vmem_add_mapping
 => add_memory_resource
 sh-1 [000] ..... 1.0: mm_page_alloc: page=0000000000000002 pfn=0x20 order=0 migratetype=0 gfp_flags=GFP_KERNEL
 sh-1 [000] ..... 1.0: <stack trace>
 => allocate_slab
 => ___slab_alloc
 sh-1 [000] ..... 1.0: kmalloc: call_site=kvasprintf+0x1/0x2 ptr=0004 bytes_req=10 bytes_alloc=16 gfp_flags=GFP_KERNEL node=-1 accounted=false
 sh-1 [000] ..... 1.0: <stack trace>
 => kvasprintf
 => elsewhere
 sh-1 [000] ..... 1.0: kmalloc: call_site=mhps_range_add+0x1/0x2 ptr=0005 bytes_req=24 bytes_alloc=32 gfp_flags=GFP_KERNEL node=-1 accounted=false
 sh-1 [000] ..... 1.0: <stack trace>
 => __kmalloc_cache_noprof
 => mhps_range_add
 => run_add
 sh-1 [000] ..... 1.0: kfree: call_site=elsewhere ptr=0004
 sh-1 [000] ..... 1.0: <stack trace>
 => kfree
END
gives "kmem events: who keeps what; what was freed, and the pages of slabs, do not count" \
	$'debugfs 640\nmodule 160\npage_tables 16384\nsysfs 128' sh -c "awk -f $here/../guest/split.awk $work/kmem | sort"

echo "1..$number"
[ "$failed" = 0 ]
