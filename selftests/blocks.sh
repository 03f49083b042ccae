# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # shared with lib.sh
#
# Where a test works: blocks of the first standby run, counted from 0, and how
# they are added, brought online and asked about on either model.

OFFLINE_SECONDS=${MHP_OFFLINE_SECONDS:-60}	# of one try

# at N: address of block N
at()
{
	echo $((RUN_START + $1 * BLOCK))
}

# block_id N: the N of memoryN
block_id()
{
	echo $((RUN_START / BLOCK + $1))
}

# rn N [K]: the increment block N begins in, or K increments on
rn()
{
	echo $(($(at "$1") / INCREMENT + 1 + ${2-0}))
}

# rns N [COUNT]: the increments of COUNT blocks, FIRST-LAST
rns()
{
	echo "$(rn "$1")-$((($(at $(($1 + ${2-1}))) - 1) / INCREMENT + 1))"
}

# needs_blocks N
needs_blocks()
{
	[ "$RUN_BLOCKS" -ge "$1" ] ||
		skip "needs $1 standby blocks in a row, there are $RUN_BLOCKS"
}

needs_altmap()
{
	[ "$MOM" = yes ] || skip "memmap_on_memory: $MOM"
}

# needs_sim [PARAMETER...]: for something only the simulated firmware has
needs_sim()
{
	[ "$FIRMWARE" = sim ] || skip "for simulated firmware${1:+: $*}"
}

# needs_drive: for firmware calls of our own
needs_drive()
{
	[ "$DRIVES" = yes ] || skip "the in-kernel driver assigns and unassigns here"
}

needs_device()
{
	[ "$(feature device)" = yes ] || skip "device: $(feature device)"
}

needs_event_model()
{
	[ "$MODEL" = event ] || skip "needs the event model"
}

# range N [COUNT]: "start= size=" of COUNT blocks from block N
range()
{
	echo "start=$((RUN_START + $1 * BLOCK)) size=$((${2-1} * BLOCK))"
}

# flags_of altmap|FLAGS: for a memmap in the block, whatever that takes here
flags_of()
{
	if [ "$1" = altmap ]; then echo "$ALTMAP"; else echo "$1"; fi
}

# add N [COUNT [WORDS]]; flags=altmap as flags_of has it
add()
{
	[ "$DRIVES" = yes ] || [ "$MODEL" = event ] ||
		skip "the in-kernel driver adds memory here, see configure.sh"
	case ${3-} in
	flags=altmap) set -- "$1" "$2" "flags=$ALTMAP" ;;
	esac
	writes "start=$((RUN_START + $1 * BLOCK)) size=$((${2-1} * BLOCK))${3:+ $3}" \
		"$MHP/add"
}

# remove N [COUNT]
remove()
{
	writes "start=$((RUN_START + $1 * BLOCK)) size=$((${2-1} * BLOCK))" \
		"$MHP/remove"
}

# set_state N WORD: what a write to the state of block N says
set_state()
{
	wr "$MEMORY/memory$(block_id "$1")/state" "$2"
}

# online N [HOW], offline N: through sysfs, like anybody
online()
{
	writes "${2-online_movable}" \
		"$MEMORY/memory$((RUN_START / BLOCK + $1))/state"
}

offline()
{
	off_state=$MEMORY/memory$((RUN_START / BLOCK + $1))/state
	# Pages in flight make an offline EBUSY now and then; a person retries.
	for off_try in 1 2 3; do
		off_result=$(exec wr "$off_state" offline)
		[ "$off_result" = EBUSY ] || break
		sleep 1
	done
	expect "offline of block $1 (try $off_try)" OK "$off_result"
}

# try_offline_id ID: what a write of offline to the state of memoryID says; it is stopped
# after a while, as the kernel goes on until told to
try_offline_id()
{
	timeout "$OFFLINE_SECONDS" wr "$MEMORY/memory$1/state" offline
}

# try_offline N: the same of block N
try_offline()
{
	try_offline_id "$(block_id "$1")"
}

# movable_around N: blocks N - 1 and N + 1 online in the movable zone, so that
# a plain "online" takes N there too. Kernel zones are for kernel_zone.sh: what
# the kernel allocates from them need never go offline again.
movable_around()
{
	needs_blocks $(($1 + 2))
	add $(($1 - 1))
	add $(($1 + 1))
	online $(($1 - 1))
	online $(($1 + 1))
}

# block_is N COLUMN: from the blocks table
block_is()
{
	column blocks "block=$((RUN_START / BLOCK + $1))" "$2"
}

# block_value N KEY: from the block's own file
block_value()
{
	sed -n "s/^$2=//p" "$MHP/block/$(block_id "$1")"
}

# range_is N COLUMN: of the range that starts at block N
range_is()
{
	column ranges "start=$(hex "$(at "$1")")" "$2"
}

# zone_of N: the zone block N is in, or "online" would take it to
zone_of()
{
	sed 's/ .*//' "$MEMORY/memory$(block_id "$1")/valid_zones"
}

# iomem N [COUNT]: the name /proc/iomem gives exactly these blocks, if any
iomem()
{
	io_start=$(printf '%x' "$(at "$1")")
	io_end=$(printf '%x' $(($(at "$1") + ${2-1} * BLOCK - 1)))
	sed -n "s/^ *0*$io_start-0*$io_end : //p" /proc/iomem
}

# memmap_of N COLUMN: from the memmap table, which also has blocks not added
memmap_of()
{
	column memmap "block=$((RUN_START / BLOCK + $1))" "$2"
}

# increments_of N: the rns block N needs, one a line
increments_of()
{
	block_is "$1" rn | awk -F- '{ for (i = $1; i <= $NF; i++) print i }'
}

# increment RN COLUMN: from the increments table
increment()
{
	column increments "rn=$1" "$2"
}

# storage_of N [COUNT]: states of the increments of these blocks, each kind once;
# also where the blocks are not added
storage_of()
{
	awk -v rns="$(rns "$@")" '
		NR == 1 { split(rns, end, "-"); next }
		$1 >= end[1] && $1 <= end[2] && !seen[$4]++ {
			printf "%s%s", blank, $4; blank = " " }
	' "$MHP/increments"
}

# canary_looked_at N [COUNT]: have the canary of these blocks checked, now
canary_looked_at()
{
	writes "rn=$(rns "$@")" "$MHP/assign"
	writes "rn=$(rns "$@")" "$MHP/unassign"
}

# fill_block N [OPTION]...: use block N, which is online, but not its altmap, as fill
# does with these options; what it says
fill_block()
{
	fb_block=$1
	shift
	fb_altmap=$(block_is "$fb_block" altmap_nr_pages)
	fill -n "$(block_is "$fb_block" nid)" \
		-r "$(($(at "$fb_block") / PAGE + fb_altmap)):$((BLOCK_PAGES - fb_altmap))" \
		"$@"
}

# needs_madvise: for what fill's kinds huge, same, small and swapped ask for
needs_madvise()
{
	case $(fill -r 0:1 -p 100 -m 4 -t same 2>&1) in
	*"not implemented"*) skip "no madvise() in this kernel (ADVISE_SYSCALLS)" ;;
	esac
}

# until_held: $holder, a fill with -x ": > $work/held; ..." whose words go to fill, has it
until_held()
{
	until [ -e "$work/held" ]; do
		kill -0 "$holder" 2> /dev/null || fail "fill: $(cat "$work/fill")"
		sleep 0.1
	done
}

# kept: no word of what fill_block said in fill has changed; sets in_range, the pages of
# the block it had
kept()
{
	cat "$work/fill"
	expect "words changed" bad=0 "$(grep -o 'bad=[0-9]*' "$work/fill")"
	in_range=$(sed 's/in_range=\([0-9]*\).*/\1/' "$work/fill")
}

# used N [OPTION]...: fill_block, a quarter of it or more, and look whether words
# change
used()
{
	us_block=$1
	fill_block "$@" > "$work/fill"
	kept
	expect "result of the command" command=0 "$(grep -o 'command=.*' "$work/fill")"
	expect_number "pages of block $us_block in use" -ge $((BLOCK_PAGES / 4)) "$in_range"
}

# What makes the module assign and unassign: on the event model a block that
# goes online and offline, on the configure model one that is added and removed.

# ready_to_assign N: block N is where assign_storage can begin
ready_to_assign()
{
	[ "$MODEL" != event ] || add "$1"
}

# assign_storage N: what the write says
assign_storage()
{
	if [ "$MODEL" = event ]; then
		set_state "$1" online_movable
	else
		wr "$MHP/add" "$(range "$1")"
	fi
}

unassign_storage()
{
	if [ "$MODEL" = event ]; then offline "$1"; else remove "$1"; fi
}
