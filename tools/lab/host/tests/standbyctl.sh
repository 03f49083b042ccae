#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016 # what is quoted is for the guest
#
# The operator's tool in a guest: someone who types what the manual page has as its
# example brings 2 GiB of standby memory online with its memmap on itself, sees it, is
# told why it does not go away, and takes it away. What it says is compared with sysfs,
# and with QEMU's map of increments where there is one.

. "$(dirname "$0")/../lib.sh"

program=$("$LAB/standbyctl.sh" "$ARCH")
GUEST_FILES=$run/files
mkdir -p "$GUEST_FILES/bin"
cp "$program" "${program%/*}/pin" "$GUEST_FILES/bin/"
trace=$("$LAB/program.sh" "$ARCH" trace-cmd)
cp -r "$trace"/* "$GUEST_FILES/"

# ctl STATUS ARGUMENTS: run it; its output goes to the log, the status must be that
ctl() {
	local want=$1 status=0
	shift
	guest "standbyctl $*" >"$run/out" || status=$?
	cat "$run/out"
	expect "exit status of standbyctl $*" "$want" "$status"
}

# page STATUS WORDS: what the manual page's example has of that beginning, word for word
page() {
	local line
	line=$(sed -n '/^\.SH EXAMPLE/,/^\.SH VERBS/ { s/\\-/-/g; s/^\.B standbyctl \('"$2"'\)/\1/p; }' \
		"$TREE/tools/standbyctl/man/standbyctl.8.in")
	[ -n "$line" ] || { fail "the manual page has no example of standbyctl $2"; return; }
	ctl "$1" "$line"
}

# said TEXT: the last ctl did
said() { grep -qF -e "$1" "$run/out" || fail "it did not say '$1'"; }

# json FILTER: of the list
json() { guest 'standbyctl list -J --all --output-all' | jq -c "$1"; }

# states: how many blocks of standby storage are in which state, by sysfs
online_blocks() { guest 'grep -lx online '"$MEMORY_DIR"'/memory*/state | wc -l'; }
MEMORY_DIR=/sys/devices/system/memory

# assigned_is COUNT: increments that QEMU has assigned, where it is asked
assigned_is() {
	local ranges n=0 range
	[ -n "$OUR_QEMU" ] || return 0
	ranges=$(device_get assigned)
	for range in ${ranges//,/ }; do
		n=$((n + ${range#*-} - ${range%-*} + 1))
	done
	expect "increments assigned in QEMU" "$1" "$n"
}

configure_model() { [ "$(guest 'sed -n s/^model=//p "$MHP/features"')" = configure ]; }
drives() { [ "$VARIANT" != on ]; }

boots() {
	guest_start || return
	ctl 0 list || return
	said "Memory block size:" || return
	boot_blocks=$(online_blocks)
	block_size=$((0x$(guest "cat $MEMORY_DIR/block_size_bytes"))) || return
	two_gib=$(((2 << 30) / block_size)) half_gib=$(((512 << 20) / block_size))
	if [ "$VARIANT" != on ]; then
		ctl 1 online 2G || return
		said "there are 0 blocks" || return
	fi
	ctl 1 increments || return
	said "modprobe mhp_standby"
}

loads() {
	guest load || return
	ctl 0 doctor || return
	said "good  module: loaded" || return
	ctl 0 increments || return
	said reserved
}

brings_online() {
	page 0 online || return
	expect "blocks online" $((boot_blocks + two_gib)) "$(online_blocks)" || return
	assigned_is "$two_gib"
}

# One struct page of 64 bytes for each 4 KiB.
shows_it() {
	local letters bs
	page 0 list || return
	said Movable || return
	expect "blocks with their memmap in themselves" "$two_gib" \
		"$(json '[.memory[] | select(.storage and .state == "online" and .zone == "Movable" and .memmap == "block" and .altmap == '$((block_size / 64))')] | length')" || return
	expect "what it saves" $(((2 << 30) / 64)) "$(json '.summary["memmap-saved"]')" || return
	page 0 map || return
	# Without the gaps after each eighth block.
	ctl 0 "map --ascii --width 100 | tr -d ' '" || return
	letters=$(printf 'M%.0s' $(seq "$two_gib")) bs=$(printf 'b%.0s' $(seq "$two_gib"))
	said "$letters" || return
	said "$bs" || return
	ctl 0 events || return
	said MEM_ONLINE || return
	ctl 0 stats || return
	ctl 0 stats -J || return
	jq -e . "$run/out" >/dev/null
}

says_who_pins() {
	local status=0
	guest 'pin >/tmp/pfn & echo $! >/tmp/pid; sleep 1' || return
	says_whose_page_it_is || status=$?
	guest 'kill "$(cat /tmp/pid)"' || return
	return $status
}

# The page has gone to the only movable memory there is, a block of ours. All blocks
# but this one go.
says_whose_page_it_is() {
	local pfn pid
	pfn=$(guest 'cat /tmp/pfn') pid=$(guest 'cat /tmp/pid')
	held=$((pfn * 4096 / block_size))
	echo "pid $pid holds pfn $pfn in block $held"
	[ "$held" -ge "$boot_blocks" ] || { fail "the page is in block $held"; return; }
	ctl 0 why "$held" || return
	said "process $pid (pin) has " || return
	page 64 offline || return
	said "offline block $held: given up, it took too long" || return
	said "the kernel: signal backoff" || return
	said "page 0x$(printf %x "$pfn")" || return
	said "pinned" || return
	said "mapped by process $pid (pin)" || return
	said "offline: $((two_gib - 1)) of $two_gib blocks" || return
	expect "blocks online" $((boot_blocks + 1)) "$(online_blocks)" || return
	ctl 0 why "$held" || return
	said "in the kernel log, from an attempt before:" || return
	# Dynamic debug is as it was.
	guest_says "=_" 'grep "\]offline_pages .*failed due" /proc/dynamic_debug/control | grep -o "=[_p]*"'
}

takes_away() {
	ctl 0 offline --blocks "$held" || return
	said "offline: 1 block" || return
	expect "blocks online" "$boot_blocks" "$(online_blocks)" || return
	if configure_model; then assigned_is "$two_gib"; else assigned_is 0; fi || return
	if drives || configure_model; then
		page 0 deconfigure || return
		expect "blocks left" "$boot_blocks" "$(guest "ls $MEMORY_DIR | grep -c 'memory[0-9]'")" || return
		expect "in standby" true "$(json '.summary.standby >= 2147483648')" || return
	fi
	assigned_is 0
}

# The module's own: ranges, and increments by hand.
adds_and_removes() {
	drives || { skip "the kernel's own driver has the storage"; return; }
	ctl 0 add 512M --memmap-on-memory=0 || return
	expect "offline blocks with their memmap in system memory" "$half_gib" \
		"$(json '[.memory[] | select(.storage and .state == "offline" and .memmap == "system" and .altmap == 0)] | length')" || return
	ctl 1 remove $((block_size >> 20))M || return
	said "a range goes as it came" || return
	ctl 0 remove 512M || return
	ctl 0 assign "$((boot_blocks + 3))" || return
	assigned_is 1 || return
	expect "by hand" true "$(guest 'standbyctl increments -J' | jq '[.increments[] | select(.manual)] | length == 1')" || return
	ctl 0 unassign "$((boot_blocks + 3))" || return
	assigned_is 0 || return
	ctl 1 assign 60000 || return
	said "the module: "
}

resizes() {
	local size=$(((boot_blocks * block_size >> 20) + 512))M
	ctl 0 resize "$size" --memmap-on-memory=1 || return
	expect "blocks online" $((boot_blocks + half_gib)) "$(online_blocks)" || return
	ctl 0 resize "$size" || return
	said "nothing to do" || return
	ctl 0 resize -- -512M || return
	expect "blocks online" "$boot_blocks" "$(online_blocks)"
}

layouts() {
	local blocks=$((boot_blocks + 4))-$((boot_blocks + 5))
	ctl 1 resize +2G --persistent || return
	said "needs systemd, which does not run here" || return
	ctl 0 online --blocks "$blocks" --memmap-on-memory=1 || return
	ctl 0 layout --export /tmp/layout || return
	ctl 0 offline --blocks "$blocks" || return
	if drives || configure_model; then
		ctl 0 deconfigure --blocks "$blocks" || return
	fi
	ctl 0 layout --import /tmp/layout || return
	expect "blocks online" $((boot_blocks + 2)) "$(online_blocks)" || return
	guest 'standbyctl layout --export - | diff - /tmp/layout' || return
	ctl 0 offline --blocks "$blocks" || return
	drives || configure_model || return 0
	ctl 0 deconfigure --blocks "$blocks" || return
	ctl 0 configure --blocks "$blocks" || return
	expect "blocks configured" 2 "$(json '[.memory[] | select(.state == "offline" and (.block | tonumber) >= '"${blocks%-*}"' and (.block | tonumber) <= '"${blocks#*-}"')] | length')" || return
	ctl 0 deconfigure --blocks "$blocks"
}

# The second of three blocks cannot be had.
says_who_refuses() {
	local first=$((boot_blocks + 4)) what
	what="what=MEM_GOING_ONLINE block=$((first + 1)) errno=EIO"
	ctl 0 inject "$what" || return
	ctl 0 why $((first + 1)) || return
	said "fault rule" || return
	ctl 64 online --blocks "$first-$((first + 2))" || return
	said "MEM_GOING_ONLINE: EIO" || return
	said "online: 2 of 3 blocks, $((2 * block_size >> 20))M" || return
	ctl 0 inject clear || return
	ctl 0 online --blocks "$first-$((first + 2))" || return
	said "2 were so before"
}

firmware_refuses() {
	local block=$((boot_blocks + two_gib))
	if [ -z "$OUR_QEMU" ] || ! drives; then
		skip "the firmware refuses nothing here"
		return
	fi
	device_set x-fail-rn $((block + 1)) && device_set x-fail-on '"assign"' || return
	ctl 1 online --blocks "$block" || return
	device_set x-fail-rn 0 || return
	said "of increment $((block + 1))" || return
	said "the firmware answered 0x01f0" || return
	ctl 0 online --blocks "$block" || return
	ctl 0 offline --blocks "$block"
}

# ^C while the second of three blocks waits.
stops_cleanly() {
	local first=$((boot_blocks + 4))
	ctl 0 offline --blocks "$first-$((first + 2))" || return
	ctl 0 inject what=MEM_GOING_ONLINE delay_ms=2000 || return
	guest "standbyctl online --blocks $first-$((first + 2)) >/tmp/out 2>&1 & pid=\$!; sleep 3; kill -INT \$pid; wait \$pid"
	expect "exit status" 64 $? || return
	guest 'cat /tmp/out' >"$run/out"
	cat "$run/out"
	said "stopped; what was done stays so" || return
	said "of 3 blocks" || return
	ctl 0 inject clear
}

# Two want the same block: who comes second finds it there, and that is good.
loses_a_race() {
	local block=$((boot_blocks + 6))
	ctl 0 inject "what=MEM_GOING_ONLINE delay_ms=2000" || return
	guest "standbyctl online --blocks $block & standbyctl online --blocks $block; one=\$?; wait \$!; echo \$one \$?" >"$run/out" || return
	cat "$run/out"
	said "0 0" || return
	ctl 0 inject clear || return
	ctl 0 offline --blocks "$((boot_blocks + 4))-$block"
}

follows_events() {
	local block=$((boot_blocks + 4))
	guest "standbyctl events --follow --jsonl >/tmp/out & pid=\$!; sleep 1; standbyctl online --blocks $block -q; standbyctl offline --blocks $block -q; sleep 1; kill \$pid; wait \$pid" || return
	guest 'cat /tmp/out' >"$run/out" || return
	expect "events of the block" MEM_ONLINE,MEM_OFFLINE \
		"$(jq -r "select(.block == $block and .result == \"OK\") | .event" "$run/out" | grep -x 'MEM_O.*LINE' | tail -n 2 | paste -sd,)"
}

# The lines are those of the documentation.
doc_line() { sed -n "s#^\t\($1.*\)#\1#p" "$TREE/docs/mhp_standby.rst" | head -n 1; }

tracepoints_answer() {
	local block=$((boot_blocks + 4)) out
	guest "$(doc_line 'mount -t tracefs'); $(doc_line 'echo 1 >/sys')" || return
	ctl 0 online --blocks "$block" || return
	out=$(guest "$(doc_line 'sed -n')")
	[[ $out == standbyctl-*" block $block" ]] || { fail "who brought it online: '$out'"; return; }
	if drives; then
		out=$(guest "$(doc_line "grep 'event=ASSIGN")")
		[[ $out =~ ^[0-9]+\ .*event=ASSIGN ]] || configure_model || { fail "the slowest assign: '$out'"; return; }
	fi
	ctl 0 offline --blocks "$block" || return
	guest 'echo 0 >/sys/kernel/tracing/events/mhp_standby/enable'
}

trace_cmd_answers() {
	local block=$((boot_blocks + 4)) line
	line=$(doc_line 'trace-cmd record' | sed "s/online 2G/online --blocks $block/")
	guest "$line" || return
	guest "$(doc_line 'trace-cmd report')" >"$run/out" || return
	cat "$run/out"
	grep -q "standbyctl-.*mhp_standby_event: .*MEM_ONLINE.*block=$block" "$run/out" ||
		{ fail "no MEM_ONLINE of block $block"; return; }
	ctl 0 offline --blocks "$block"
}

ends() {
	ctl 0 list || return
	if drives; then
		ctl 0 deconfigure --blocks "$((boot_blocks + 4))-$((boot_blocks + 6))" || return
	fi
	ctl 0 events --clear
}

it "without the module: shows what sysfs has, says what it needs" boots
it "with the module: increments, and nothing bad" loads
it "online 2G with their memmap on themselves" brings_online
it "list, map, events and stats show it" shows_it
it "a pinned page: why an offline fails, and whose page it is" says_who_pins
it "offline 2G, and away" takes_away
it "add, remove, assign, unassign" adds_and_removes
it "resize up, down, and not at all" resizes
it "a layout comes back; configure" layouts
it "a veto: who, partly done, then the rest" says_who_refuses
it "a refusal of the firmware: its response" firmware_refuses
it "^C stops between blocks" stops_cleanly
it "a race that is lost is a success" loses_a_race
it "events are followed" follows_events
it "the documentation's lines for tracefs answer" tracepoints_answer
it "so does trace-cmd" trace_cmd_answers
it "and away" ends
run_tests
