# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # root and machine are run.sh's
# What is in the way on a machine, and the line to use.

# put FILE TEXT
put() { mkdir -p "$root${1%/*}" && printf '%s\n' "$2" >"$root$1"; }

# finds NAME STATUS TEXT...: all of it is said
finds() {
	local name=$1 want=$2 text
	shift 2
	for text; do
		check "doctor: $name: $text" says "$text" "$want" doctor
	done
}

use sim-s390x-used
put /sys/kernel/security/lockdown "none [integrity] confidentiality"
finds "lockdown" 1 "bad   lockdown: none [integrity]" "or sign the module"
use sim-s390x-used
put /sys/devices/system/memory/auto_online_blocks online
finds "blocks go online by themselves" 0 "note  auto_online_blocks: online:" "memhp_default_state=offline"
use sim-s390x-used
put /sys/module/memory_hotplug/parameters/memmap_on_memory N
finds "no memmap on memory" 0 "note  memmap on memory: off" "memory_hotplug.memmap_on_memory=1"
use sim-s390x-used
rm "$root/sys/module/memory_hotplug/parameters/memmap_on_memory"
finds "a kernel without it" 0 "no CONFIG_MHP_MEMMAP_ON_MEMORY"
use sim-s390x-used
put /etc/udev/rules.d/40-redhat.rules 'SUBSYSTEM=="memory", ACTION=="add", ATTR{state}="online"'
finds "a udev rule" 0 "note  udev: /etc/udev/rules.d/40-redhat.rules brings blocks online"
use sim-s390x-used
sed -i 's/ assigned / stuck /' "$root/sys/kernel/debug/mhp_standby/increments"
finds "a stuck increment" 1 "bad   stuck increments:" "standbyctl unassign RN"
use sim-s390x-used
put /sys/module/memory_hotplug/parameters/online_policy auto-movable
finds "an online policy" 0 "note  online_policy: auto-movable"
use sim-s390x-used
put /proc/cmdline "page_owner=on"
check "doctor: page_owner=on is nothing to say" says_not page_owner 0 doctor
use sim-s390x-bare
finds "no module" 0 "note  module: not loaded" "modprobe mhp_standby"
