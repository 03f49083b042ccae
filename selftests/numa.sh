#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# More than one node: where memory goes by nid= and by what the platform says,
# how a node comes with its first memory and goes with its last.

. ./lib.sh
. ./nodes.sh

# links N NODE: block N and the node point at each other
links()
{
	name=memory$(block_id "$1")
	expect "node that $name is linked to" "node$2" \
		"$(cd "$MEMORY/$name" && echo node*)"
	expect "nodes that link to $name" "$NODES/node$2/$name" \
		"$(echo $NODES/node*/"$name")"
}

by_nid()
{
	needs_node
	needs_blocks 2
	add 0 1 nid=0
	add 1 1 "nid=$node"
	expect "nid of both blocks" "0 $node" "$(block_is 0 nid) $(block_is 1 nid)"
	links 0 0
	links 1 "$node"
}

# srat: "nid start end" of what the firmware's table says, as the kernel read it
srat()
{
	dmesg | sed -n 's/.*SRAT: Node \([0-9]*\) PXM [0-9]* \[mem \(0x[0-9a-f]*\)-\(0x[0-9a-f]*\)\].*/\1 \2 \3/p'
}

# srat_nid ADDRESS
srat_nid()
{
	srat | while read -r sn_nid sn_start sn_end; do
		[ $(($1)) -lt $((sn_start)) ] || [ $(($1)) -gt $((sn_end)) ] ||
			echo "$sn_nid"
	done
}

by_platform()
{
	needs_node
	[ -n "$(srat)" ] || skip "the kernel log tells nothing of a SRAT"
	seen=
	# One block for each node the table tells of.
	column increments state=standby start > "$work/starts"
	while read -r start; do
		nid=$(srat_nid "$start")
		case " $seen " in *" $nid "*) continue ;; esac
		seen="$seen $nid"
		writes "start=$start size=$BLOCK" "$MHP/add"
		expect "nid of $start" "$nid" "$(column ranges "start=$start" nid)"
	done < "$work/starts"
	[ "$seen" != " 0" ] || skip "standby storage is all on node 0"
}

# counts_on_its_node FLAGS
counts_on_its_node()
{
	[ "$1" = none ] || needs_altmap
	needs_node
	before=$(zone_of_node 0 Movable present)
	add 0 1 "nid=$node flags=$(flags_of "$1")"
	expect "pages present on node $node, added" 0 \
		"$(zone_of_node "$node" Movable present)"
	online 0
	altmap=$(block_is 0 altmap_nr_pages)
	expect "pages present on node $node" "$BLOCK_PAGES" \
		"$(zone_of_node "$node" Movable present)"
	expect "pages spanned on node $node" "$BLOCK_PAGES" \
		"$(zone_of_node "$node" Movable spanned)"
	expect "pages managed on node $node" $((BLOCK_PAGES - altmap)) \
		"$(zone_of_node "$node" Movable managed)"
	expect "pages present on node 0" "$before" "$(zone_of_node 0 Movable present)"
	expect "MemTotal of node $node" $(((BLOCK_PAGES - altmap) * PAGE / 1024)) \
		"$(awk '$3 == "MemTotal:" { print $4 }' "$NODES/node$node/meminfo")"
	offline 0
	expect "pages present on node $node, offline" 0 \
		"$(zone_of_node "$node" Movable present)"
	expect "pages spanned on node $node, offline" 0 \
		"$(zone_of_node "$node" Movable spanned)"
}

# spans NODE BLOCKS: what zone Movable of the node spans
spans()
{
	expect "pages spanned on node $1" $(($2 * BLOCK_PAGES)) \
		"$(zone_of_node "$1" Movable spanned)"
}

# The kernel looks for a zone's new ends among blocks of the other node.
nodes_take_turns()
{
	needs_node
	needs_blocks 5
	spans 0 0
	for n in 0 1 2 3 4; do
		[ $((n % 2)) = 0 ] && nid=0 || nid=$node
		add $n 1 "nid=$nid"
		online $n
	done
	spans 0 5
	spans "$node" 3
	offline 0
	spans 0 3
	offline 4
	spans 0 1
	offline 3
	spans "$node" 1
	expect "pages present on node 0" "$BLOCK_PAGES" \
		"$(zone_of_node 0 Movable present)"
	offline 2
	spans 0 0
	spans "$node" 1
}

# The memmap of a block on a bare node: in the block, or wherever there is room.
memmap_of_a_bare_node()
{
	needs_bare_node
	add 0 1 "nid=$node flags=none"
	expect "memmap without altmap" system "$(block_is 0 memmap)"
	remove 0
	needs_altmap
	add 0 1 "nid=$node flags=$(flags_of altmap)"
	expect "memmap with altmap" block "$(block_is 0 memmap)"
}

comes_and_goes()
{
	needs_bare_node
	needs_blocks 2
	add 0 1 "nid=$node"
	[ -d "$NODES/node$node" ] || fail "no node$node with its first block"
	add 1 1 "nid=$node"
	remove 0
	[ -d "$NODES/node$node" ] || fail "node$node went with its first of two blocks"
	expect "node in has_memory" no "$(node_in has_memory)"
	online 1
	expect "node in has_memory, online" yes "$(node_in has_memory)"
	offline 1
	expect "node in has_memory, offline" no "$(node_in has_memory)"
	remove 1
	[ ! -d "$NODES/node$node" ] || fail "node$node stays after its last block"
}

impossible_node()
{
	last=$(others | tail -n 1)
	refuses_command EINVAL add "$(range 0) nid=$((${last:-0} + 1))" "possible node"
	refuses_command EINVAL add "$(range 0) nid=$((${last:-0} + 1)) group=static" \
		"possible node"
}

# group_on_its_node GROUP
group_on_its_node()
{
	needs_node
	add 0 1 "nid=$node group=$1"
	expect nid "$node" "$(range_is 0 nid)"
	links 0 "$node"
	online 0
	expect "pages present on node $node" "$BLOCK_PAGES" \
		"$(zone_of_node "$node" Movable present)"
}

# The policy wants kernel memory on the node itself, unless told not to.
movable_by_node()
{
	needs_bare_node
	[ -e $PARAMETERS/auto_movable_numa_aware ] || skip "no auto_movable_numa_aware"
	auto_movable 1000
	add 0 1 "nid=$node"
	expect "zone, aware of nodes" Normal "$(zone_of 0)"
	setting $PARAMETERS/auto_movable_numa_aware N
	expect "zone, not aware" Movable "$(zone_of 0)"
}

# A device range brings no node online: it goes to the nearest that is.
device_needs_its_node_online()
{
	needs_bare_node
	needs_device
	refuses_command EINVAL add "$(range 0) type=device nid=$node" "not online"
	column increments state=standby start > "$work/starts"
	while read -r start; do
		[ "$(srat_nid "$start")" = "$node" ] || continue
		writes "start=$start size=$BLOCK type=device" "$MHP/add"
		expect "nid" 0 "$(column ranges "start=$start" nid)"
		[ ! -d "$NODES/node$node" ] || fail "node$node came with a device range"
		return
	done < "$work/starts"
	skip "no standby storage on node $node by the SRAT"
}

# The kernel never shrinks ZONE_DEVICE, and a node that spans pages never goes:
# so this comes last.
device_keeps_its_node()
{
	needs_node
	needs_device
	needs_blocks 2
	add 0 1 "nid=$node"
	add 1 1 "type=device nid=$node"
	expect "pages spanned by zone Device of node $node" "$BLOCK_PAGES" \
		"$(zone_of_node "$node" Device spanned)"
	remove 1
	remove 0
	[ -d "$NODES/node$node" ] ||
		fail "node$node went, though ZONE_DEVICE has had pages of it"
}

it "nid= chooses the node, side by side" by_nid
it "without nid= the platform chooses" by_platform
it "a block counts on its node, with altmap" counts_on_its_node altmap
it "a block counts on its node, without altmap" counts_on_its_node none
it "zones of two nodes in each other shrink to their own blocks" nodes_take_turns
it "the memmap of a node without memory" memmap_of_a_bare_node
it "a node comes with its first block and goes with its last" comes_and_goes
it "an impossible node is refused" impossible_node
it "a static group is on its node" group_on_its_node static
it "a dynamic group is on its node" group_on_its_node dynamic
it "auto-movable looks at the node, unless told not to" movable_by_node
it "a device range goes to a node that is online" device_needs_its_node_online
it "a device range keeps its node for good" device_keeps_its_node

run "$@"
