#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# plot.sh DIR [WHERE] - the curves of a run of benchmarks, DIR/*.dat, as pictures beside
# them; or in WHERE, with the numbers: docs/performance.md shows those in docs/pictures.
# Curves that were not measured are left out of a picture, and a picture without any.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# = 1 ] || cp "$1"/*.dat "$2/"
cd "${2:-$1}"

# picture NAME TITLE XLABEL YLABEL FILE=LABEL...
picture() {
	local name=$1 title=$2 x=$3 y=$4 word curves=''
	shift 4
	for word; do
		[ ! -s "${word%%=*}" ] || curves="$curves${curves:+, }'${word%%=*}' using 1:2 with lines lw 2 title \"${word#*=}\""
	done
	[ -n "$curves" ] || return 0
	gnuplot -e "picture_title='$title'; x_label='$x'; y_label='$y'" "$here/plot.gp" \
		-e "plot $curves" >"$name.svg"
}

picture scale "What a block that goes online takes" "blocks online before it" "ms, at an instruction a ns" \
	scale.6.12.block.dat="6.12, the module" \
	scale.6.12.kernel.block.dat="6.12, the kernel's own driver" \
	scale.6.12.contiguous.dat="6.12, of that set_zone_contiguous()" \
	scale.7.2.block.dat="7.2, the module" \
	scale.7.2.contiguous.dat="7.2, of that set_zone_contiguous()" \
	scale.7.3.block.dat="7.3, the module" \
	scale.7.3.contiguous.dat="7.3, of that set_zone_contiguous()"
picture assign "What an ASSIGN or UNASSIGN takes in QEMU" "increments assigned before it" "ms of CPU" \
	device.256.calls.dat="256 MiB, one after another" \
	device.runs.dat="1 MiB, each a piece of its own" \
	device.calls.dat="1 MiB, one after another"
picture tables "What reading a table takes" "rows" "ms, at an instruction a ns" \
	control.blocks.dat="blocks" control.events.dat="events" control.increments.dat="increments" \
	control.memmap.dat="memmap"
