#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# sanitize.sh BUILD OUTPUT - link QEMU a second time, with the address and
# undefined behaviour sanitizers in the parts that a storage command goes
# through: the device, the SCLP and the memory map. It also has a vhost device's
# memory slots, as many as the test says (test/vhost-slots.c).
#
# BUILD is a build tree in which qemu-system-s390x is up to date.  Compiling all
# of QEMU so would take as long as the first time.
set -eu

build=${1:?usage: sanitize.sh BUILD OUTPUT}
output=${2:?usage: sanitize.sh BUILD OUTPUT}
program=qemu-system-s390x
objects=libqemu-s390x-softmmu.a.p
vhost_slots=$(cd "$(dirname "$0")" && pwd)/test/vhost-slots.c
flags='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'

cd "$build"
mkdir -p sanitized
ninja -t compdb -x | jq -r '.[] | .output + "\t" + .command' >sanitized/commands

# command_for OUTPUT: what makes it
command_for() {
	awk -F '\t' -v output="$1" '
		$1 == output { print $2; found = 1; exit }
		END { exit !found }' sanitized/commands
}

link=$(command_for $program)

# replace OBJECT [SOURCE]: compile it again, from another source
replace() {
	copy=sanitized/${1##*/}
	compile=$(command_for "$1" |
		sed "s|-o $1|-o $copy|; s|-MF [^ ]*|-MF $copy.d|")
	[ -z "${2-}" ] || compile="${compile% -c *} -c $2"
	sh -c "$compile $flags"
	case $link in
	*" $1 "*) link=${link%%" $1 "*}" $copy "${link#*" $1 "} ;;
	*) echo "sanitize.sh: $1 is not linked into $program" >&2; exit 1 ;;
	esac
}

for object in "$objects"/hw_s390x_sclp*.c.o "$objects"/system_memory.c.o \
		"$objects"/system_physmem.c.o; do
	replace "$object"
done
replace libcommon.a.p/hw_virtio_vhost-stub.c.o "$vhost_slots"
sh -c "$(printf '%s\n' "$link" |
	sed "s|-o $program |-o sanitized/$program |") $flags"
mkdir -p "$(dirname "$output")"
mv sanitized/$program "$output"
