# SPDX-License-Identifier: GPL-2.0-only
#
# table.jq - lines of results.awk as a table, a row a result:
#	lane <tab> test <tab> result <tab> pass|fail|skip|none <tab> why <tab> seconds
# The result "*" is the test as a whole, which may fail for reasons of its own. "none"
# is what says nothing of the kernel: it was not built, did not boot, or was not there.

def says_nothing:
	.result == "fail" and (
		(.reason | test("^(not run|nothing to boot)")) or .test == "prepare" or
		# A guest that did not come up has no result of its own.
		(.test == "guest" and (.reason | test("did not come up|QEMU"))));

def row($result; $status; $seconds): [.lane, .test, $result, $status, .reason, $seconds] | @tsv;

if .kind == "test" then row("*"; if says_nothing then "none" else .result end; .seconds)
elif .kind == "not_run" then row("*"; "none"; null)
# What a lane says of itself is there as a test, and a file's own verdict is.
elif .kind == "result" and .name != .test and .name != "the file as a whole" then
	row(.name; .result; null)
else empty end
