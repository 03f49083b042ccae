#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bisect_test.sh - does the lab find the commit that broke a kernel? Builds one of
# Debian's source, commits harmless changes to mm/memory_hotplug.c and among them a
# fault, and has "git bisect run" look for it with the script of docs/your-kernel.md;
# then "make compare" names what the fault breaks. KTAP on stdout; everything is in
# build/bisect-test/, where a second run only builds what changed.
#
# The fault: blocks that go offline stay in the zone's count of present pages.

# cached calls unpack.
# shellcheck disable=SC2317
. "$(dirname "$0")/common.sh"
. "$LAB/apt.sh"

SOURCE=linux-source-6.12
FILE=mm/memory_hotplug.c
COMMITS=8 BAD=6
export LANES=sim-s390x TESTS=lifecycle
work=$BUILD/bisect-test
tree=$work/linux obj=$work/obj
arch_load s390x
kmake=(make -s "-j$(nproc)" -C "$tree" "O=$obj" ARCH=s390 "CROSS_COMPILE=$CROSS_COMPILE")
commit=(git -C "$tree" -c user.name=lab -c user.email=lab@localhost commit -q)

unpack() {
	apt_open_any bisect "bookworm-backports trixie" "$(host_arch)" || not_there "$APT_WHY"
	apt_linux_source "$1" "$SOURCE"
	apt_close
	# Only the one file is under version control: that is enough, and quick.
	git -C "$1" init -q
	echo '*' >"$1/.git/info/exclude"
	git -C "$1" add -f "$FILE"
}

# history: the same commits each time
history() {
	local i
	git -C "$tree" bisect reset >/dev/null 2>&1 || true
	git -C "$tree" update-ref -d refs/heads/trial
	git -C "$tree" checkout -q --orphan trial
	git -C "$tree" show "base:$FILE" >"$tree/$FILE" 2>/dev/null || git -C "$tree" checkout -q -- "$FILE"
	git -C "$tree" add -f "$FILE"
	"${commit[@]}" --allow-empty -m "$SOURCE"
	git -C "$tree" tag -f base >/dev/null
	for ((i = 1; i <= COMMITS; i++)); do
		if [ "$i" = "$BAD" ]; then
			sed -i 's/^\tzone->present_pages += nr_pages;$/\tif (nr_pages > 0)\n\t\tzone->present_pages += nr_pages;/' "$tree/$FILE"
			! git -C "$tree" diff --quiet || die "the fault no longer fits $FILE"
		else
			echo "/* change $i */" >>"$tree/$FILE"
		fi
		"${commit[@]}" -am "change $i"
		[ "$i" != "$BAD" ] || bad_commit=$(git -C "$tree" rev-parse HEAD)
	done
}

# result DESCRIPTION [REASON]: good unless there is a reason
number=0 failed=0
result() {
	number=$((number + 1))
	[ -z "${2:-}" ] || failed=$((failed + 1))
	echo "${2:+not }ok $number $1${2:+ # $2}"
}

"$LAB/host.sh" kernel kselftest
mkdir -p "$work" "$obj"
cached "$tree" unpack
history
echo "KTAP version 1"
echo "1..5"
if [ ! -e "$obj/.config" ]; then
	"$LAB/kernel_options.sh" --fragment s390x >"$work/fragment"
	"${kmake[@]}" KCONFIG_ALLCONFIG="$work/fragment" allnoconfig >"$work/config.log"
fi
git -C "$tree" checkout -q base
say "building $SOURCE for s390x (5 minutes and more, once); log: $work/build.log"
"${kmake[@]}" bzImage modules_prepare >"$work/build.log" 2>&1 || die "it does not build; log: $work/build.log"
result "a kernel of one's own builds with the options of make kernel-config"

# As in docs/your-kernel.md.
cat >"$work/step.sh" <<-EOT
	#!/bin/sh
	make -s -j\$(nproc) O=$obj ARCH=s390 CROSS_COMPILE=$CROSS_COMPILE bzImage modules_prepare || exit 125
	exec $LAB/verdict.sh $obj lifecycle
EOT
chmod +x "$work/step.sh"

why=
"$LAB/verdict.sh" "$obj" 2>"$work/good.log" || why="status $?; log: $work/good.log"
result "verdict.sh: the kernel without the fault is good" "$why"
# Kept for the comparison; objects of the tree are its own.
rm -rf "$work/old"
cp -a "$obj" "$work/old"

why=
(cd "$tree" && git bisect start trial base && git bisect run "$work/step.sh") >"$work/bisect.log" 2>&1 ||
	why="status $?"
found=$(git -C "$tree" rev-parse refs/bisect/bad 2>/dev/null || true)
[ "$found" = "$bad_commit" ] || why="${why:+$why; }found ${found:-nothing}, not $bad_commit; log: $work/bisect.log"
grep -E '^lab: (good|bad|failed|cannot)' "$work/bisect.log" | sed 's/^/# /' || true
result "git bisect run finds the commit with the fault" "$why"

git -C "$tree" bisect reset -q 2>/dev/null || true
git -C "$tree" checkout -q "$bad_commit"
"${kmake[@]}" bzImage modules_prepare >"$work/build.log" 2>&1
status=0
"$LAB/compare.sh" "$work/old" "$obj" >"$work/compare" 2>"$work/compare.log" || status=$?
sed 's/^/# /' "$work/compare"
why=
[ "$status" = 1 ] || why="status $status, not 1"
grep -q 'lifecycle: .*zones.*: pass -> fail' "$work/compare" || why="${why:+$why; }it does not name the test; see $work/compare"
result "make compare names the tests that got worse" "$why"

why=
touch "$obj/vmlinux"
status=0
"$LAB/verdict.sh" "$obj" 2>"$work/stale.log" || status=$?
[ "$status" = 125 ] || why="status $status, not 125; log: $work/stale.log"
result "verdict.sh: of a tree that is half built nothing can be told" "$why"
git -C "$tree" checkout -q trial
[ "$failed" = 0 ]
