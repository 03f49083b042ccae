#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# results.sh RESULTS FILE - FILE, a table of all exhibits, with the rows of RESULTS
# (lines of name, class, where, lane, how it went, kernel) in the place of older ones.

. "$(dirname "$0")/../lab/common.sh"
# shellcheck source=tools/lab/apt.sh
. "$LAB/apt.sh"
# shellcheck source=tools/museum/tree.sh
. "$TREE/tools/museum/tree.sh"
# shellcheck source=tools/museum/exhibit.sh
. "$MUSEUM/exhibit.sh"

[ $# -eq 2 ] || die "usage: results.sh RESULTS FILE"
touch "$2"
for name in $(exhibits); do
	exhibit_load "$name"
	printf '%s\t%s\t%s\t%s\n' "$name" "$class" "$(exhibit_where)" "${lane:--}"
done | awk -F '\t' -v results="$1" -v file="$2" '
	function kind(row) {
		if (row ~ /\| killed in [0-9]* s, otherwise/ || row ~ /\| error/ || row ~ /\| survived/) return "open"
		if (row ~ /\| killed/) return "killed"
		if (row ~ /\| no test/) return "no test"
		if (row ~ /\| not in this source/) return "absent"
		return "not run"
	}
	BEGIN {
		while ((getline line < file) > 0)
			if (line ~ /^\| [a-z0-9-]+ \|/) {
				split(line, part, " ")
				rows[part[2]] = line
			}
		while ((getline line < results) > 0) {
			split(line, f, "\t")
			for (i in f) gsub(/\|/, "\\|", f[i])
			rows[f[1]] = "| " f[1] " | " f[2] " | " f[3] " | " f[4] " | " f[5] " | " f[6] " |"
		}
	}
	{
		row = "| " $1 " | " $2 " | " $3 " | " $4 " | not run | |"
		if ($1 in rows && rows[$1] !~ /\| not run \|/)
			row = rows[$1]
		n[kind(row)]++
		total++
		body = body row "\n"
	}
	END {
		print "# What the museum says"
		print ""
		print "Written by `make museum`; exhibits that were not run keep their row. Times are of"
		print "the tests, on the machine that ran them, whatever else that did."
		print ""
		printf "%d exhibits: %d killed, %d open, %d with no test and the reason, %d not in this source, %d not run.\n",
			total, n["killed"], n["open"], n["no test"], n["absent"], n["not run"]
		print ""
		print "| exhibit | class | where | lane | how it went | kernel |"
		print "|---|---|---|---|---|---|"
		printf "%s", body
	}' >"$2.new"
mv "$2.new" "$2"
