# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# cpu.sh - what children of a script had of the processors. Sourced.

# children_cpu: ms of CPU of those that have ended, and of theirs: a machine that does
# other work needs it as well, while it takes longer
children_cpu() {
	awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*[)] /, ""); printf "%d\n", ($14 + $15) * 1000 / hz }' "/proc/$$/stat"
}
