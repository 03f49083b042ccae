#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# coverage.sh - which lines of the module, and of the kernel's own memory
# hotplug, do the selftests reach? Runs them on kernels that count (KERNEL=coverage),
# and adds up. A table on stdout;
# build/coverage/index.html has each line, build/coverage/missed those never reached.
# Exit status 1 if less than GOAL (95) percent of the module's lines are reached.
#
# Environment: LANES (those below, of which each has lines that none of the others
# has), TESTS (all of the lane's), GOAL; KEEP=y (nothing is run, what the last
# run left is added up).

. "$(dirname "$0")/../lab/common.sh"
# shellcheck source=tools/lab/rundir.sh
. "$LAB/rundir.sh"
# shellcheck source=tools/lab/qemu.sh
. "$LAB/qemu.sh"

export LANES=${LANES:-sim-x86_64 adopt-x86_64 numa-x86_64 force-s390x sclp-s390x.info sclp-s390x.on sclp-s390x.host}
out=$BUILD/coverage
take_dir "$out"
rm -rf "$out"
# What the report calls sources, whatever the lane.
src=$out/src
mkdir -p "$src/linux"
cp -r "$TREE/module" "$src/"
"$LAB/host.sh" kernel coverage
export KERNEL=coverage COVERAGE=y

if [ "${KEEP:-}" != y ]; then
	find "$BUILD/run" -name 'coverage.*.tar' -delete 2>/dev/null || true
	"$LAB/check.sh" >"$out/ktap" || say "not all of it passed; see $out/ktap"
fi

# beside DIR KERNEL: to each counter what the compiler said of its lines
beside() {
	local counter rel said
	while read -r counter; do
		rel=${counter#"$1"}
		case $rel in
		*/headers/*) said=$2/covered/${rel##*/headers/} ;;
		*) said=$rel ;;
		esac
		cp "${said%.gcda}.gcno" "${counter%.gcda}.gcno"
	done < <(find "$1" -name '*.gcda')
}

# read_counters TAR NAME: of the lane that is loaded
read_counters() {
	local dir=$out/raw/$2
	mkdir -p "$dir"
	# One that a guest did not finish is followed by none.
	tar -C "$dir" --ignore-zeros -xf "$1" || say "$1 ends early"
	beside "$dir" "$kernel"
	# CPUs that count at once lose some: to gcov a branch may have been taken -1 times.
	# Objects were built by their place in a directory that now has another name.
	gcovr --root / --filter "$TREE/module/" --filter "$kernel/covered/.*\.c$" --exclude '.*_kunit\.[ch]$' \
		--gcov-executable "${CROSS_COMPILE}gcov" --gcov-ignore-parse-errors --json "$out/$2.raw" "$dir" >"$out/$2.log" 2>&1 ||
		die "gcovr: $(tail -n 1 "$out/$2.log"); log: $out/$2.log"
	# Lines add up, functions need not be at the same one: CONFIG_NUMA has some twice.
	sed -e "s,\"[^\"]*${kernel#/}/covered/,\"linux/,g" -e "s,\"[^\"]*$(module_dir "$kernel")/module/,\"module/,g" \
		"$out/$2.raw" |
		jq -c '.files[].functions = []' >"$out/$2.json"
}

reports=()
while read -r lane _; do
	lane_load "$lane"
	kernel=$(lane_kernel)
	(cd "$kernel/covered" && find . -name '*.c' -exec cp --parents {} "$src/linux" \;)
	for tar in "$BUILD/run/$lane" "$BUILD/run/$lane"+*; do
		[ -d "$tar" ] || continue
		while read -r tar; do
			report=${tar#"$BUILD/run/"} report=${report%.tar} report=${report//\//.}
			read_counters "$tar" "$report"
			reports+=(-a "$out/$report.json")
		done < <(find "$tar" -name 'coverage.*.tar' -size +0)
	done
done <"$BUILD/run/plan"
[ ${#reports[@]} != 0 ] || die "nothing was counted; see $out/ktap"
gcovr --root "$src" "${reports[@]}" --html-details "$out/index.html" --json-summary "$out/summary.json" \
	--json "$out/all.json" --html-title mhp_standby >"$out/gcovr.log" 2>&1 ||
	die "gcovr: $(tail -n 1 "$out/gcovr.log")"

# FILE LINES REACHED, the module's by folder
jq -r 'def sum: {name: .[0].name, lines: (map(.lines) | add), reached: (map(.reached) | add)};
	[.files[] | {name: .filename, lines: .line_total, reached: .line_covered}
	 | if .name | startswith("module") then .name |= sub("/[^/]*$"; "") else . end]
	| (group_by(.name) | map(sum)) + [map(select(.name | startswith("module"))) | sum | .name = "module, all"]
	| .[] | [.name, .lines, .reached] | @tsv' "$out/summary.json" >"$out/table"
awk -F '\t' 'BEGIN { printf "%-32s %7s %7s %8s\n", "lines of", "all", "reached", "percent" }
	{ printf "%-32s %7d %7d %8.1f\n", $1, $2, $3, $2 ? 100 * $3 / $2 : 0 }' "$out/table"

# FILE:LINE: what is there
jq -r '.files[] | .file as $file | .lines[]
	| select(.count == 0 and (."gcovr/noncode" | not)) | [$file, .line_number] | @tsv' "$out/all.json" |
	(cd "$src" && awk -F '\t' '
		$1 != last { close(last); last = $1; n = 0 }
		{
			while (n < $2 && (getline line < $1) > 0) n++
			print $1 ":" $2 ":" line
		}') >"$out/missed"
say "$out/index.html, $out/missed"
awk -F '\t' -v goal="${GOAL:-95}" '$1 == "module, all" { ok = $2 && 100 * $3 / $2 >= goal } END { exit !ok }' "$out/table" ||
	die "less than ${GOAL:-95} percent of the module's lines"
