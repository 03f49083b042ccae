# SPDX-License-Identifier: GPL-2.0-only
#
# compare.jq - $now (lines of results.awk) as one object for the page, with what is
# other than in $before (the same of an earlier run, without logs).

def id: [.lane, .test, .name // ""] | tojson;
def counted: {passed: 0, failed: 0, skipped: 0} +
	(group_by(.result) | map({({pass: "passed", fail: "failed", skip: "skipped"}[.[0].result]): length}) | add // {});

($before | map(select(.kind == "result") | {key: id, value: .}) | from_entries) as $was |
($before | map(select(.kind == "test") | {key: ([.lane, .test] | tojson), value: .}) | from_entries) as $took |
($now | map(select(.kind == "result"))) as $results |
($now | map(select(.kind == "test"))) as $files |
($results | map({key: id, value: true}) | from_entries) as $there |
([$files[] | [.lane, .test] | tojson]) as $ran |

# Results that are others now, those that are gone from files that ran, and times.
[
	($results[] | id as $id | $was[$id] as $old |
		select($old and $old.result != .result) |
		{lane, test, name, what: "\($old.result), now \(.result)",
		 worse: (.result == "fail"), reason}),
	($results[] | select($was | length > 0) | id as $id |
		select(($was[$id] | not) and $took[[.lane, .test] | tojson] and .result == "fail") |
		{lane, test, name, what: "new, and fails", worse: true, reason}),
	($was[] | select(([.lane, .test] | tojson | IN($ran[])) and ($there[id] | not)) |
		{lane, test, name, what: "gone (was \(.result))", worse: true}),
	($files[] | . as $f | $took[[.lane, .test] | tojson] as $old |
		select($old and $old.seconds and .seconds and
			(.seconds > 10 or $old.seconds > 10) and
			(.seconds > 2 * $old.seconds or 2 * .seconds < $old.seconds)) |
		{lane, test, name: null, what: "\($old.seconds) s, now \($f.seconds) s", worse: false})
] as $changes |

{
	when: $when, commit: $commit,
	totals: ($results | counted),
	compared: ($before | length > 0),
	lanes: [$now[] | .lane] | unique,
	about: [$now[] | select(.kind == "lane" or .kind == "not_run") |
		{lane, piece, about: (.about // "not run: \(.reason)")}],
	tests: (reduce $files[].test as $t ([]; if index($t) then . else . + [$t] end)),
	files: $files,
	results: $results,
	changes: $changes
}
