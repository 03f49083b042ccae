# SPDX-License-Identifier: GPL-2.0-only
#
# compare.awk OLD NEW - two tables of report/table.jq: a row a test, what got worse, what
# got better, and what takes longer. Exit status as verdict.sh.

function add(which, lane, test, result, status, why, took,	key) {
	key = lane SUBSEP test
	if (!(key in seen)) { seen[key] = 1; order[++n] = key }
	if (result == "*") {
		whole[which, key] = status
		if (took != "") seconds[which, key] += took
		reason[which, key] = why
		if (status == "none") unknown[which] = 1
	} else {
		count[which, key, status]++
		any[which]++
	}
	# Twice the same name (a guest of each piece): the worse one counts.
	if ((which, key, result) in got && got[which, key, result] == "fail") return
	got[which, key, result] = status
	results[key] = results[key] (index(SUBSEP results[key] SUBSEP, SUBSEP result SUBSEP) ? "" : SUBSEP result)
}

FNR == 1 { which++ }
{ add(which, $1, $2, $3, $4, $5, $6) }

function cell(w, key,	text) {
	if (!((w, key) in whole)) return "-"
	if (whole[w, key] == "none") return "not run"
	text = count[w, key, "pass"] + 0 " ok"
	if (count[w, key, "fail"]) text = text ", " count[w, key, "fail"] " not"
	if (count[w, key, "skip"]) text = text ", " count[w, key, "skip"] " skip"
	if (whole[w, key] == "fail" && !count[w, key, "fail"]) text = text ", failed"
	return text ((w, key) in seconds ? ", " seconds[w, key] " s" : "")
}

function say(list, key, result, status, why,	part) {
	split(key, part, SUBSEP)
	return list "  " part[1] " " part[2] (result == "*" ? "" : ": " result) ": " status (why == "" ? "" : " (" why ")") "\n"
}

END {
	printf "%-22s %-22s %-30s %-30s %s\n", "LANE", "TEST", "OLD", "NEW", "CHANGE"
	for (i = 1; i <= n; i++) {
		key = order[i]
		m = split(substr(results[key], 2), name, SUBSEP)
		bad = good = 0
		for (j = 1; j <= m; j++) {
			a = got[1, key, name[j]]; b = got[2, key, name[j]]
			why = name[j] == "*" ? reason[2, key] : ""
			if (b == "fail" && a != "fail") {
				# The test as a whole fails for its results, unless it says why.
				if (name[j] == "*" && why == "" && count[2, key, "fail"]) continue
				worse = say(worse, key, name[j], a == "" ? "new, fails" : a " -> fail", why); bad++
			} else if (a == "fail" && b == "fail" && name[j] == "*" && why != "" && why != reason[1, key]) {
				worse = say(worse, key, "*", "fails otherwise", why); bad++
			} else if (a == "fail" && b != "fail" && b != "none" && b != "") {
				if (name[j] == "*" && reason[1, key] == "" && count[1, key, "fail"]) continue
				better = say(better, key, name[j], "fail -> " b, name[j] == "*" ? reason[1, key] : ""); good++
			} else if (a == "pass" && (b == "" || b == "none" || b == "skip")) {
				lost = say(lost, key, name[j], "pass -> " (b == "skip" ? "skip" : "no result"), why)
			}
		}
		if ((1, key) in seconds && (2, key) in seconds) {
			s = seconds[1, key]; t = seconds[2, key]
			if (t > 1.5 * s && t - s >= 5 || s > 1.5 * t && s - t >= 5)
				times = say(times, key, "*", s " s -> " t " s")
		}
		split(key, part, SUBSEP)
		printf "%-22s %-22s %-30s %-30s %s\n", part[1], part[2], cell(1, key), cell(2, key),
			bad ? "worse" : good ? "better" : whole[1, key] != whole[2, key] ? "differs" : ""
	}
	if (worse) printf "\nGot worse:\n%s", worse
	if (better) printf "\nGot better:\n%s", better
	if (lost) printf "\nNo longer tested:\n%s", lost
	if (times) printf "\nTimes:\n%s", times
	if (worse) exit 1
	if (unknown[1] || unknown[2] || !any[1] || !any[2]) {
		print "\nCannot tell: not everything was run."
		exit 125
	}
	if (!better && !lost) print "\nNothing changed."
}
