# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# durations.sh - how long tests take, to plan by: the last runs on this machine, in
# the cache, and what is checked in for those that it has not seen. Seconds of a
# machine that does other work as well are as good: only proportions matter. Sourced,
# not run.
#
#	pieces SCRATCH		lanes with their tests on stdin, a line each; the same
#				in pieces on stdout, longest first, but before them
#				those of two CPUs: who waits for two keeps one idle
#	durations_keep PIECE...	what these took goes to the cache

DURATIONS=$CACHE/durations

# A lane in several pieces is named LANE+1 LANE+2 ...: each boots a guest of its own.
# Tests keep their order in a piece. A lane of the host starts guests as it likes: it
# is not split. One with tests of its own has chosen their order.
#
# Tests that want two CPUs are a piece LANE+smp. The others have one: emulating two is
# nearly twice the work, for tests that do one thing after another. Behind the name of
# a piece is how many CPUs it has.
pieces() {
	local lane words may_split jobs=${JOBS:-$(nproc)} smp
	smp=" $(make -s -C "$TREE/selftests" list-smp | sed 's/\.sh$//' | tr '\n' ' ')"
	while read -r lane words; do
		lane_load "$lane"
		# 2: as one likes, 1: in those that want two CPUs and the others.
		may_split=0
		if [ "$SIDE" = guest ] && [ -z "${REPEAT:-}${STOP:-}" ]; then
			may_split=$([ -n "$LANE_TESTS" ] && echo 1 || echo 2)
		fi
		echo "$lane $may_split $words"
	done >"$1"
	awk -v jobs="$jobs" -v split_at="${SPLIT:-}" -v boot=8 -v smp="$smp" -v cpus="${SET_SMP:-}" '
		FILENAME == ARGV[3] { lane[++nr] = $1; may_split[nr] = $2; $1 = $2 = ""; list[nr] = $0; next }
		{ took[$1 " " $2] = $3; if (!($2 in any) || any[$2] < $3) any[$2] = $3 }
		function seconds(l, t) {
			return (l " " t) in took ? took[l " " t] : t in any ? any[t] : 20
		}
		END {
			for (i = 1; i <= nr; i++) {
				n = split(list[i], t)
				for (k = 1; k <= n; k++) long[i] += seconds(lane[i], t[k])
				sum += long[i]
			}
			# Each piece has a boot to pay for.
			longest = split_at != "" ? split_at : sum / jobs / 2
			if (split_at == "" && longest < 60) longest = 60
			for (i = 1; i <= nr; i++) {
				n = split(list[i], t)
				parts = 1
				if (longest > 0 && may_split[i] == 2)
					parts = int(long[i] / longest + 0.99)
				if (parts < 1) parts = 1
				cut_smp(lane[i], t, n, parts)
			}
		}
		# A guest of one CPU is enough, unless somebody says how many.
		function cut_smp(l, t, n, parts,    k, one, two, nr_one, nr_two) {
			for (k = 1; k <= n; k++)
				if (index(smp, " " t[k] " ")) two[++nr_two] = t[k]
				else one[++nr_one] = t[k]
			if (cpus != "")
				cut(l, t, n, parts, cpus, "")
			else if (!nr_two || !nr_one || !may_split[i])
				cut(l, t, n, parts, nr_two ? 2 : 1, "")
			else {
				cut(l, one, nr_one, parts, 1, "")
				cut(l, two, nr_two, 1, 2, "+smp")
			}
		}
		# The longest test first to whoever has least.
		function cut(l, t, n, parts, nr_cpus, suffix,    k, p, best, least, name, at, have, words) {
			# A piece without a test would be the whole lane.
			if (parts > n) parts = n
			split("", have); split("", at)
			for (p = 1; p <= parts; p++) have[p] = boot
			for (;;) {
				best = 0
				for (k = 1; k <= n; k++)
					if (!(k in at) && (!best || seconds(l, t[k]) > seconds(l, t[best])))
						best = k
				if (!best) break
				least = 1
				for (p = 2; p <= parts; p++) if (have[p] < have[least]) least = p
				at[best] = least
				have[least] += seconds(l, t[best])
			}
			for (p = 1; p <= parts; p++) {
				words = ""
				for (k = 1; k <= n; k++) if (at[k] == p) words = words " " t[k]
				name = parts > 1 ? l "+" p : l suffix
				printf "%d %s %s%s\n", have[p], name, nr_cpus, words
			}
		}
	' "$LAB/durations" <(cat "$DURATIONS" 2>/dev/null || true) "$1" | sort -s -k3,3nr -k1,1nr | cut -d' ' -f2-
}

durations_keep() {
	local name new
	mkdir -p "$CACHE"
	new=$(mktemp "$DURATIONS.XXXXXX")
	{
		cat "$DURATIONS" 2>/dev/null || true
		for name; do
			awk -v lane="${name%+*}" '$1 == "#" && $3 == "took" { print lane, $2, $4 }' "$run/$name.ktap"
		done
	} | awk '{ took[$1 " " $2] = $3 } END { for (t in took) print t, took[t] }' | sort >"$new"
	mv "$new" "$DURATIONS"
}
