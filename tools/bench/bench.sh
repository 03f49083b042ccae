#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench.sh [BENCHMARK]... - measure, in guests: what the module adds to the kernel's own
# cost, and where that cost grows. Those of PROVEN unless named. A table on stdout, each
# figure with its goal; exit status 1 if one does not hold, or a benchmark broke down.
#
# build/bench/bench.json has the same with the machine, versions and quartiles, and the
# pictures lie beside it. Each figure is compared with the run before ("change"); what
# was planted is not kept for that.
#
# Environment: ROUNDS (pairs of what is measured in pairs, 20), PLANT (turns of an empty
# loop put into each call of the module's notifier, to see that it shows), SCALE_BLOCKS
# (blocks that the scale benchmark brings online, 128), KERNELS (of those that are
# measured, "6.12 7.2 7.3 sim", where mirrors have them; sim.s390x is for the quickest),
# BY_CLOCK (no: handler counts instructions only).

. "$(dirname "$0")/../lab/common.sh"
# shellcheck source=tools/lab/rundir.sh
. "$LAB/rundir.sh"
# shellcheck source=tools/lab/mutants/mutate.sh
. "$LAB/mutants/mutate.sh"
# shellcheck source=tools/bench/cpu.sh
. "$TREE/tools/bench/cpu.sh"

here=$TREE/tools/bench
out=$BUILD/bench
take_dir "$out"
mkdir -p "$out"

# What has been run from end to end; of the others only parts have, or nothing.
PROVEN='handler scale ways device capacity control increments peer'
mapfile -t all < <(cd "$here/benchmarks" && for f in *.sh; do echo "${f%.sh}"; done)
# shellcheck disable=SC2086 # one word a benchmark
[ $# != 0 ] || set -- $PROVEN
for name; do
	[ -x "$here/benchmarks/$name.sh" ] || die "no benchmark $name (there is: ${all[*]})"
done

# plant: work in the notifier of the module that is measured. A turn is one instruction
# on s390x, and ndelay() has a cost of its own.
plant() {
	export MODULE_SRC=$out/planted MODULE_OUT=.planted
	mutate "$MODULE_SRC" hotplug/notifier.c "s/^\tmhps_ledger_begin(&row);/&\n\tfor (int i = 0; i < $PLANT; i++)\n\t\tbarrier();/" ||
		die "no place for work in the notifier"
}
[ -z "${PLANT:-}" ] || plant

# Benchmarks are children that end with us.
child=''
trap '[ -z "$child" ] || { kill "$child" && wait "$child"; } 2>/dev/null || true' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

: >"$out/took"
broken=''
samples=()
for name; do
	say "$name"
	began=$SECONDS cpu=$(children_cpu)
	"$here/benchmarks/$name.sh" >&2 &
	child=$!
	wait "$child" || broken="$broken $name"
	child=''
	echo "$name $((SECONDS - began)) $((($(children_cpu) - cpu) / 1000))" >>"$out/took"
	samples+=("$out/$name.samples")
done

touch "$out/before"
awk -v wanted="$*" -f "$here/figures.awk" "$here/figures" <(sed 's/^/= /' "$out/before") "${samples[@]}" \
	>"$out/table" || broken="$broken figures.awk"

awk -F '\t' '
	function line(a, b, c, d, e, f) { printf "%-30s %12s %12s  %-8s %8s  %s\n", a, b, c, d, e, f }
	BEGIN { line("figure", "measured", "goal", "verdict", "change", "what") }
	{ line($1, $2, $6, $7, $8, $9) }' "$out/table"

# Of figures that were measured now; the others stay.
if [ -z "${PLANT:-}" ]; then
	awk -F '[\t ]' 'FILENAME == ARGV[1] { was[$1] = $2; next } $2 != "-" { was[$1] = $2 }
		END { for (n in was) print n, was[n] }' "$out/before" "$out/table" | sort >"$out/before.new"
	mv "$out/before.new" "$out/before"
fi

# What it was measured on: nothing of it names the machine.
machine() {
	jq -n --arg cpu "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
		--argjson cpus "$(nproc)" --arg load "$(cut -d' ' -f 1-3 /proc/loadavg)" \
		--arg kernel "$(uname -r)" --arg date "$(date -u +%FT%TZ)" \
		--arg commit "$(git -C "$TREE" rev-parse --short HEAD 2>/dev/null || true)" \
		--arg planted "${PLANT:-}" \
		'{date: $date, commit: $commit, cpu: $cpu, cpus: $cpus, load: $load, host_kernel: $kernel,
		  planted: (if $planted == "" then null else ($planted | tonumber) end)}'
}
jq -R -n --argjson machine "$(machine)" \
	--argjson guests "$(cat "$out"/*.guests 2>/dev/null | sort -u | jq -R . | jq -s .)" \
	--argjson took "$(jq -R 'split(" ") | {(.[0]): {wall: (.[1] | tonumber), cpu: (.[2] | tonumber)}}' "$out/took" | jq -s add)" '
	def num: tonumber? // null;
	{machine: $machine, guests: $guests, seconds: $took,
	 figures: [inputs | split("\t") | {name: .[0], value: (.[1] | num), low: (.[2] | num),
		high: (.[3] | num), count: (.[4] | num), goal: .[5], verdict: .[6], change: .[7], what: .[8]}]}' \
	"$out/table" >"$out/bench.json"

if command -v gnuplot >/dev/null; then
	"$here/plot.sh" "$out"
else
	say "no gnuplot: no pictures (apt-get install gnuplot-nox)"
fi

say "$out/bench.json; it took $(awk '
	function minutes(s) { return sprintf("%d:%02d", s / 60, s % 60) }
	{ n += $2; cpu += $3 } END { print minutes(n) " minutes, " minutes(cpu) " of CPU" }' "$out/took")"
[ -z "$broken" ] || die "broke down:$broken"
! cut -f 7 "$out/table" | grep -qx fails
