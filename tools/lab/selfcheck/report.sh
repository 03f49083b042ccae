#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# report.sh - the page of a run, opened and clicked through in a real browser. Two
# runs that were recorded (here) make one with something to see. KTAP on stdout.

. "$(dirname "$0")/../common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export BUILD=$work/build
run=$BUILD/run
mkdir -p "$run"

# lane RESULT TIME: a piece of a lane, with this result of its second test
lane() {
	cat <<-EOT
		KTAP version 1
		# sim-s390x: Linux 6.12, tcg, 1 CPUs, 4G of memory, mem=1G
		1..3
		  # Subtest: lifecycle
		  KTAP version 1
		  # has: model=event
		  1..3
		  ok 1 whole life
		  # state: expected online got <b>offline</b> "\\
		  $1 2 comes back
		  ok 3 lsmem shows it # SKIP no lsmem that works
		  # lifecycle took $2 s
		$([ "$1" = ok ] && echo ok || echo not ok) 1 lifecycle
		  # Subtest: events
		  KTAP version 1
		  1..1
		  ok 1 in order
		  # log: [    5.2] ------------[ cut here ]------------
		  # log: [    5.2] WARNING: CPU: 0 PID: 7 at mm/memory_hotplug.c:99 late_work+0x10/0x20
		$(seq -f '  # log: [    5.3]  function_number_%g+0x10/0x20' 300)
		  # events took 3.1 s
		not ok 2 events # splat: WARNING: CPU: 0 PID: 7 at mm/memory_hotplug.c:99
		# console log: $run/sim-s390x+1/console.1.log
		ok 3 guest
	EOT
}

lane ok 4.0 >"$run/sim-s390x+1.ktap"
printf 'KTAP version 1\n1..2\n  # Subtest: lifecycle\n  1..1\n  ok 1 whole life\n  # lifecycle took 2.0 s\nok 1 lifecycle\nok 2 guest\n' >"$run/sim-x86_64.ktap"
"$LAB/report.sh" sim-s390x+1 sim-x86_64 >"$work/first"
lane "not ok" 44.0 >"$run/sim-s390x+1.ktap"
"$LAB/report.sh" sim-s390x+1 sim-x86_64 >"$work/second"

# What a person would do, and see. Each line it leaves is a result.
cat >"$work/click.js" <<'E2'
<script>
const out = document.body.appendChild(document.createElement("pre"));
out.id = "selfcheck";
function check(what, is) { out.append((is ? "ok - " : "not ok - ") + what + "\n"); }
const button = (l, t) => document.querySelector(`button[data-lane="${l}"][data-test="${t}"]`);
const shown = () => [...document.querySelectorAll("#grid tbody tr th")].map(e => e.textContent).join(" ");
const panel = () => document.getElementById("panel");
const pick = v => { const s = document.getElementById("show"); s.value = v; s.dispatchEvent(new Event("change")); };
check("the totals", document.getElementById("totals").textContent === "5 passed, 2 failed, 1 skipped");
check("a row for each test", shown() === "lifecycle events guest");
check("a column for each lane", document.querySelectorAll("#grid thead th").length === 3);
check("no cell for what a lane does not have", !button("sim-x86_64", "events"));
check("nothing is open", panel().hidden);
check("a failed cell says so", button("sim-s390x", "lifecycle").textContent === "1 failed44.0 s");
check("a changed cell is marked", button("sim-s390x", "lifecycle").parentNode.classList.contains("changed"));
check("one that did not change is not", !button("sim-x86_64", "lifecycle").parentNode.classList.contains("changed"));
check("changes are told", /comes back: pass, now fail/.test(document.getElementById("changes").textContent));
button("sim-s390x", "lifecycle").click();
check("a click opens a cell", !panel().hidden && /^sim-s390x: lifecycle, 44.0 s/.test(document.getElementById("opened").textContent));
check("with its results", document.querySelectorAll("#results tr").length === 3);
check("with what the failed one said, as text", /expected online got <b>offline<\/b> "\\/.test(document.querySelector("#results pre").textContent) && !panel().querySelector("b"));
check("with the reason of a skip", /no lsmem that works/.test(panel().textContent));
check("with what is other than before", /4 s, now 44 s/.test(document.getElementById("news").textContent));
check("with its whole log", /# has: model=event/.test(panel().querySelector("pre.log").textContent));
check("with an address of its own", decodeURIComponent(location.hash) === "#sim-s390x\tlifecycle");
button("sim-s390x", "events").click();
check("a second click opens another", /^sim-s390x: events/.test(document.getElementById("opened").textContent));
check("a splat fails a file all of whose results passed", /^1 failed/.test(button("sim-s390x", "events").textContent) && button("sim-s390x", "events").parentNode.classList.contains("fail"));
check("with the splat and its symbols", /late_work\+0x10/.test(panel().querySelector("pre.splats").textContent));
check("with the name of the console log", /console\.1\.log/.test(panel().textContent));
pick("fail");
check("only failures", shown() === "lifecycle events");
pick("changed");
check("only changes", shown() === "lifecycle");
pick("all");
check("all again", shown() === "lifecycle events guest");
</script>
E2
wanted=$(grep -c '^check(' "$work/click.js")
sed "/<\/body>/{
r $work/click.js
N
}" "$run/report.html" >"$work/clicked.html"

number=0 failed=0
# result DESCRIPTION STATUS
result() {
	number=$((number + 1))
	[ "$2" = 0 ] || failed=$((failed + 1))
	echo "$([ "$2" = 0 ] || echo 'not ')ok $number $1"
}

echo "KTAP version 1"
s=0; grep -qx '# changed: sim-s390x lifecycle: comes back: pass, now fail' "$work/second" || s=1
result "the stream says what changed" $s
s=0; ! grep -q '^# changed' "$work/first" || s=1
result "a first run has nothing to compare with" $s
s=0; grep -qxF '# failed: sim-s390x lifecycle: comes back (state: expected online got <b>offline</b> "\)' "$work/second" || s=1
result "and what failed, with what it said" $s
s=0; grep -qx '# failed: sim-s390x events: the file as a whole (splat: WARNING: .*)' "$work/second" || s=1
result "a file as well that failed for its splat" $s
s=0; ! grep -q '^# failed: .* lifecycle' "$work/first" || s=1
result "of a file that passed nothing is told" $s
s=0; jq -es 'map(select(.kind == "result")) | length == 8' "$run/results.jsonl" >/dev/null || s=1
result "JSON lines: each result is there" $s
# Its own parser, as it is there anyway.
{
	echo '<!DOCTYPE html><meta charset="utf-8"><script id="x" type="text/plain">'
	cat "$run/junit.xml"
	cat <<-'E2'
		</script><script>
		const d = new DOMParser().parseFromString(document.getElementById("x").textContent.trim(), "text/xml");
		const n = s => d.querySelectorAll(s).length;
		document.title = d.querySelector("parsererror") ? "no XML" : [n("testsuite"), n("testcase"), n("failure"), n("skipped")].join(" ");
		document.body.append(document.title);
		</script>
	E2
} >"$work/junit.html"

# browse FILE: the page, as it is when its scripts are done
browse() {
	timeout -k 5 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
		--disable-background-networking --disable-component-update --disable-sync \
		--user-data-dir="$work/profile" --virtual-time-budget=5000 --dump-dom "file://$1" 2>"$work/chromium.log"
}

browse "$work/junit.html" >"$work/junit.dom" || true
# The file that failed for its splat has a case of its own.
s=0; grep -q '<title>5 8 2 1</title>' "$work/junit.dom" || { s=1; grep -o '<title>.*</title>' "$work/junit.dom" | sed 's/^/# /'; }
result "JUnit: it is XML, with each suite, case, failure and skip" $s
browse "$work/clicked.html" >"$work/dom" || true
sed -n '/<pre id="selfcheck">/,/<\/pre>/p' "$work/dom" | sed 's/<[^>]*>//g' | grep ok >"$work/clicks" || true
while IFS= read -r line; do
	s=0; [ "${line#not }" = "$line" ] || s=1
	result "page: ${line#*ok - }" $s
done <"$work/clicks"
s=0; [ "$(wc -l <"$work/clicks")" = "$wanted" ] || { s=1; sed 's/^/# /' "$work/chromium.log" | tail -n 5; }
result "the browser got to the end of it ($wanted looks)" $s
echo "1..$number"
[ "$failed" = 0 ] || die "$failed of $number failed"
