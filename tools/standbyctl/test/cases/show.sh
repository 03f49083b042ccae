# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # machine and machines are run.sh's
# What is there, on each machine.

for f in "${machines[@]}"; do
	use "${f##*/}"
	show list
	show list-all list --all --output-all --summary never --raw
	show map map --width 100
	show doctor
	check "$machine: list -J follows the schema" valid list
	case $machine in
	*-bare)
		refuse increments
		refuse events
		;;
	*)
		show increments
		show events
		show stats
		show tree map --tree
		show table map --table
		check "$machine: increments -J follows the schema" valid increments
		check "$machine: events -J follows the schema" valid events
		;;
	esac
done

use sim-s390x-used
show list-bytes list --bytes --noheadings --summary always
show list-pairs list --pairs --output block,state,memmap,configured
show list-json list --json
show list-split list --split none --output block,size,usable --summary never
show list-more list --output +configured,valid-zones --summary never
show summary list --summary only
show events-jsonl events --jsonl --output-all
show inject
show inject-json inject --json
show stats-json stats --json
show doctor-json doctor --json
show map-colour map --color always --ascii --width 80
show map-narrow map --width 60
show svg map --svg -
show why-failed why 6
show why-online why 4
show why-standby why 12
show no-module list --no-module
use next-s390x-info-used
show why-failed why 10

is_json() { ctl "$@" -J | python3 -m json.tool; }
use sim-s390x-used
check "stats -J is JSON" is_json stats
check "doctor -J is JSON" is_json doctor

columns_by_environment() { STANDBYCTL_COLUMNS=block,state says 'BLOCK STATE' 0 list; }
use sim-s390x-used
check "STANDBYCTL_COLUMNS names the columns" columns_by_environment
columns_are_added() { STANDBYCTL_COLUMNS=+flags says ' INCREMENTS FLAGS' 0 list; }
check "STANDBYCTL_COLUMNS adds columns" columns_are_added
option_goes_before() { STANDBYCTL_COLUMNS=nothing ctl list -o block,size >/dev/null; }
check "--output goes before it" option_goes_before
unknown_column() { STANDBYCTL_COLUMNS=nothing says "there is no column nothing" 1 list; }
check "a column that is none is refused" unknown_column

# same_as SHORT LONG: options
same_as() {
	local short long
	# shellcheck disable=SC2086 # words
	short=$(ctl list $1) && long=$(ctl list $2) || return
	diff <(echo "$short") <(echo "$long")
}
check "-a -b -n -r" same_as "-a -b -n -r" "--all --bytes --noheadings --raw"
check "-P -o" same_as "-P -o block,state" "--pairs --output=block,state"
check "-S" same_as "-S state" "--split=state"
check "-J" same_as "-J" "--json"
refuse unlike list --json --raw
