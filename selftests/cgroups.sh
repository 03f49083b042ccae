# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # shared with lib.sh
#
# A cgroup for a test, with one controller.

groups=			# where they are mounted
group=			# ours, where there is one
other=			# one that outlives it

# needs_controller NAME WHAT: groups that can have it; end_groups is for the end of the
# test from here on. WHAT is skipped without it.
needs_controller()
{
	mkdir "$work/groups"
	mount -t cgroup2 none "$work/groups" 2> /dev/null || {
		rmdir "$work/groups"
		skip "no cgroups of version 2 in this kernel (CGROUPS)"
	}
	groups=$work/groups
	grep -qw "$1" "$groups/cgroup.controllers" ||
		skip "no $2"
	writes "+$1" "$groups/cgroup.subtree_control"
}

make_group()
{
	mkdir "$groups/mhp_standby" || fail "no group"
	group=$groups/mhp_standby
}

# in_group COMMAND...
in_group()
{
	with_group "$group" "$@"
}

# with_group GROUP COMMAND...
with_group()
{
	# shellcheck disable=SC2016 # for that shell
	sh -c 'echo 0 > "$0/cgroup.procs" && exec "$@"' "$@"
}

# remove_group: ours. A CPU holds the group that charged there last, with nothing left of
# what was charged ahead as well (drain_all_stock() of mm/memcontrol.c): let it be another.
remove_group()
{
	rmdir "$group" || fail "the group stays"
	group=
	other=$groups/mhp_other
	mkdir -p "$other" || fail "no other group"
	for rg_cpu in /sys/devices/system/cpu/cpu[0-9]*; do
		[ "$(cat "$rg_cpu/online" 2> /dev/null)" != 0 ] || continue
		with_group "$other" taskset -c "${rg_cpu##*/cpu}" true ||
			fail "nothing runs on ${rg_cpu##*/}"
	done
}

# end_groups: as if there had been none
end_groups()
{
	[ -z "$group" ] || rmdir "$group"
	[ -z "$other" ] || rmdir "$other"
	group='' other=''
	[ -z "$groups" ] || { umount "$groups" && rmdir "$groups"; }
	groups=
}
