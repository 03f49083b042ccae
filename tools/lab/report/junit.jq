# SPDX-License-Identifier: GPL-2.0-only
#
# junit.jq - compare.jq's object as JUnit XML: a suite for each file of a lane.

def xml: tostring | @html | gsub("[^\\x09\\x0a\\x20-\\x7e]"; "?");

.results as $results |
"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
"<testsuites name=\"mhp_standby\" tests=\"\(.results | length)\" failures=\"\(.totals.failed)\" skipped=\"\(.totals.skipped)\">",
(.files[] | . as $f |
	[$results[] | select(.lane == $f.lane and .piece == $f.piece and .test == $f.test)] as $mine |
	"<testsuite name=\"\($f.lane | xml).\($f.test | xml)\" tests=\"\($mine | length)\" failures=\"\($f.failed)\" skipped=\"\($f.skipped)\" time=\"\($f.seconds // 0)\">",
	($mine[] |
		"<testcase classname=\"\(.lane | xml).\(.test | xml)\" name=\"\(.name | xml)\">" +
		(if .result == "fail" then "<failure message=\"\(if .reason != "" then .reason else .said end | .[0:200] | xml)\">\(.said | xml)</failure>"
		 elif .result == "skip" then "<skipped message=\"\(.reason | xml)\"/>"
		 else "" end) + "</testcase>"),
	(if $f.splats != "" then "<system-err>\($f.splats | xml)</system-err>" else empty end),
	"</testsuite>"),
"</testsuites>"
