# SPDX-License-Identifier: GPL-2.0-only
#
# results.awk - the KTAP of make check as a table for programs, a row a result:
#	lane <tab> test <tab> result <tab> pass|fail|skip|none <tab> why <tab> seconds
# The result "*" is the test as a whole, which may fail for reasons of its own. "none" is what
# says nothing of the kernel: it was not built, did not boot, or was not there.
#
# Lanes are the subtests of two blanks, tests those of four. A lane that was split
# over guests is one.

function row(test, result, status, why, seconds) {
	printf "%s\t%s\t%s\t%s\t%s\t%s\n", lane, test, result, status, why, seconds
}

{ sub(/\r$/, "") }
/^  # Subtest: / { lane = $3; sub(/,[0-9]+$/, "", lane); test = ""; next }
/^    # Subtest: / { test = $3; next }
/^    # [a-z0-9_]+ took [0-9]+ s/ { seconds[lane, $2] += $4; next }

# Results of one test, and of the lane: a test each, or the guest.
/^  (  )?(not )?ok [0-9]+/ {
	own = /^    /
	status = /^ *not/ ? "fail" : "pass"
	sub(/^ *(not )?ok [0-9]+ *(- )?/, "")
	why = ""
	if (match($0, / *# /)) {
		why = substr($0, RSTART + RLENGTH)
		$0 = substr($0, 1, RSTART - 1)
	}
	if (why ~ /^SKIP/) { status = "skip"; sub(/^SKIP */, "", why) }
	if (own) {
		row(test, $0, status, why)
		next
	}
	if (status == "fail" && (why ~ /^(not run|nothing to boot)/ || $0 == "prepare"))
		status = "none"
	# A guest that did not come up has no result of its own.
	if ($0 == "guest" && status == "fail" && why ~ /did not come up|QEMU/)
		status = "none"
	row($0, "*", status, why, seconds[lane, $0])
	test = ""
}

# A lane for which there was no kernel.
/^ok [0-9]+ .*# SKIP not run/ {
	lane = $3
	sub(/,[0-9]+$/, "", lane)
	sub(/.*# SKIP /, "")
	row("*", "*", "none", $0)
}
