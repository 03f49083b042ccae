#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# sanitize.sh BUILD OUTPUT - link QEMU a second time, with the address and
# undefined behaviour sanitizers in the parts that a storage command goes
# through: the device, the SCLP and the memory map
#
# BUILD is a build tree in which qemu-system-s390x is up to date.  Compiling all
# of QEMU so would take as long as the first time.
set -eu

build=${1:?usage: sanitize.sh BUILD OUTPUT}
output=${2:?usage: sanitize.sh BUILD OUTPUT}
program=qemu-system-s390x
objects=libqemu-s390x-softmmu.a.p
flags='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'

cd "$build"
mkdir -p sanitized
ninja -t compdb -x >sanitized/commands

# command OUTPUT: what makes it
command_for() {
	jq -er --arg output "$1" \
		'map(select(.output == $output)) | .[0].command' sanitized/commands
}

link=$(command_for $program)
for object in "$objects"/hw_s390x_sclp*.c.o "$objects"/system_memory.c.o \
		"$objects"/system_physmem.c.o; do
	copy=sanitized/${object##*/}
	sh -c "$(command_for "$object" |
		sed "s|-o $object|-o $copy|; s|-MF [^ ]*|-MF $copy.d|") $flags"
	link=$(printf '%s\n' "$link" | sed "s| $object | $copy |")
	case $link in
	*" $copy "*) ;;
	*) echo "sanitize.sh: $object is not linked into $program" >&2; exit 1 ;;
	esac
done
sh -c "$(printf '%s\n' "$link" |
	sed "s|-o $program |-o sanitized/$program |") $flags"
mkdir -p "$(dirname "$output")"
mv sanitized/$program "$output"
