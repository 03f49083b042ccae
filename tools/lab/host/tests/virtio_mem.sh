#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# virtio-mem beside us: its blocks come and go as the host says, ours as we say, and
# neither is in the other's way. What is not ours the module sees, and leaves alone.

. "$(dirname "$0")/../lib.sh"
# shellcheck source=tools/lab/host/beside.sh
. "$LAB/host/beside.sh"

# The region for devices, behind the guest's 6 GiB of addresses.
THEIRS=48 THEIR_MOST=8
MEMORY=$MEMORY,maxmem=8G
GUEST_ARGS=(
	-object "memory-backend-ram,id=vm0,size=1G,reserve=off"
	-device "virtio-mem-pci,id=vmem,memdev=vm0,requested-size=0"
)

booted=''
needs_boot() { [ -n "$booted" ] || skip "no guest with virtio-mem"; }

boots() {
	guest_start || return
	guest "modprobe virtio_mem" >"$run/why" 2>&1 ||
		skip "no virtio_mem: $(tail -n 1 "$run/why")" || return
	books >"$run/books"
	guest_says OK "$LOAD" || return
	booted=y
}

# resize SIZE: what the host wants, until the guest has it
resize() {
	local size=$(($1))
	needs_boot || return
	qmp qom-set '{"path":"/machine/peripheral/vmem","property":"requested-size","value":'$size'}' >/dev/null || return
	for _ in $(seq 600); do
		[ "$(qmp qom-get '{"path":"/machine/peripheral/vmem","property":"size"}')" != $size ] || return 0
		sleep 0.2
	done
	fail "size of the device: expected $size got $(qmp qom-get '{"path":"/machine/peripheral/vmem","property":"size"}')"
}

# ours_are BLOCKS-AND-STATES ASSIGNED
ours_are() {
	expect "blocks of ours" "$1" "$(ours)" || return
	guest_says "$2" assigned
}

comes() {
	resize $((4 * BLOCK)) || return
	expect "their blocks" "48 offline 49 offline 50 offline 51 offline " "$(theirs)" || return
	guest_says "System RAM (virtio_mem)" "grep -m 1 -o 'System RAM (virtio_mem)' /proc/iomem" || return
	ours_are "" ""
}

# Their PREPARE assigns nothing, and their FINISH unassigns nothing.
events_are_theirs() {
	needs_boot || return
	guest_says "OK OK" "echo \$(add $OURS 2; online $OURS)" || return
	guest_says OK "wr \$MHP/events clear" || return
	guest_says "OK OK" "echo \$(online 48; online 49)" || return
	guest_says "" "rows events event=ASSIGN seq" || return
	guest_says "48 0 49 0 " "rows events event=MEM_PREPARE_ONLINE block errno | tr '\n' ' '" || return
	guest_says "OK" "offline 49" || return
	guest_says "49 0 " "rows events event=MEM_FINISH_OFFLINE block errno | tr '\n' ' '" || return
	guest_says "" "rows events event=UNASSIGN seq" || return
	guest_says "OK" "online 49" || return
	ours_are "8 online 9 offline " 9
}

# Half of their block 48 holds a pattern while ours come and go, one after the other.
theirs_in_use() {
	needs_boot || return
	guest_says "OK OK" "echo \$(offline $OURS; remove $OURS 2)" || return
	cat >"$run/cycle" <<-EOF
		. /lab/standby.sh
		for i in 1 2 3; do
			add $OURS 2 && online $OURS && offline $OURS && remove $OURS 2 || echo round \$i
		done
	EOF
	uses 48 "$(cat "$run/cycle")" || return
	ours_are "" "" || return
	expect "their blocks" "48 online 49 online 50 offline 51 offline " "$(theirs)"
}

# uses BLOCK COMMANDS: a process has half of it and looks whether its words change
uses() {
	local said
	guest "cat >/tmp/command <<'END'
$2
END"
	said=$(guest "fill -r $(($1 * BLOCK / 4096)):$((BLOCK / 4096)) -p 50 -x 'sh /tmp/command' | grep -v '^OK$'")
	[[ $said == in_range=*' bad=0 command=0' ]] || fail "use of block $1: $said"
}

# Ours holds one while the host takes theirs away, and gives them back.
ours_in_use() {
	needs_boot || return
	guest_says "OK OK" "echo \$(add $OURS; online $OURS)" || return
	guest "rm -f /tmp/busy /tmp/done
		fill -r $((OURS * BLOCK / 4096)):$((BLOCK / 4096)) -p 50 \
			-x 'touch /tmp/busy; while [ ! -e /tmp/done ]; do usleep 100000; done' >/tmp/fill 2>&1 &
		until [ -e /tmp/busy ]; do usleep 100000; done" || return
	resize 0 || return
	expect "their blocks" "" "$(theirs)" || return
	ours_are "$OURS online " $((OURS + 1)) || return
	resize $((2 * BLOCK)) || return
	expect "their blocks" "48 offline 49 offline " "$(theirs)" || return
	ours_are "$OURS online " $((OURS + 1)) || return
	guest "touch /tmp/done; while pidof fill >/dev/null; do usleep 100000; done
		cat /tmp/fill; grep -q 'bad=0 command=0' /tmp/fill" || return
	guest_says "OK OK" "echo \$(offline $OURS; remove $OURS)" || return
	ours_are "" ""
}

# A part of a block: its other pages are there and are none.
part_of_a_block() {
	needs_boot || return
	resize $((BLOCK + (4 << 20))) || return
	guest_says "OK OK OK OK" "echo \$(online 48; add $OURS; online $OURS; offline $OURS)" || return
	resize 0 || return
	expect "their blocks" "" "$(theirs)" || return
	ours_are "$OURS offline " ""
}

all_as_before() {
	needs_boot || return
	nothing_amiss || return
	guest_says "OK OK" "echo \$(remove $OURS; modctl unload mhp_standby)" || return
	books_are_as_before
}

it "a guest with a virtio-mem device" boots
it "blocks of virtio-mem come" comes
it "their events drive no firmware" events_are_theirs
it "ours come and go while one of theirs is in use" theirs_in_use
it "theirs go and come while one of ours is in use" ours_in_use
it "ours come and go beside a block of which a part is there" part_of_a_block
it "all is as before" all_as_before
run_tests
