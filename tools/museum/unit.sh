#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# unit.sh - do exhibits fail loudly, where they should? Tried on a source of a few
# lines and a table of a few rows; builds nothing. KTAP on stdout.

. "$(dirname "$0")/../lab/common.sh"
# shellcheck source=tools/museum/tree.sh
. "$TREE/tools/museum/tree.sh"
# shellcheck source=tools/museum/exhibit.sh
. "$TREE/tools/museum/exhibit.sh"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
SOURCE_TREE=$dir/source SAVED=$dir/source.saved EXHIBITS=$dir/exhibits
mkdir -p "$SOURCE_TREE/mm" "$EXHIBITS"
cat >"$SOURCE_TREE/mm/some.c" <<'C'
static int twice(int n);

static int once(int n)
{
	twice(n);
	return n;
}

static unsigned long __meminit
twice(int n)
{
	if (n)
		return 2 * n;
	return n;
}

static const struct ops table = {
	.call = twice,
};
C

number=0 failed=0
# result DESCRIPTION WANTED GOT
result() {
	number=$((number + 1))
	# shellcheck disable=SC2053 # a pattern
	if [[ $3 == $2 ]]; then
		echo "ok $number $1"
	else
		failed=$((failed + 1))
		echo "not ok $number $1 # expected '$2' got '$3'"
	fi
}

# says LINE...: state, or the complaint, of an exhibit with these lines
says() {
	{
		printf "fix=f class=c saw=s lane=sim-x86_64 tests=lifecycle verdict=v\n"
		printf '%s\n' "$@"
	} >"$EXHIBITS/one"
	exhibit_load one
	exhibit_state
	echo "${complaint:-$state}"
}

echo "KTAP version 1"
result "a function is found by its definition" "3 7" "$(function_lines once "$SOURCE_TREE/mm/some.c")"
result "with its type on a line of its own, behind a prototype" "10 15" \
	"$(function_lines twice "$SOURCE_TREE/mm/some.c")"
result "so is a table" "17 19" "$(function_lines table "$SOURCE_TREE/mm/some.c")"
result "an edit that fits" edit "$(says "edit mm/some.c once -1+1 's/return n/return 0/'")"
result "an edit that changes nothing" "*once() of mm/some.c: the edit changes -0+0 lines, not -1+1" \
	"$(says "edit mm/some.c once -1+1 's/return m/return 0/'")"
result "an edit that changes more than it says" "*changes -2+2 lines, not -1+1" \
	"$(says "edit mm/some.c twice -1+1 's/return/return -/'")"
result "an edit that would fit another function" "*changes -0+0 lines*" \
	"$(says "edit mm/some.c once -1+1 's/2 [*] n/3 * n/'")"
result "no such function" "*thrice() of mm/some.c*no function*" \
	"$(says "edit mm/some.c thrice -1+1 's/n/m/'")"
result "no such file" "*there is no mm/other.c" "$(says "edit mm/other.c once -1+1 's/n/m/'")"
result "two edits of one file" edit \
	"$(says "edit mm/some.c once -1+1 's/return n/return 0/'" "edit mm/some.c twice -1+0 '/if (n)/d'")"
result "what is in the way, and what is not, is mended" edit \
	"$(says "edit mm/some.c once -1+1 's/return n/return 0/'" "mend mm/some.c twice -1+1 's/gone/here/'")"
result "what mends does not fit" "*changes -2+2 lines, not -1+1" \
	"$(says "edit mm/some.c once -1+1 's/return n/return 0/'" "mend mm/some.c twice -1+1 's/return/return -/'")"
result "a source that has the bug" here "$(says "still mm/some.c once 'return n'")"
result "a source that has it no more, and no edit" "*no edit" "$(says "still mm/some.c once 'return m'")"
result "a source without the code" absent "$(says "absent mm/some.c thrice")"
result "a source that has come to have it" "*no edit" "$(says "absent mm/some.c twice")"
result "a test that is not there" "no test nothing" \
	"$(says "tests=nothing" "edit mm/some.c once -1+1 's/return n/return 0/'")"
result "neither a test nor a reason" "neither lane, tests and verdict, nor why" \
	"$(says "tests=" "edit mm/some.c once -1+1 's/return n/return 0/'")"
result "a mutant that is not there" "no mutant nobody" "$(says "mutant=nobody")"

exhibit_load one
edits=(edit mm/some.c once -1+1 's/return n/return 0/') complaint=''
before=$(sha256sum <"$SOURCE_TREE/mm/some.c")
exhibit_apply "$dir/applied"
result "it is applied" "	return 0;" "$(sed -n 6p "$SOURCE_TREE/mm/some.c")"
result "who looks meanwhile sees the original" edit \
	"$(says "edit mm/some.c once -1+1 's/return n/return 1/'")"
tree_restore
result "and put back" "$before" "$(sha256sum <"$SOURCE_TREE/mm/some.c")"

# built: what make is called for, after a minute
OBJECTS=$dir/objects IMAGE=arch/some/boot/image KMAKE=(echo)
mkdir -p "$OBJECTS/mm"
: >"$OBJECTS/mm/some.o"
built() {
	object_build "$dir/log"
	touch -d '1 minute ago' "$OBJECTS.built"
	tr '\n' ' ' <"$dir/log"
}
result "what was never built is built whole" "-s image modules_prepare " "$(built)"
touch -d '2 minutes ago' "$SOURCE_TREE/mm/some.c"
result "what has not changed is not built" "" "$(built)"
touch "$SOURCE_TREE/mm/some.c"
result "one object is compiled and linked" "-s mm/some.o -s build-dir=nowhere image " "$(built)"
echo >"$SOURCE_TREE/mm/internal.h"
result "with a header all of it is built" "-s image modules_prepare " "$(built)"
echo "1..$number"
[ "$failed" = 0 ]
