#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# cache.sh list - what the cache holds: when it was last used, how big it is.
# cache.sh collect DAYS - remove what nobody used for that long; 0 is everything.
# All of it can be made again. What is being made at the moment stays.

. "$(dirname "$0")/common.sh"

# entries: "days-unused kB path" a line, oldest first. Every use touches the lock
# beside a directory (cached); of a QEMU the reading of its binary tells.
entries() {
	local path lock used now
	now=$(date +%s)
	for path in "$CACHE"/{kernel,modules,root,host,userland,source,made,linux,download}/* "$CACHE"/qemu-*; do
		[ -d "$path" ] || continue
		case $path in */spec | *.part) continue ;; esac
		lock=$path.lock
		used=$(stat -c %Y "$path")
		[ ! -e "$lock" ] || used=$(stat -c %Y "$lock")
		[ ! -e "$path/bin/qemu-system-s390x" ] || used=$(stat -c %X "$path/bin/qemu-system-s390x")
		printf '%d %s %s\n' $(((now - used) / 86400)) "$(du -sk "$path" | cut -f 1)" "$path"
	done | sort -rn
}

size() { numfmt --to=iec --from-unit=1024 "$1"; }

list() {
	local days kb path total=0
	printf '%-8s %6s  %s\n' UNUSED SIZE WHAT
	while read -r days kb path; do
		printf '%-8s %6s  %s\n' "$days days" "$(size "$kb")" "${path#"$CACHE/"}"
		total=$((total + kb))
	done
	printf '%-8s %6s  %s\n' '' "$(size "$total")" "$CACHE"
}

# collect DAYS
collect() {
	local days kb path freed=0 kept=0 lock
	while read -r days kb path; do
		if [ "$days" -lt "$1" ]; then
			kept=$((kept + kb))
			continue
		fi
		exec {lock}>>"$path.lock"
		if ! flock -n "$lock"; then
			say "$path is being made; it stays"
			kept=$((kept + kb))
			exec {lock}>&-
			continue
		fi
		say "removing ${path#"$CACHE/"}: $(size "$kb"), unused for $days days"
		rm -rf "$path" "$path.part" "$path.lock"
		exec {lock}>&-
		freed=$((freed + kb))
	done
	# What a version means is asked again anyway; left-overs of what was interrupted.
	[ "$1" != 0 ] || rm -rf "$CACHE/kernel/spec"
	say "removed $(size "$freed"), kept $(size "$kept") in $CACHE"
}

case ${1:-} in
list) entries | list ;;
collect)
	case ${2:-} in '' | *[!0-9]*) die "usage: cache.sh collect DAYS" ;; esac
	entries | collect "$2"
	;;
*) die "usage: cache.sh list | collect DAYS" ;;
esac
