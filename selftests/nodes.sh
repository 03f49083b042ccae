# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # shared with lib.sh
#
# More than one node, and what the kernel says of each.

NODES=/sys/devices/system/node

# others: possible nodes but 0
others()
{
	[ ! -r $NODES/possible ] || tr ',' '\n' < $NODES/possible | awk -F- '
		{ for (i = $1; i <= $NF; i++) if (i) print i }'
}

# needs_node: another node, as $node
needs_node()
{
	node=$(others | head -n 1)
	[ -n "$node" ] || skip "one node only"
}

# needs_bare_node: one that has neither memory nor CPUs
needs_bare_node()
{
	needs_node
	[ ! -d "$NODES/node$node" ] || skip "node $node is there already"
}

# zone_of_node NODE ZONE FIELD: 0 if there is no such node or zone
zone_of_node()
{
	awk -v node="$1," -v zone="$2" -v field="$3" '
		/^Node/ { here = $2 == node && $NF == zone }
		here && $1 == field { n += $2 } END { print n + 0 }' /proc/zoneinfo
}

# node_in MASK: has the kernel the node in that mask, such as has_memory?
node_in()
{
	if tr ',' '\n' < "$NODES/$1" | awk -F- -v node="$node" '
		$1 != "" && $1 <= node && node <= $NF { found = 1 } END { exit !found }'; then
		echo yes
	else
		echo no
	fi
}
