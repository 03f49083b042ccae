#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# figures.sh - the arithmetic of the benchmarks on numbers whose answer is known,
# without a guest. KTAP on stdout.

set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/mhp_figures.XXXXXX")
trap 'rm -rf "$work"' EXIT
number=0 failed=0

cat >"$work/figures" <<'END'
# NAME | HOW | GOAL | WHAT
a.ratio | ratio x y | <= 1.02 | pairs
a.share | percent x y | <= 5 | percent of pairs
a.median | median x | >= 10 | a median
a.growth | growth x | <= 1.2 | how it grows
a.last | last x | - | the last one
a.most | most x y | <= 1.02 | where the clock loses something
a.kernel | last x | <= 10 kernel | what the kernel keeps from its goal
b.other | median x | - | of another benchmark
END

# figure DESCRIPTION NAME WANTED [SAMPLE]...: WANTED is "VALUE LOW HIGH COUNT VERDICT CHANGE"
figure() {
	local what=$1 name=$2 want=$3 got
	shift 3
	printf '%s\n' "$@" >"$work/samples"
	got=$(awk -f "$here/../figures.awk" "$work/figures" "$work/samples" 2>"$work/err" |
		awk -F '\t' -v n="$name" '$1 == n { print $2, $3, $4, $5, $7, $8 }')
	check "$what" "$want" "$got"
}

check() {
	number=$((number + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $number $1"
	else
		failed=$((failed + 1))
		printf '# wanted: %s\n# got:    %s\n' "$2" "$3"
		sed 's/^/# | /' "$work/err"
		echo "not ok $number $1"
	fi
}

# pairs NAME PERCENT: twenty pairs that differ by so much, on a machine that is slower
# and slower
pairs() {
	awk -v name="$1" -v percent="$2" 'BEGIN {
		for (i = 0; i < 20; i++) {
			slow = 1 + i / 10
			printf "%s y %.3f\n", name, 16000 * slow
			printf "%s x %.3f\n", name, 16000 * slow * (1 + percent / 100)
		}
	}'
}

echo "KTAP version 1"
mapfile -t same < <(pairs a.ratio 0)
figure "pairs that are the same: the ratio is one, whatever the machine does meanwhile" \
	a.ratio "1 1 1 20 holds -" "${same[@]}"
mapfile -t planted < <(pairs a.ratio 5)
figure "five percent more turn the verdict" a.ratio "1.05 1.05 1.05 20 fails -" "${planted[@]}"
figure "... and show as a change" a.ratio "1.05 1.05 1.05 20 fails +5.0%" "= a.ratio 1" "${planted[@]}"
mapfile -t less < <(pairs a.ratio 1)
figure "one percent does not" a.ratio "1.01 1.01 1.01 20 holds -" "${less[@]}"
figure "the middle pair counts, not one that was disturbed" a.ratio "1 1 9 3 holds -" \
	"a.ratio x 100" "a.ratio y 100" "a.ratio x 900" "a.ratio y 100" "a.ratio x 50" "a.ratio y 50"
figure "pairs are pairs by their place" a.ratio "2 2 2 2 fails -" \
	"a.ratio x 2" "a.ratio x 20" "a.ratio y 1" "a.ratio y 10"
figure "what the clock lost does not count" a.most "1.05 1.05 1.05 1 fails -" \
	"a.most x 30" "a.most x 105" "a.most x 2" "a.most y 100" "a.most y 99" "a.most y 1"
figure "... nothing beside something is no ratio" a.most "- - - 0 not run -" "a.most x 1"
figure "percent" a.share "5 5 5 1 holds -" "a.share x 5" "a.share y 100"
figure "... just over the goal" a.share "5.01 5.01 5.01 1 fails -" "a.share x 501" "a.share y 10000"
figure "median of an even number" a.median "15 10 20 2 holds -" "a.median x 20" "a.median x 10"
figure "at least: less is a failure" a.median "9 9 9 1 fails -" "a.median x 9"
figure "growth: the last quarter beside the first" a.growth "3 3 3 1 fails -" \
	"a.growth x 1" "a.growth x 1" "a.growth x 2" "a.growth x 2" \
	"a.growth x 2" "a.growth x 2" "a.growth x 3" "a.growth x 3"
figure "what is only told has no verdict" a.last "7 7 7 1 told -" "a.last x 5" "a.last x 7"
figure "what the kernel keeps from its goal is none of our failures" a.kernel "11 11 11 1 kernel's -" "a.kernel x 11"
figure "... and holds where it does" a.kernel "10 10 10 1 holds -" "a.kernel x 10"
figure "nothing measured is no success" a.ratio "- - - 0 not run -" "a.last x 1"
figure "half a pair is no pair" a.ratio "- - - 0 not run -" "a.ratio x 1" "a.ratio x 2" "a.ratio y 1"
check "... and that is said" "figures.awk: a.ratio: 2 of x and 1 of y make no pairs" "$(cat "$work/err")"
figure "a sample that is no number is none" a.last "- - - 0 not run -" "a.last x EBUSY"
figure "what a division by zero would be" a.ratio "- - - 0 not run -" "a.ratio x 1" "a.ratio y 0"

echo "a.last x 1e3" >"$work/samples"
got=$(awk -v wanted=b -f "$here/../figures.awk" "$work/figures" "$work/samples" 2>/dev/null | cut -f 1 | xargs)
check "only what was asked for" b.other "$got"
echo "c.what x 1" >"$work/samples"
awk -f "$here/../figures.awk" "$work/figures" "$work/samples" >/dev/null 2>"$work/err" && failed=$((failed + 1))
check "a sample of no figure is an error" "figures.awk: no figure c.what" "$(cat "$work/err")"
awk -f "$here/../figures.awk" "$here/../figures" /dev/null >"$work/table" 2>"$work/err"
check "each figure has four fields and a HOW that is known" "" \
	"$(cat "$work/err"; grep -v '^#' "$here/../figures" | awk -F '|' 'NF && NF != 4
		{ split($2, h, " "); if (NF && h[1] !~ /^(median|ratio|percent|most|growth|last)$/) print }')"

echo "1..$number"
[ "$failed" = 0 ]
