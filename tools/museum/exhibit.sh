# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# exhibit.sh - what an exhibit is, and its edits. Needs tree.sh. Sourced, not run.
#
#	exhibits		all names, a line each
#	exhibit_load NAME	sets the variables below and collects the edits
#	exhibit_state		sets state: edit (the edits put the bug in), here (the source
#				has it), absent (the source has no such code), mutant, qemu;
#				or complaint, if the source or the exhibit does not fit
#	exhibit_apply [mends]	makes the edits, or only what mends, in the source
#
# An exhibit is a file of exhibits/, sourced, with
#	fix	what mended it: release or series, and the title of the change
#	class	what kind of bug, in two or three words
#	saw	what a user saw
#	lane, tests	where it must be noticed; only: by results with these words
#	config	light unless said (tree.sh); append: kernel parameters
#	verdict	extended regular expression for the "not ok" line that tells it
#	why	of one without lane, tests and verdict: why there is no test
#	mutant	name in tools/lab/mutants/list: a bug of the module, and all but
#		fix, class and saw are there
# and
#	edit FILE FUNCTION -N+M SED	SED on the lines of FUNCTION (or of another block
#			at the left margin), which takes N lines away and brings M
#	mend FILE FUNCTION -N+M SED	another bug that is in the way; a source that
#			does not have it needs none
#	still FILE FUNCTION REGEX	a source with REGEX there has the bug as it is
#	absent FILE FUNCTION [REGEX]	a source without it has nothing to break
# FILE is in the kernel's source, or in tools/qemu: then tests is a PATTERN of make
# qemu-test.

EXHIBITS=$MUSEUM/exhibits

exhibits() { (cd "$EXHIBITS" && printf '%s\n' *) | sort; }

edit() { edits+=("edit" "$@"); }
mend() { edits+=("mend" "$@"); }
still() { stills+=("$@"); }
absent() { absents+=("$1" "$2" "${3:-.}"); }

exhibit_load() {
	name=$1
	[ -r "$EXHIBITS/$name" ] || die "no such exhibit: $name"
	fix='' class='' saw='' lane='' tests='' only='' config=light append='' verdict=''
	why='' mutant='' timeout=600
	edits=() stills=() absents=()
	# shellcheck source=/dev/null
	. "$EXHIBITS/$name"
}

# function_lines FUNCTION FILE: "first last" of its definition
function_lines() {
	awk -v name="$1" '
		start && body && /^}/ { print start, NR; exit }
		body { next }
		start && ($0 ~ /;$/ || $0 == "") { start = 0 }
		!start && /^[A-Za-z_]/ && match($0, "(^|[^A-Za-z0-9_])" name "([^A-Za-z0-9_]|$)") &&
			$0 !~ /;$/ { start = NR }
		start && /{$/ { body = 1 }' "$2"
}

# function_of FUNCTION FILE: its text; fails if there is none
function_of() {
	local lines
	lines=$(function_lines "$1" "$2")
	[ -n "$lines" ] && sed -n "${lines/ /,}p" "$2"
}

# original FILE: where it is as nobody edited it, also while another exhibit is on
original() {
	case $1 in
	tools/qemu/*) echo "$TREE/$1" ;;
	*) if [ -e "$SAVED/$1" ]; then echo "$SAVED/$1"; else echo "$SOURCE_TREE/$1"; fi ;;
	esac
}

# changed FUNCTION SCRIPT IN OUT: makes the edit; prints what it changed as -N+M
changed() {
	local lines
	lines=$(function_lines "$1" "$3")
	[ -n "$lines" ] || { echo "no function"; cp "$3" "$4"; return; }
	sed -e "${lines/ /,}{" -e "$2" -e '}' "$3" >"$4"
	{ diff "$3" "$4" || true; } |
		awk '/^</ { less++ } /^>/ { more++ } END { printf "-%d+%d\n", less, more }'
}

# exhibit_edit DIR [mends]: the files as they are with the edits, below DIR; sets
# complaint where one does not fit, and files
exhibit_edit() {
	local dir=$1 i kind file function want script got
	files=''
	for ((i = 0; i < ${#edits[@]}; i += 5)); do
		kind=${edits[i]} file=${edits[i + 1]} function=${edits[i + 2]}
		want=${edits[i + 3]} script=${edits[i + 4]}
		[ "$kind" = mend ] || [ "${2:-}" != mends ] || continue
		if [ ! -e "$dir/$file" ]; then
			mkdir -p "$(dirname "$dir/$file")"
			cp "$(original "$file")" "$dir/$file" 2>/dev/null ||
				{ complaint="there is no $file"; return 1; }
			files="$files $file"
		fi
		got=$(changed "$function" "$script" "$dir/$file" "$dir/new")
		if [ "$got" = "$want" ]; then
			mv "$dir/new" "$dir/$file"
		elif [ "$kind" = edit ] || [ "$got" != -0+0 ]; then
			complaint="$function() of $file: the edit changes $got lines, not $want"
			return 1
		fi
	done
}

# tests_exist: sets complaint
tests_exist() {
	local test
	[ -z "$lane" ] || [ "$state" = qemu ] || [ -r "$LAB/lanes/${lane%%.*}" ] || { complaint="no lane $lane"; return 1; }
	for test in $tests; do
		[ -x "$TREE/selftests/$test.sh" ] || [ -x "$LAB/host/tests/$test.sh" ] ||
			{ complaint="no test $test"; return 1; }
	done
}

# has FILE FUNCTION REGEX
has() { function_of "$2" "$(original "$1")" 2>/dev/null | grep -e "$3" >/dev/null; }

exhibit_state() {
	local i dir
	complaint='' state=edit
	if [ -z "$fix" ] || [ -z "$class" ] || [ -z "$saw" ]; then
		complaint="fix, class or saw is missing"
		return
	fi
	if [ -n "$mutant" ]; then
		state=mutant
		grep -q "^$mutant |" "$LAB/mutants/list" || complaint="no mutant $mutant"
		return
	fi
	for ((i = 0; i < ${#stills[@]}; i += 3)); do
		! has "${stills[@]:i:3}" || state=here
	done
	for ((i = 0; i < ${#absents[@]}; i += 3)); do
		has "${absents[@]:i:3}" || state=absent
	done
	[ "$state" != absent ] || return 0
	case ${lane:+l}${tests:+t}${verdict:+v}${why:+w} in
	ltv | w) ;;
	*) complaint="neither lane, tests and verdict, nor why"; return ;;
	esac
	if [ "$state" = edit ]; then
		[ ${#edits[@]} != 0 ] || { complaint="this source has the code, and there is no edit"; return; }
		case ${edits[1]} in tools/qemu/*) state=qemu ;; esac
	fi
	[ "$state" = qemu ] || tests_exist || return 0
	dir=$(mktemp -d)
	exhibit_edit "$dir" "$([ "$state" != here ] || echo mends)" || true
	rm -rf "$dir"
}

# exhibit_where: the file it is about
exhibit_where() { echo "${edits[1]:-${stills[0]:-${absents[0]:-the module}}}"; }

exhibit_apply() {
	local dir=$1 file
	rm -rf "$dir"
	mkdir -p "$dir"
	exhibit_edit "$dir" "${2:-}" || return
	for file in $files; do
		tree_replace "$file" "$dir/$file"
	done
}
