# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034
#
# rundir.sh - directories below build/ that one run has for itself. Two runs of the
# same name in one tree would write over each other's logs and initramfs, so the
# second waits for the first. Sourced, not run.

# take_dir DIR: sets taken_fd, its lock. Until we end nobody else has it. Who we start
# has the lock as well: a guest that outlives us keeps its files.
take_dir() {
	mkdir -p "$(dirname "$1")"
	exec {taken_fd}>"$1.lock"
	flock -n "$taken_fd" || {
		say "waiting for another run of ${1##*/} in this tree"
		flock "$taken_fd"
	}
}

# run_dir NAME: sets run, to an empty directory below build/run that is ours
run_dir() {
	run=$BUILD/run/$1
	take_dir "$run"
	rm -rf "$run"
	mkdir -p "$run"
}
