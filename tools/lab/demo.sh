#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# demo.sh - the story of a gibibyte of standby memory, told inside a guest over
# the module's debugfs tables. Every command is shown as one would type it; the
# first one that fails ends the demo with its status.

set -eu
MHP=/sys/kernel/debug/mhp_standby
MEMORY=/sys/devices/system/memory
DATA=/tmp/data

# How the story is told

chapter() { printf '\n=== %s ===\n\n' "$*"; }

# Narration: the text of stdin.
tell() { cat; echo; }

# run COMMAND: show it and do it.
run() {
	printf '# %s\n' "$1"
	eval "$1" || { printf '\ndemo: that failed\n'; exit 1; }
	echo
}

# check WHAT A OPERATOR B: what was just told must be true.
check() {
	test "$2" "$3" "$4" || { printf 'demo: %s: %s, not %s %s\n' "$1" "$2" "$3" "$4"; exit 1; }
}

# What is looked at

feature() { sed -n "s/^$1=//p" "$MHP/features"; }
meminfo() { awk -v f="$1:" '$1 == f { print $2 }' /proc/meminfo; }
movable_free() { awk '/^Node/ { z = $4 } z == "Movable" && $1 == "pages" { print $3 * kb }' kb=$((PAGE / 1024)) /proc/zoneinfo; }

# columns TABLE[:ROWS] NAME...: the named columns of a debugfs table, lined up.
columns() {
	table=$1
	shift
	awk -v names="$*" -v rows="${table#*:}" '
		/^#/ { print; next }
		!lines++ { for (i = 1; i <= NF; i++) at[$i] = i; n = split(names, name) }
		lines > rows + 1 && rows + 0 { more++; next }
		{
			for (c = 1; c <= n; c++) {
				cell[lines, c] = $(at[name[c]])
				if (length(cell[lines, c]) > width[c])
					width[c] = length(cell[lines, c])
			}
		}
		END {
			for (r = 1; r <= lines - more; r++)
				for (c = 1; c <= n; c++)
					printf "%" width[c] "s%s", cell[r, c], c < n ? "  " : "\n"
			if (more)
				print "... and " more " more"
		}
	' "$MHP/${table%:*}"
}

# Free memory in kB, with what the page allocator keeps for each CPU: MemFree
# leaves that out, and freed memmap pages end up there.
free_now() {
	echo 3 >/proc/sys/vm/drop_caches
	awk '
		$1 == "nr_free_pages" || $1 == "count:" { pages += $2 }
		END { print pages * kb }
	' kb=$((PAGE / 1024)) /proc/zoneinfo
}

# The story

chapter "1. The machine"
tell <<-EOT
	Linux $(uname -r) on $(uname -m), as Debian ships it. It was started with
	$(meminfo MemTotal) kB; that is all it knows of.
EOT
run "lsmem"

chapter "2. The firmware's standby memory"
tell <<-EOT
	The module speaks to the firmware: it reads the storage elements and finds
	increments that are there but not assigned. (columns TABLE NAME... shows some
	columns of a table in $MHP.)
EOT
run "insmod /lib/modules/mhp_standby.ko $MHP_MODULE_PARAMS"
run "grep -E 'firmware|memmap_on|block_size|increment_size|altmap|standby' $MHP/features"
run "columns increments:10 rn element start state users"

START=$(feature standby_start) BLOCK=$(feature block_size)
PAGE=$(feature page_size) ENTRY=$(feature struct_page_size)
GIB=1073741824

chapter "3. The usual way: one GiB, its memmap in system RAM"
tell <<-EOT
	Each page of memory needs a struct page of $ENTRY bytes. For memory that is added
	they normally come out of the memory that is there already: for 1 GiB that is
	$((GIB * ENTRY / PAGE / 1024)) kB, before a single new page can be used.
EOT
before=$(free_now)
run "echo 'start=$START size=1G flags=none' >$MHP/add"
run "columns blocks block start size state altmap_start_pfn altmap_nr_pages memmap"
system_cost=$((before - $(free_now)))
run "echo 'start=$START size=1G' >$MHP/remove"

chapter "4. The same GiB with its memmap on itself"
run "echo 'start=$START size=1G flags=memmap_on_memory,offline_inaccessible' >$MHP/add"
run "columns blocks block start size state altmap_start_pfn altmap_nr_pages memmap"
self_cost=$((before - $(free_now)))
tell <<-EOT
	Each block carries its own memmap: $(feature altmap_pages) pages (the altmap) from its first page
	frame on. The column memmap is not a wish: it is where the page tables say the
	struct pages are. What each way took from the memory of the running system:

	    memmap in system RAM    $(printf '%8d' "$system_cost") kB
	    memmap on memory        $(printf '%8d' "$self_cost") kB

	The rest is page tables and the kernel's bookkeeping of blocks.

	Nothing is assigned yet: the kernel has not touched a byte of the range, and
	must not, as on a real machine the access would be an addressing exception.
EOT
check "cost with memmap on memory" "$self_cost" -lt "$((system_cost / 2))"
run "lsmem"
run "columns increments:10 rn start state users"

chapter "5. Online"
tell <<-EOT
	Only now the storage is needed. MEM_PREPARE_ONLINE comes before anything is
	written, and there the module assigns the increments of the block.
EOT
first=$(awk 'NR == 2 { print $1 }' $MHP/blocks) last=$(awk 'END { print $1 }' $MHP/blocks)
total=$(meminfo MemTotal)
run "echo >$MHP/events"
run "echo online_movable >$MEMORY/memory$first/state"
run "columns events seq event block start_pfn nr_pages altmap_nr_pages rn response errno"
tell <<-EOT
	MEM_GOING_ONLINE has fewer pages than the block, from a later start: the altmap
	is not handed to the page allocator.
EOT

chapter "6. In use"
mkdir -p $DATA
mount -t tmpfs -o size=600m tmpfs $DATA
size=$((BLOCK * 3 / 4)) free=$(movable_free)
tell <<-EOT
	$((size >> 20)) MiB of data. They come from the movable zone first, and that is memory$first only.
EOT
run "dd if=/dev/urandom of=/tmp/seed bs=1M count=8 2>/dev/null"
run "for i in \$(seq $((size >> 23))); do cat /tmp/seed >>$DATA/file; done; ls -s $DATA"
run "md5sum $DATA/file | tee /tmp/sum"
used=$((free - $(movable_free)))
tell <<-EOT
	$used kB of the new block are in use. Now the other blocks, and then this one is
	taken away: the kernel moves the data, MEM_FINISH_OFFLINE says that nobody will
	touch the block again, and the module gives its storage back to the firmware.
EOT
check "use of the new block" "$used" -gt "$((size * 7 / 8 / 1024))"
run "chmem -b -z Movable -e $((first + 1))-$last"
run "lsmem"
grown=$(($(meminfo MemTotal) - total))
tell <<-EOT
	MemTotal grew by $grown kB: 1 GiB less the altmaps.
EOT
altmaps=$((GIB * $(feature altmap_pages) / BLOCK))
check "growth of MemTotal" "$grown" = "$(((GIB - altmaps * PAGE) / 1024))"
run "echo >$MHP/events"
run "echo offline >$MEMORY/memory$first/state"
run "columns events seq event block start_pfn nr_pages altmap_nr_pages rn response errno"
run "md5sum -c /tmp/sum"

chapter "7. And gone"
run "umount $DATA"
run "chmem -b -d $((first + 1))-$last"
run "columns increments:10 rn start state users"
run "echo 'start=$START size=1G' >$MHP/remove"
run "lsmem"
run "grep -E '^(adds|removes|assigns|unassigns|prepares|finishes|unpaired|lost|canary)' $MHP/stats"
run "rmmod mhp_standby"
