#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A node loses its last memory, and gets it back, while tasks have policies or a cpuset
# that name it: they go on with memory of others. Its kswapd and its counters go.

. ./lib.sh
. ./nodes.sh
. ./disks.sh
. ./cgroups.sh

holder=		# of pages of block 0, where there is one
task=		# whose pages and policy are looked at

# hold COMMAND...: what COMMAND runs has pages of block 0, and starts a program whenever
# it is told to, until let_go. Meanwhile it waits: as the free pages of a node are set
# aside, whoever is bound to the node and wants one more has somebody killed for it, see
# allocates_meanwhile.
hold()
{
	mkfifo "$work/tell"
	"$@" fill -r "$(($(at 0) / PAGE)):$BLOCK_PAGES" -p 15 -x "
		: > $work/held
		while [ -p $work/tell ]; do
			# Who told it the last word may still have the pipe open.
			read word < $work/tell || continue
			[ \$word = go ] || break
			date > $work/started
		done" > "$work/fill" 2>&1 &
	holder=$!
	trap end_all EXIT
	until_held
	task=$(pidof fill)
}

# tell WORD: to the task, if there still is one
tell()
{
	# shellcheck disable=SC2016 # for that shell
	timeout 20 sh -c 'echo "$0" > "$1"' "$1" "$work/tell"
}

end_all()
{
	[ -z "$holder" ] || no_more
	: > "$work/stop"
	wait
	remove_disk
	end_groups
}

no_more()
{
	tell end
	wait "$holder"
	rm -f "$work/held" "$work/tell" "$work/started"
	holder=
}

let_go()
{
	no_more
	kept
	expect "result of the programs" command=0 "$(grep -o 'command=.*' "$work/fill")"
}

# goes_on: the task is there, and starts programs
goes_on()
{
	kill -0 "$task" 2> /dev/null || fail "the task is gone: $(cat "$work/fill")"
	for _ in $(seq 10); do
		rm -f "$work/started"
		tell go
		for _ in $(seq 200); do
			[ -s "$work/started" ] && continue 2
			sleep 0.1
		done
		fail "the task starts no program"
	done
}

# policy_of_task: as numa_maps has it, "bind:1"
policy_of_task()
{
	awk 'NR == 1 { print $2 }' "/proc/$task/numa_maps"
}

# on_node NODE: pages of the task
on_node()
{
	awk -v key="N$1=" '{ for (i = 3; i <= NF; i++)
			if (index($i, key) == 1) n += substr($i, length(key) + 1) }
		END { print n + 0 }' "/proc/$task/numa_maps"
}

# becomes WHAT WANTED COMMAND...: what COMMAND says, in a while
becomes()
{
	be_what=$1 be_wanted=$2
	shift 2
	for _ in $(seq 50); do
		be_got=$("$@")
		[ "$be_got" != "$be_wanted" ] || return 0
		sleep 0.1
	done
	fail "$be_what: expected $be_wanted got $be_got"
}

# has_kswapd
has_kswapd()
{
	if pidof "kswapd$node" > /dev/null; then echo yes; else echo no; fi
}

# may_use: may the task have memory of the node?
may_use()
{
	sed -n 's/^Mems_allowed_list:[[:space:]]*//p' "/proc/$task/status" > "$work/mems"
	NODES=$work node_in mems
}

# memory_is yes|no: what there is of a node that has memory
memory_is()
{
	expect "node $node in has_memory" "$1" "$(node_in has_memory)"
	expect "node $node in has_normal_memory" no "$(node_in has_normal_memory)"
	expect "kswapd$node" "$1" "$(has_kswapd)"
	[ -z "$task" ] || becomes "node $node in the mask of the task" "$1" may_use
	mi_pages=0
	[ "$1" = no ] || mi_pages=$BLOCK_PAGES
	for mi_field in present spanned; do
		expect "$mi_field pages of node $node" $mi_pages \
			"$(zone_of_node "$node" Movable $mi_field)"
	done
	mi_managed=$(zone_of_node "$node" Movable managed)
	expect "MemTotal of node $node" $((mi_managed * PAGE / 1024)) \
		"$(awk '$3 == "MemTotal:" { print $4 }' "$NODES/node$node/meminfo")"
}

# goes_and_comes: the only block of the node, with the task on it
goes_and_comes()
{
	memory_is yes
	expect_number "pages of the task on node $node" -ge $((BLOCK_PAGES / 10)) \
		"$(on_node "$node")"
	expect "offline of the last block of node $node" OK "$(try_offline 0)"
	memory_is no
	goes_on
	expect "pages of the task on node $node" 0 "$(on_node "$node")"
}

# of_node TEXT: with the node for N
of_node()
{
	echo "$1" | sed "s/N/$node/"
}

# with_policy POLICY WITH WITHOUT BACK: as numa_maps names it while the node has
# memory, has none, and has it again; N is the node
with_policy()
{
	needs_bare_node
	add 0 1 "nid=$node"
	online 0
	hold policy "$1" "$node"
	expect policy "$2:$node" "$(policy_of_task)"
	goes_and_comes
	becomes "policy without memory of the node" "$(of_node "$3")" policy_of_task
	online 0
	memory_is yes
	becomes "policy with memory of the node again" "$(of_node "$4")" policy_of_task
	goes_on
	let_go
}

in_cpuset()
{
	needs_bare_node
	trap end_all EXIT
	needs_controller cpuset "cpusets for cgroups of version 2 here (CPUSETS)"
	add 0 1 "nid=$node"
	online 0
	make_group
	writes "$node" "$group/cpuset.mems"
	hold in_group
	expect "nodes of the cpuset" "$node" "$(cat "$group/cpuset.mems.effective")"
	goes_and_comes
	expect "nodes of the cpuset, as set" "$node" "$(cat "$group/cpuset.mems")"
	becomes "nodes of the cpuset without memory" 0 cat "$group/cpuset.mems.effective"
	online 0
	memory_is yes
	becomes "nodes of the cpuset, memory is back" "$node" cat "$group/cpuset.mems.effective"
	goes_on
	let_go
}

# scanned: pages that kswapd looked at, of the node as no other is short of memory
scanned()
{
	vmcounter pgscan_kswapd
}

# read_file: more than the node has room for, until told to stop
read_file()
{
	while [ ! -e "$work/stop" ]; do
		policy bind "$node" cat "$work/disk/file" || sleep 0.2
	done > /dev/null 2> "$work/read_file"
}

# wakes_up: kswapd does, as the file is read; who reads it is bound to the node, see hold
wakes_up()
{
	rm -f "$work/stop"
	# What moved out of the block would be read where it is.
	sync
	echo 3 > /proc/sys/vm/drop_caches
	before=$(scanned)
	read_file &
	for _ in $(seq 300); do
		[ "$(scanned)" -lt $((before + BLOCK_PAGES / 8)) ] || break
		sleep 0.2
	done
	: > "$work/stop"
	wait
	cat "$work/read_file"
	expect_number "pages that kswapd$node has scanned" -ge $((BLOCK_PAGES / 8)) \
		$(($(scanned) - before))
}

# Known of 6.12: there are other nodes with room, and still somebody is killed, mostly
# one who has no policy at all (mempolicy_in_oom_domain()).
allocates_meanwhile()
{
	needs_faults "the kernel may kill any task"
	needs_bare_node
	add 0 1 "nid=$node"
	online 0
	trap end_all EXIT
	while [ ! -e "$work/stop" ]; do
		policy bind "$node" date || sleep 0.1
	done > "$work/dates" 2>&1 &
	expect "offline of the last block of node $node" OK "$(try_offline 0)"
	memory_is no
	expect "tasks killed" "" "$(log_since_start | grep -o 'Killed process.*')"
}

kswapd_at_work()
{
	needs_bare_node
	trap end_all EXIT
	DISK_MIB=$(((BLOCK >> 20) + 96))
	needs_file_system
	add 0 1 "nid=$node"
	online 0
	dd if=/dev/zero of="$work/disk/file" bs=1M count=$(((BLOCK >> 20) + 32)) 2> /dev/null
	wakes_up
	expect "offline of the last block of node $node" OK "$(try_offline 0)"
	memory_is no
	online 0
	memory_is yes
	wakes_up
}

it "a task that is bound to the node goes on with others" \
	with_policy bind bind bind:0 bind:0
it "a task that is bound to the node for good has it again" \
	with_policy static bind=static bind=static:0 bind=static:N
it "a task that prefers the node prefers it still" \
	with_policy preferred prefer prefer:N prefer:N
it "a cpuset with the node alone has its parent's nodes meanwhile" in_cpuset
it "kswapd of the node was at work" kswapd_at_work
it "a task that is bound to the node and goes on meanwhile has nobody killed" \
	allocates_meanwhile

run "$@"
