# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the kernel counts: pages of zones, free memory, memmap.

# zone_pages ZONE FIELD [ZONEINFO]: spanned, present, managed ... of all nodes;
# ZONE Normal, Movable, Device ..., ZONEINFO /proc/zoneinfo or a copy of it
zone_pages()
{
	awk -v zone="$1" -v field="$2" '/^Node/ { at = $4 }
		at == zone && $1 == field { n += $2 }
		END { print n + 0 }' "${3-/proc/zoneinfo}"
}

# zone_sum FIELD: spanned, present or managed pages of all zones
zone_sum()
{
	awk -v f="$1" '$1 == f { n += $2 } END { printf "%d", n }' /proc/zoneinfo
}

# kernel_zones: how many have memory that is neither movable nor a device's
kernel_zones()
{
	awk '/^Node/ { zone = $NF }
		$1 == "present" && $2 && zone != "Movable" && zone != "Device" { n++ }
		END { print n + 0 }' /proc/zoneinfo
}

# boot_pages: sets early and cma as the auto-movable policy counts them, while
# nothing that was added is in a kernel zone. CMA is movable to it.
# shellcheck disable=SC2034 # for the caller
boot_pages()
{
	early=$(awk '/^Node/ { zone = $NF }
		$1 == "present" && zone != "Movable" && zone != "Device" { n += $2 }
		$1 == "cma" { n -= $2 }
		END { print n + 0 }' /proc/zoneinfo)
	cma=$(awk '$1 == "cma" { n += $2 } END { print n + 0 }' /proc/zoneinfo)
}

PARAMETERS=/sys/module/memory_hotplug/parameters

# auto_movable PERCENT: that policy, with so much movable memory for kernel memory
auto_movable()
{
	setting $PARAMETERS/auto_movable_ratio "$1"
	setting $PARAMETERS/online_policy auto-movable
}

meminfo()
{
	awk -v f="$1:" '$1 == f { print $2 }' /proc/meminfo
}

vmcounter()
{
	awk -v f="$1" '$1 == f { print $2 }' /proc/vmstat
}

# free_pages: also those on the lists of CPUs, caches dropped before
free_pages()
{
	sync
	echo 3 > /proc/sys/vm/drop_caches
	awk '$1 == "nr_free_pages" || $1 == "count:" { n += $2 }
		END { print n }' /proc/zoneinfo
}

# nr_memmap: pages of memmap made since boot; nothing where they are not counted
nr_memmap()
{
	awk '$1 == "nr_memmap" || $1 == "nr_memmap_pages" { print $2 }' /proc/vmstat
}

# isolated: pageblocks of all zones from which nothing may be allocated
isolated()
{
	awk '/^Number of blocks type/ { for (i = 5; i <= NF; i++)
			if ($i == "Isolate") at = i - 5; next }
		at && /^Node/ && $3 == "zone" && $5 ~ /^[0-9]+$/ { n += $(5 + at) }
		END { print at ? n + 0 : "no Isolate in /proc/pagetypeinfo" }' \
		/proc/pagetypeinfo
}

# entry FILE N: what FILE of /proc has of the first page of block N; empty if it
# ends below, as some do at the end of boot memory
entry()
{
	en_word=$(dd if="/proc/$1" bs=8 skip=$(($(at "$2") / PAGE)) count=1 2> /dev/null |
		od -A n -t x8 | tr -d ' ')
	[ -z "$en_word" ] || hex "0x$en_word"
}

# pages_with N BIT: numbers, in block N, of its pages that have the bit in
# /proc/kpageflags
pages_with()
{
	dd if=/proc/kpageflags bs=32768 skip=$(($(at "$1") / PAGE / 4096)) \
		count=$((BLOCK_PAGES / 4096)) 2> /dev/null | od -A n -v -t x8 |
		awk -v bit="$2" '
			BEGIN { digit = 16 - int(bit / 4); unit = substr("1248", bit % 4 + 1, 1) }
			{ for (i = 1; i <= NF; i++)
				if (int((index("0123456789abcdef", substr($i, digit, 1)) - 1) / unit) % 2)
					print n + i - 1
			  n += NF }'
}

# flagged_in N BIT: how many
flagged_in()
{
	pages_with "$1" "$2" | wc -l | tr -d ' '
}
