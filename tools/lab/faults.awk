# SPDX-License-Identifier: GPL-2.0-only
#
# faults.awk - of the KTAP of lanes: which faults of the kernel were seen in which of
# them, and which of those that tests look for are not there; see selftests/faults.sh.

function found(fault, what) {
	if (!seen[fault, what, lane]++)
		lanes[fault, what] = lanes[fault, what] " " lane
	if (fault > last)
		last = fault
}

FNR == 1 {
	lane = FILENAME
	sub(/.*\//, "", lane)
	sub(/(\+.*)?\.ktap$/, "", lane)
}
sub(/.*# XFAIL kernel fault /, "") {
	for (i = 1; i <= NF; i++)
		found($i + 0, "in")
}
sub(/^ *# kernel fault /, "") && sub(/: fixed here$/, "") {
	found($0 + 0, "fixed in")
}

END {
	for (i = 1; i <= last; i++) {
		if ((i, "in") in lanes)
			print "# kernel fault " i " in" lanes[i, "in"]
		if ((i, "fixed in") in lanes)
			print "# kernel fault " i " fixed in" lanes[i, "fixed in"]
	}
}
