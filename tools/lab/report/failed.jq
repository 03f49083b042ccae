# SPDX-License-Identifier: GPL-2.0-only
#
# failed.jq - of lines of results.awk those that failed, a line each: where, what, why

def short: gsub("\\s+"; " ") | if length > 200 then .[:200] + "..." else . end;

select(.kind == "result" and .result == "fail") |
([.reason, .said] | map(select(. != "")) | join("; ") | rtrimstr("\n") | short) as $why |
"# failed: \(.lane) \(.test)\(if .name == .test then "" else ": " + .name end)\(if $why == "" then "" else " (\($why))" end)"
