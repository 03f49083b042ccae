# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # root, machine and work are run.sh's
# What would be written, and what is written.

use sim-s390x-used
show online-size online --dry-run 1G
show online-range online --dry-run 0x50000000-0x6fffffff
show online-blocks online --dry-run --blocks 5-6 --zone kernel
show online-standby online --dry-run --blocks 10-12 --memmap-on-memory=0
show online-already online --dry-run --blocks 4-5
show offline-size offline --dry-run 256M
show offline-blocks offline --dry-run --blocks 4-6
show add add --dry-run 512M --type device --memmap-on-memory=1
show add-flags add --dry-run --blocks 12 --flags none --group static --node 0
show configure configure --dry-run 256M
show assign assign --dry-run 12-13
show unassign unassign --dry-run 12
show inject-rule inject --dry-run what=assign rn=9 errno=EIO
show resize-up resize --dry-run 2G
show resize-down resize --dry-run -- -512M
show resize-same resize --dry-run 1536M
refuse remove-part remove --blocks 6-7
refuse remove-online remove --blocks 4-7
refuse remove-size remove 512M
refuse online-absent online --blocks 99
refuse too-much online 64G
refuse bad-size online 100M
refuse bad-word online much
refuse bad-range online 0x50000000-0x60000000
refuse bad-option online --zone moveable 256M
refuse bad-verb bring 256M
refuse no-argument online
change write-online 0 online --blocks 5-7
change write-offline 0 offline 256M
change write-add 0 add 256M
change write-clear 0 events --clear
change write-inject 0 inject clear

show layout layout --export -
import() {
	ctl layout --export "$work/layout" && ctl offline 256M -q && ctl layout --import "$work/layout" || return
	grep -qx online_movable "$root/sys/devices/system/memory/memory4/state"
}
check "$machine: a layout comes back" import
use sim-s390x-used
# For other blocks, no layout, and one that asks for what is not there
printf '# standbyctl layout 1, blocks of 134217728\n' >"$work/layout"
check "$machine: a layout of other blocks is refused" says "is no layout for blocks of" 1 layout --import "$work/layout"
printf '# standbyctl layout 1, blocks of 268435456\n5 movable block\n' >"$work/layout"
check "$machine: a line that is none is refused" says "line 2 is not understood" 1 layout --import "$work/layout"
refuse layout-what layout
use sim-s390x-fresh
show online-fresh online --dry-run 1G --memmap-on-memory=1
use sim-s390x-bare
refuse online-bare online 256M
refuse add-bare add 256M
refuse assign-bare assign 5

use sclp-s390x-on-used
show again online --dry-run --blocks 11 --memmap-on-memory=0
show remove remove --dry-run --blocks 9
use sclp-s390x-on-bare
show online-bare online --dry-run 512M
change write-bare 0 online 512M

use next-s390x-on-used
show configure configure --dry-run --blocks 12-13 --memmap-on-memory=0
show online-firmware online --dry-run --blocks 12-13 --memmap-on-memory=1
show again online --dry-run --blocks 11 --memmap-on-memory=0
change write-configure 0 configure --blocks 12-13
change write-deconfigure 0 deconfigure --blocks 11
use next-s390x-on-bare
show online-bare online --dry-run 512M
# The recorded kernel does not answer: its block does not appear.
change write-online 1 online 512M
