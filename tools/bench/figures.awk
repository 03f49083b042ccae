# SPDX-License-Identifier: GPL-2.0-only
#
# figures.awk - figures out of samples, and whether each is what it should be.
#
#	awk -f figures.awk [-v wanted="BENCHMARK..."] figures [SAMPLES]... >table
#
# A figure is a line NAME | HOW | GOAL | WHAT of the file figures. HOW is one of
#	median A	median of series A
#	ratio A B	median of A's values, each divided by B's of the same place: pairs
#			that were measured beside each other
#	percent A B	100 times that
#	most A B	the greatest of A divided by the greatest of B, where a clock may
#			lose something, and never makes it up
#	growth A	median of A's last quarter divided by that of the first
#	last A		its last value
# GOAL is "<= N", ">= N", or "-" for what is only told; "<= N kernel" if it is the kernel
# that keeps it from that, which docs/performance.md shows. A line of samples is
# "FIGURE SERIES VALUE" or "# FIGURE WHY" for one that was not run; "= FIGURE VALUE"
# is what it was the last time, by which it changed.
#
# The table, with tabs: NAME VALUE LOW HIGH COUNT GOAL VERDICT CHANGE WHAT. LOW and HIGH
# are the quartiles. VERDICT is holds, fails, kernel's, told, or not run.

BEGIN { FS = "|"; OFS = "\t"; n_wanted = split(wanted, w, " "); for (i = 1; i <= n_wanted; i++) want[w[i]] = 1 }

FNR == 1 { file++ }
file == 1 {
	if (/^#/ || NF < 4) next
	for (i = 1; i <= NF; i++) gsub(/^[ \t]+|[ \t]+$/, "", $i)
	family = $1; sub(/[.].*/, "", family)
	if (n_wanted && !(family in want)) next
	names[++nr] = $1; how[$1] = $2; goal[$1] = $3; what[$1] = $4
	next
}
{ split($0, f, " ") }
f[1] == "#" { why[f[2]] = $0; sub(/^# [^ ]+ /, "", why[f[2]]); next }
f[1] == "=" { before[f[2]] = f[3]; next }
!(f[1] in how) { print "figures.awk: no figure " f[1] >"/dev/stderr"; bad = 1; next }
f[3] !~ /^-?[0-9]+([.][0-9]*)?(e[-+]?[0-9]+)?$/ { print "figures.awk: " f[1] " " f[2] ": " f[3] " is no number" >"/dev/stderr"; bad = 1; next }
{ sample[f[1], f[2], ++count[f[1], f[2]]] = f[3] + 0 }

END {
	for (k = 1; k <= nr; k++) {
		name = names[k]
		n = values(name)
		if (n <= 0) {
			print name, "-", "-", "-", 0, goal[name], "not run", "-", \
				what[name] " (" (name in why ? why[name] : "nothing was measured") ")"
			continue
		}
		sort(n)
		value = middle(1, n)
		print name, number(value), number(quantile(n, 0.25)), number(quantile(n, 0.75)), n, \
			goal[name], verdict(value, goal[name]), change(name, value), what[name]
	}
	exit bad
}

# values NAME: fills v[] by its HOW; how many
function values(name,    h, i, n, q) {
	split(how[name], h, " ")
	n = count[name, h[2]]
	if (h[1] == "median") {
		for (i = 1; i <= n; i++) v[i] = sample[name, h[2], i]
	} else if (h[1] == "last") {
		if (n) v[1] = sample[name, h[2], n]
		n = n ? 1 : 0
	} else if (h[1] == "ratio" || h[1] == "percent") {
		if (count[name, h[3]] != n) {
			print "figures.awk: " name ": " n + 0 " of " h[2] " and " \
				count[name, h[3]] + 0 " of " h[3] " make no pairs" >"/dev/stderr"
			bad = 1
			return 0
		}
		for (i = 1; i <= n; i++) {
			if (!sample[name, h[3], i]) return 0
			v[i] = sample[name, h[2], i] / sample[name, h[3], i]
			if (h[1] == "percent") v[i] *= 100
		}
	} else if (h[1] == "most") {
		if (!n || !most(name, h[3])) return 0
		v[1] = most(name, h[2]) / most(name, h[3])
		n = 1
	} else if (h[1] == "growth") {
		q = int(n / 4)
		if (!q) return 0
		for (i = 1; i <= q; i++) v[i] = sample[name, h[2], i]
		sort(q); first = middle(1, q)
		for (i = 1; i <= q; i++) v[i] = sample[name, h[2], n - q + i]
		sort(q)
		if (!first) return 0
		v[1] = middle(1, q) / first
		n = 1
	} else {
		print "figures.awk: " name ": what is " h[1] "?" >"/dev/stderr"
		bad = 1
		return 0
	}
	return n + 0
}

# most NAME SERIES: the greatest of it
function most(name, series,    i, m) {
	for (i = 1; i <= count[name, series]; i++)
		if (i == 1 || sample[name, series, i] > m) m = sample[name, series, i]
	return m
}

# sort N: v[1..N]; a few hundred at most
function sort(n,    i, j, x) {
	for (i = 2; i <= n; i++) {
		x = v[i]
		for (j = i - 1; j >= 1 && v[j] > x; j--) v[j + 1] = v[j]
		v[j + 1] = x
	}
}

function middle(from, to,    n) {
	n = to - from + 1
	return n % 2 ? v[from + (n - 1) / 2] : (v[from + n / 2 - 1] + v[from + n / 2]) / 2
}

function quantile(n, q,    at) {
	at = int((n - 1) * q + 0.5) + 1
	return v[at]
}

function verdict(value, goal,    g) {
	if (goal == "-") return "told"
	split(goal, g, " ")
	if (g[1] == "<=" ? value <= g[2] + 0 : value >= g[2] + 0) return "holds"
	return g[3] == "kernel" ? "kernel's" : "fails"
}

# change NAME VALUE: in percent, since the last time
function change(name, value) {
	if (!(name in before) || !(before[name] + 0)) return "-"
	return sprintf("%+.1f%%", (value / before[name] - 1) * 100)
}

function number(x) {
	return x == int(x) && x < 1e15 && x > -1e15 ? sprintf("%d", x) : sprintf("%.4g", x)
}
