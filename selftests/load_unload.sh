#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Loading, unloading, parameters, and the shape of the debugfs tree.

. ./lib.sh

READ_ONLY="blocks ranges increments memmap stats features last_error version"
READ_WRITE="add remove assign unassign events inject"
ATTRIBUTES="fail_assign fail_unassign fail_attach fail_read fail_going_online fail_going_offline"

loads_and_unloads()
{
	needs_reload
	for round in 1 2 3 4 5; do
		expect "unload $round" OK "$(unload)"
		[ ! -d "$MHP" ] || fail "debugfs tree still there after unload $round"
		expect "load $round" OK "$(load)"
		[ -r "$MHP/features" ] || fail "no debugfs tree after load $round"
	done
}

loads_once()
{
	needs_reload
	expect "second load" EEXIST "$(load)"
}

# refuses_parameter ERRNO PARAMETER...
refuses_parameter()
{
	rp_errno=$1
	shift
	needs_reload
	case $1 in
	*sim_*=* | increment_size=* | canary=*) needs_sim "$@" ;;
	esac
	expect "unload" OK "$(unload)"
	is_refused "$rp_errno" "" "$@"
}

# is_refused ERRNO TEXT PARAMETER...: and the log says why, with TEXT
is_refused()
{
	ir_errno=$1
	ir_text=$2
	shift 2
	ir_mark="mhp_standby selftest: loading with $*"
	echo "$ir_mark" > /dev/kmsg
	ir_got=$(load "$@")
	[ "$ir_got" != OK ] || unload
	expect "load with $*" "$ir_errno" "$ir_got"
	[ ! -d "$MHP" ] || fail "debugfs tree left behind by a failed load"
	ir_log=$(dmesg | awk -v mark="$ir_mark" 'seen; index($0, mark) { seen = 1 }')
	case $ir_log in
	*mhp_standby:*"$ir_text"*) ;;
	*) fail "kernel log: expected why, with '$ir_text' got '$ir_log'" ;;
	esac
}

# What only the simulation has, where real firmware is asked for or found.
real_firmware_takes_no_sim_parameter()
{
	needs_reload
	[ "$FIRMWARE" = sclp ] || skip "firmware=$FIRMWARE"
	expect "unload" OK "$(unload)"
	for firmware in sclp auto; do
		for parameter in sim_start=1G sim_size=1G sim_adopt=1G \
			increment_size=1M sim_elements=4; do
			is_refused EINVAL "${parameter%=*}= is for firmware=sim" \
				"firmware=$firmware" $parameter
		done
	done
}

has_every_feature()
{
	for key in model firmware drives memmap_on_memory offline_inaccessible \
		block_size increment_size rnmax elements altmap_pages \
		page_size struct_page_size standby_start standby_size; do
		expect "lines for $key" 1 "$(grep -c "^$key=." "$MHP/features")"
	done
	[ "$FIRMWARE" != sim ] || expect "lines for canary" 1 \
		"$(grep -c "^canary=." "$MHP/features")"
}

features_agree_with_the_kernel()
{
	expect block_size "$BLOCK" "$(feature block_size)"
	expect page_size "$PAGE" "$(feature page_size)"
	expect_one_of model "$MODEL" event configure
	expect_one_of firmware "$(feature firmware)" sim sclp
	inc=$(feature increment_size)
	expect_number "increment_size" -ge "$((1024 * 1024))" "$inc"
	expect "increment_size, bits beside one" 0 $((inc & (inc - 1)))
	parameter=/sys/module/memory_hotplug/parameters/memmap_on_memory
	[ -r $parameter ] || return 0
	case $(cat $parameter) in
	N*) [ "$MOM" != yes ] || fail "memmap_on_memory: expected no got yes" ;;
	esac
}

standby_lies_outside_system_ram()
{
	start=$(($(feature standby_start)))
	end=$((start + $(feature standby_size)))
	grep "System RAM" /proc/iomem | sed 's/ :.*//; s/^ *//' > "$work/ram"
	while IFS=- read -r from to; do
		[ $((0x$to)) -lt $start ] || [ $((0x$from)) -ge $end ] ||
			fail "standby $(hex $start)-$(hex $end) overlaps System RAM $from-$to"
	done < "$work/ram"
}

tree_is_complete()
{
	tc_files="$READ_ONLY $READ_WRITE block"
	# The kernel's fault attributes: all of them, or it has none.
	if [ -d "$MHP/fail_read" ]; then
		tc_files="$tc_files $ATTRIBUTES"
		[ "$MODEL" != event ] || tc_files="$tc_files fail_prepare_online"
	fi
	for file in $tc_files; do
		[ -e "$MHP/$file" ] || fail "$file: expected in $MHP, not there"
	done
	for file in "$MHP"/*; do
		case " $tc_files " in
		*" ${file##*/} "*) ;;
		*) fail "${file##*/}: not expected in $MHP" ;;
		esac
	done
}

mode()
{
	# shellcheck disable=SC2012 # ls knows the mode on every system
	ls -ld "$1" | cut -c 1-10
}

modes_are_for_root_only()
{
	add 0
	for file in $READ_ONLY; do
		expect "mode of $file" -r-------- "$(mode "$MHP/$file")"
	done
	for file in $READ_WRITE; do
		expect "mode of $file" -rw------- "$(mode "$MHP/$file")"
	done
	for file in; do
		expect "mode of $file" --w------- "$(mode "$MHP/$file")"
	done
	expect "mode of a block's file" -r-------- \
		"$(mode "$MHP/block/$(block_id 0)")"
}

tables_have_headers()
{
	expect "blocks header" "block start size state owner flags nid altmap_start_pfn altmap_nr_pages memmap rn onlined offlined failed last" \
		"$(head -n 1 "$MHP/blocks" | tr -s ' ' | sed 's/ $//')"
	expect "ranges header" "start size state flags nid blocks type group mgid memmap altmap_nr_pages origin" \
		"$(head -n 1 "$MHP/ranges" | tr -s ' ' | sed 's/ $//')"
	expect "increments header" "rn element start state users manual" \
		"$(head -n 1 "$MHP/increments" | tr -s ' ' | sed 's/ $//')"
	expect "inject header" "id what rn block skip times errno response delay_ms priority hits" \
		"$(head -n 1 "$MHP/inject" | tr -s ' ' | sed 's/ $//')"
	expect "events header" "seq time event by block start_pfn nr_pages altmap_start_pfn altmap_nr_pages rn element response errno ns flags" \
		"$(sed -n 2p "$MHP/events" | tr -s ' ' | sed 's/ $//')"
}

block_file_appears_and_goes()
{
	file=$MHP/block/$(block_id 0)
	[ ! -e "$file" ] || fail "$file there before the block"
	add 0
	for key in altmap_start_pfn altmap_nr_pages memmap state flags start \
		size nid rn; do
		expect "lines of $key" 1 "$(grep -c "^$key=" "$file")"
		expect "$key against the table" "$(block_is 0 $key)" "$(block_value 0 $key)"
	done
	remove 0
	[ ! -e "$file" ] || fail "$file there after the block"
}

increments_start_in_standby()
{
	expect "increment states" "standby" "$(for n in 0 $((RUN_BLOCKS - 1)); do
		rn=$(rn $n)
		column increments "rn=$rn" state
	done | sort -u)"
	expect "increment start of rn 1" 0 $(($(column increments rn=1 start)))
	expect "state of rn 1" reserved "$(column increments rn=1 state)"
}

unload_refused_while_owning()
{
	needs_reload
	add 0
	expect_one_of "unload" "$(unload)" EBUSY EAGAIN
	is_loaded || fail "the module is gone"
	expect "block state" offline "$(block_is 0 state)"
}

log_names_the_owned_range()
{
	add 0
	[ -z "$loaded_here" ] || unload
	# An address is an address, padded with zeros or not.
	where=$(printf '%x' "$(at 0)")
	log_since_start | grep mhp_standby: | grep -q "0x0*$where" ||
		fail "kernel log: expected a line with 0x$where got $(
			log_since_start | grep mhp_standby: | tail -n 3)"
}

unload_refused_while_online()
{
	needs_reload
	add 0
	online 0
	expect_one_of "unload" "$(unload)" EBUSY EAGAIN
	offline 0
	expect_one_of "unload with the block offline" "$(unload)" EBUSY EAGAIN
}

unload_fine_after_remove()
{
	needs_reload
	add 0
	online 0
	offline 0
	remove 0
	expect "unload" OK "$(unload)"
}

unload_with_rules_set()
{
	needs_reload
	writes "what=assign errno=EIO" "$MHP/inject"
	writes "what=MEM_GOING_ONLINE errno=EIO priority=7" "$MHP/inject"
	expect "unload" OK "$(unload)"
	expect "load" OK "$(load)"
	expect "rules" "" "$(column inject "" id)"
}

unload_with_a_table_open()
{
	needs_reload
	exec 8< "$MHP/increments"
	got=$(unload)
	expect_one_of "unload" "$got" OK EAGAIN EBUSY
	cat <&8 > /dev/null 2>&1
	exec 8<&-
	[ "$got" = OK ] || expect "unload after closing" OK "$(unload)"
}

unload_gives_back_what_hands_assigned()
{
	needs_drive
	needs_reload
	rn=$(rn 0)
	writes "rn=$rn" "$MHP/assign"
	expect "unload" OK "$(unload)"
	expect "load" OK "$(load)"
	expect "state of rn $rn" standby "$(column increments "rn=$rn" state)"
}

# The last two blocks of what there is.
refuses_system_ram()
{
	end=$(sed -n 's/^[0-9a-f]*-\([0-9a-f]*\) : System RAM.*/\1/p' /proc/iomem | tail -n 1)
	start=$(((0x$end + 1) / BLOCK * BLOCK - 2 * BLOCK))
	refuses_parameter EBUSY sim_adopt=0 "sim_start=$start" "sim_size=$((2 * BLOCK))"
}

# From the last block that an address has on.
refuses_what_wraps()
{
	refuses_parameter ERANGE sim_adopt=0 "sim_start=$(hex $((-BLOCK)))" \
		"sim_size=$((2 * BLOCK))"
}

it "loads and unloads five times" loads_and_unloads
it "a second load is refused" loads_once
it "refuses an unknown firmware" refuses_parameter EINVAL firmware=bogus
it "refuses an empty ledger" refuses_parameter EINVAL ledger_size=0
it "refuses a ledger larger than memory" refuses_parameter EINVAL ledger_size=4294967295
it "refuses an unknown canary depth" refuses_parameter EINVAL canary=bogus
it "refuses an increment size that is no power of two" \
	refuses_parameter EINVAL increment_size=3M
it "refuses an increment size below a MiB" \
	refuses_parameter EINVAL increment_size=4K
it "refuses an increment size that is no number" \
	refuses_parameter EINVAL increment_size=big
it "refuses more storage elements than ids" \
	refuses_parameter EINVAL sim_elements=300
it "refuses a start without a size" refuses_parameter EINVAL sim_adopt=0 sim_size=0 sim_start=0x100000000
it "refuses standby storage on top of System RAM" \
	refuses_system_ram
it "refuses standby storage that wraps around" \
	refuses_what_wraps
it "refuses standby storage off the increment grid" \
	refuses_parameter EINVAL sim_adopt=0 sim_start=0x100001000 sim_size=256M
it "refuses parameters of the simulation with real firmware" \
	real_firmware_takes_no_sim_parameter
it "features: every key once" has_every_feature
it "features: values agree with the kernel" features_agree_with_the_kernel
it "features: standby storage lies outside System RAM" \
	standby_lies_outside_system_ram
it "debugfs: every file is there and no other" tree_is_complete
it "debugfs: modes are 0400 and 0600" modes_are_for_root_only
it "debugfs: tables have their headers" tables_have_headers
it "debugfs: a block's file says what the table says" \
	block_file_appears_and_goes
it "increments: storage starts in standby, rn 1 is reserved" \
	increments_start_in_standby
it "rmmod is refused while a range is owned" unload_refused_while_owning
it "the log names the range that keeps the module" log_names_the_owned_range
it "rmmod is refused while a block is online and after" \
	unload_refused_while_online
it "rmmod works after the range is removed" unload_fine_after_remove
it "rmmod works with injection rules set" unload_with_rules_set
it "rmmod and an open table do not hurt each other" unload_with_a_table_open
it "rmmod gives back increments assigned by hand" \
	unload_gives_back_what_hands_assigned

# Without canary, as loading paints all of it.
run canary=off "$@"
