# SPDX-License-Identifier: GPL-2.0-only
#
# results.awk - a lane's KTAP stream as JSON lines, in the order of the stream:
#	awk -v piece=NAME -f results.awk NAME.ktap
#	{"kind":"result", lane, piece, test, name, result, reason, said}
#	{"kind":"test", ..., result, reason, seconds, passed, failed, skipped, splats,
#		log, console}			behind the results of its file
#	{"kind":"lane", lane, piece, about}
#	{"kind":"not_run", lane, piece, test, reason}	there was nothing to boot
# result is pass, fail or skip. said is what the test said before, log all it said.

BEGIN { lane = piece; sub(/[+].*/, "", lane) }

/^# .*: Linux / && !about { about = substr($0, 3); printf "{\"kind\":\"lane\",%s,\"about\":%s}\n", who(), str(about); next }
/^1\.\.0 # SKIP not run: / { printf "{\"kind\":\"not_run\",%s,\"test\":\"*\",\"reason\":%s}\n", who(), str(substr($0, 22)); next }
/^  # Subtest: / { test = substr($0, 14); log_text = said = splats = seconds = ""; n["pass"] = n["fail"] = n["skip"] = 0; inside = 1; next }

inside && /^  / {
	line = substr($0, 3)
	if (length(log_text) < 65536)
		log_text = log_text line "\n"
	if (line ~ /^(not )?ok /) {
		judge(line)
		n[result]++
		print_result("result", line)
		said = ""
	} else if (line ~ /^# log: /) {
		splats = splats substr(line, 8) "\n"
	} else if (line ~ /^# [^ ]+ took [0-9.]+ s$/) {
		seconds = $4
	} else if (line ~ /^1\.\.0 # SKIP/) {
		said = said substr(line, 6) "\n"
	} else if (line ~ /^# / && line !~ /^# (Totals|has): /) {
		said = said substr(line, 3) "\n"
	}
	next
}

# The line that sums up a file, or what the lane says of its guests.
/^(not )?ok / {
	judge($0)
	if (!inside) {
		test = name
		log_text = said = outside
		splats = result == "fail" ? outside : ""
		n["pass"] = n["fail"] = n["skip"] = 0
		n[result] = 1
		print_result("result", $0)
	} else if (result == "fail" && !n["fail"]) {
		# As the lane counts it: wrong with the file, and with none of its results.
		name = "the file as a whole"
		said = splats
		n["fail"] = 1
		print_result("result", $0)
	}
	inside = 0
	# No sprintf(): mawk's has an end, and a log may be long.
	pending = "{\"kind\":\"test\"," who() ",\"test\":" str(test) ",\"result\":" str(result) \
		",\"reason\":" str(reason) ",\"seconds\":" (seconds == "" ? "null" : seconds + 0) \
		",\"passed\":" n["pass"] ",\"failed\":" n["fail"] ",\"skipped\":" n["skip"] \
		",\"splats\":" str(splats) ",\"log\":" str(log_text) ",\"console\":"
	outside = seconds = ""
	next
}
/^# console logs?: / { sub(/^# console logs?: /, ""); give_away($0); next }
/^# / { outside = outside substr($0, 3) "\n" }
END { give_away("") }

# A file's line waits for the name of its log, which comes behind it.
function give_away(console) {
	if (pending != "")
		print pending str(console) "}"
	pending = ""
}

# judge LINE: sets result, name and reason
function judge(line) {
	result = line ~ /^not / ? "fail" : "pass"
	sub(/^(not )?ok [0-9]+ ?(- )?/, "", line)
	reason = ""
	if (match(line, /(^| )# /)) {
		reason = substr(line, RSTART + RLENGTH)
		line = substr(line, 1, RSTART - 1)
	}
	if (result == "pass" && reason ~ /^SKIP/) {
		result = "skip"
		sub(/^SKIP ?/, "", reason)
	}
	name = line
	sub(/ +$/, "", name)
}

function print_result(kind, line) {
	give_away("")
	printf "{\"kind\":%s,%s,\"test\":%s,\"name\":%s,\"result\":%s,\"reason\":%s,\"said\":%s}\n", \
		str(kind), who(), str(test), str(name), str(result), str(reason), str(said)
}

function who() {
	return "\"lane\":" str(lane) ",\"piece\":" str(piece)
}

function str(s) {
	gsub(/\\/, "\\\\&", s)
	gsub(/"/, "\\\"", s)
	gsub(/\t/, "\\t", s)
	gsub(/\r/, "", s)
	gsub(/\n/, "\\n", s)
	gsub(/[\001-\037\177-\377]/, "?", s)
	return "\"" s "\""
}
