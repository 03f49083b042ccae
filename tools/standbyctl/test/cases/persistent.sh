# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # root and machine are run.sh's
# What is to be so again when the machine starts.

# with_systemd: a tree that has it, and the service
with_systemd() {
	mkdir -p "$root"/{etc,run/systemd/system,usr/lib/systemd/system}
	cp "$here/../standbyctl.service" "$root/usr/lib/systemd/system/"
}

# state_of ID
state_of() { cat "$root/sys/devices/system/memory/memory$1/state"; }

lasts() {
	ctl online --blocks 5-6 --persistent -q || return
	diff -u - "$root/etc/standbyctl.layout" <<-'EOT' || return
		# standbyctl layout 1, blocks of 268435456
		4-4 movable block
		5-6 kernel block
		8-8 kernel system
	EOT
	[ -L "$root/etc/systemd/system/multi-user.target.wants/standbyctl.service" ] ||
		{ echo "the service is not enabled"; return 1; }
}

# Block 6 has a state that can be read, and not be written.
stays() {
	echo old >"$root/etc/standbyctl.layout"
	ln -sf /proc/version "$root/sys/devices/system/memory/memory6/state"
	says "/etc/standbyctl.layout stays as it was" 64 online --blocks 5-7 --persistent || return
	[ "$(cat "$root/etc/standbyctl.layout")" = old ] ||
		{ echo "it does not"; return 1; }
}

untouched() {
	says "$1" 1 online --blocks 5 --persistent && [ "$(state_of 5)" = offline ]
}

use sim-s390x-used
check "--persistent without systemd: refused, nothing changed" untouched "needs systemd, which does not run here"
mkdir -p "$root/run/systemd/system"
check "--persistent without the service: refused, nothing changed" untouched "is not installed"
with_systemd
show persistent-dry online --dry-run --blocks 5 --persistent
if command -v systemctl >/dev/null; then
	check "$machine: --persistent writes the layout and enables the service" lasts
else
	ktap_test_skip "$machine: --persistent" "no systemctl here"
fi
use sim-s390x-used
with_systemd
check "$machine: --persistent of what is partly done leaves the layout" stays
refuse persistent-export layout --export - --persistent
