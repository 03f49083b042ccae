#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# docs.sh DIR - what is generated from the option table, in DIR: does troff take
# the manual page, and do bash and zsh complete what they should? KTAP.

set -u
here=$(cd "$(dirname "$0")" && pwd)
dir=$1
# shellcheck source=selftests/ktap.sh
. "$here/../../../selftests/ktap.sh"
# shellcheck source=tools/lab/ktap_check.sh
. "$here/../../lab/ktap_check.sh"

# warns_not FILE: groff has nothing to say of a page
warns_not() {
	local out
	out=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$1" 2>&1 >/dev/null)
	[ -z "$out" ] || { echo "$out"; return 1; }
}

# documents: each verb and each long option is in the page
documents() {
	local page missing=0 word
	page=$(LC_ALL=C man -l "$dir/standbyctl.8" | col -b)
	for word in list online offline why doctor --memmap-on-memory --dry-run --follow ALTMAP-PAGES; do
		grep -qF -e "$word" <<<"$page" || { echo "no $word"; missing=1; }
	done
	return $missing
}

# fits LINES COMMAND...: on a terminal of 80 columns
fits() {
	local lines=$1
	shift
	"$@" | awk -v lines="$lines" '
		length > 80 { print "too wide: " $0; bad = 1 }
		END { if (NR > lines) { print NR " lines, not " lines; bad = 1 } exit bad }'
}

# Columns make it longer, and a pager is for that.
verbs_fit() {
	local verb bad=0
	for verb in $("$dir/standbyctl" --help | awk '/^ / { print $1 }'); do
		fits 50 "$dir/standbyctl" "$verb" --help || { echo "in $verb"; bad=1; }
	done
	return $bad
}

# bash_completes WANTED WORD...: the last word is completed
bash_completes() {
	local want=$1 got
	shift
	got=$(bash --norc -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _standbyctl; echo "${COMPREPLY[*]}"' \
		bash "$dir/standbyctl.bash" "$@")
	[ "$got" = "$want" ] || { echo "expected '$want', got '$got'"; return 1; }
}

# zsh_offers TEXT WORD...: among what it has for the last word
zsh_offers() {
	local want=$1 got
	shift
	# shellcheck disable=SC2016 # for zsh
	got=$(zsh -f -c '
		_describe() { print -l -- ${(P)2} }
		_arguments() { print -l -- "$@" }
		file=$1; shift; words=("$@"); CURRENT=$#; . $file' zsh "$dir/_standbyctl" "$@" 2>&1)
	grep -qF -e "$want" <<<"$got" || { echo "expected '$want', got '$got'"; return 1; }
}

ktap_print_header
check "standbyctl(8) is good troff" warns_not "$dir/standbyctl.8"
check "mhp_standby(4) is good troff" warns_not "$here/../man/mhp_standby.4"
check "standbyctl(8) has verbs, options and columns" documents
check "--help fits a screen" fits 24 "$dir/standbyctl" --help
check "--help of each verb is no wider" verbs_fit
check "bash: verbs" bash_completes "increments inject" standbyctl in
check "bash: options of a verb" bash_completes "--memmap-on-memory" standbyctl online --m
check "bash: options of no verb are those of list" bash_completes "--split --summary --sysroot" standbyctl --s
check "bash: no options of other verbs" bash_completes "" standbyctl list --dry
check "bash: words of an option" bash_completes "movable" standbyctl online --zone m
check "bash: words after =" bash_completes "kernel" standbyctl online --zone = k
check "bash: columns after a comma" bash_completes "STATE,ZONE" standbyctl list -o STATE,Z
check "zsh: verbs" zsh_offers "deconfigure:" standbyctl d
check "zsh: options of a verb" zsh_offers "--dry-run" standbyctl offline --
check "zsh: words of an option" zsh_offers "(movable kernel online)" standbyctl online --
check "zsh: columns" zsh_offers "ALTMAP-PAGES" standbyctl list --
ktap_set_plan "$ktap_number"
ktap_finished
