# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2153
#
# tree.sh - the kernel that exhibits break: Debian's linux-source, once, and an
# object tree for each architecture and configuration, which are built on and never
# anew. All in the cache. Sourced, not run.
#
#	source_tree		sets SOURCE_TREE, fetched if it is not there
#	source_at_hand		the same, but fails where it would have to be fetched
#	tree_restore		puts back what an exhibit, or one that was interrupted, changed
#	tree_replace FILE NEW	has FILE of the source be what NEW holds, until then
#	object_tree ARCH CONFIG	sets OBJECTS and KMAKE; configured, not built. CONFIG:
#				light	what guests and tests want, ./config and ./config.ARCH
#				debug	make kernel-config DEBUG=y
#	object_build LOG	the kernel, as far as it is not up to date; OBJECTS.built is as
#				old as the source it was built of

SOURCE=linux-source-6.12 SOURCE_SUITES='bookworm-backports trixie'
MUSEUM=$TREE/tools/museum

# The source as it was, in SOURCE_TREE.part.
fetch_source() {
	apt_open_any museum "$SOURCE_SUITES" "$(host_arch)" || not_there "$APT_WHY"
	apt_linux_source "$1" "$SOURCE"
	apt_close
}

SOURCE_TREE=$CACHE/linux/$SOURCE-$(key fetch_source SOURCE SOURCE_SUITES)
source_at_hand() { [ -d "$SOURCE_TREE" ]; }
source_tree() { cached "$SOURCE_TREE" fetch_source; }

# What is changed is kept here under its path, as it was.
SAVED=$SOURCE_TREE.saved

# With a time of its own, or make would take the objects of the other for its.
tree_restore() {
	local file
	[ -d "$SAVED" ] || return 0
	while read -r file; do
		cat "$SAVED/$file" >"$SOURCE_TREE/$file"
	done < <(cd "$SAVED" && find . -type f)
	rm -rf "$SAVED"
}

# Saved under another name first: an interrupted copy is nobody's original.
tree_replace() {
	local file=$1 new=$2
	if [ ! -e "$SAVED/$file" ]; then
		mkdir -p "$(dirname "$SAVED/$file")"
		cp "$SOURCE_TREE/$file" "$SOURCE_TREE.saving"
		mv "$SOURCE_TREE.saving" "$SAVED/$file"
	fi
	cat "$new" >"$SOURCE_TREE/$file"
}

# museum_fragment ARCH CONFIG
museum_fragment() {
	case $2 in
	light)
		"$LAB/kernel_options.sh" --fragment "$1"
		grep -v '^#' "$MUSEUM/config"
		[ ! -e "$MUSEUM/config.$1" ] || grep -v '^#' "$MUSEUM/config.$1"
		;;
	debug) "$LAB/kernel_options.sh" --fragment "$1" debug ;;
	*) die "no such configuration: $2 (there is: light debug)" ;;
	esac
}

# Another fragment or compiler is another object tree. Times and numbers of builds
# are left out, so that the same source is the same kernel.
object_tree() {
	local arch=$1 config=$2 fragment compiler lost
	arch_load "$arch"
	[ "$arch" != arm64 ] || die "no exhibits for $arch"
	fragment=$(museum_fragment "$arch" "$config")
	compiler=$("${CROSS_COMPILE}gcc" -dumpfullversion)
	OBJECTS=$CACHE/linux/museum-$arch-$config-$(key fragment compiler fetch_source SOURCE SOURCE_SUITES)
	KMAKE=(make "-j$(nproc)" -C "$SOURCE_TREE" "O=$OBJECTS" "ARCH=$KARCH"
		"CROSS_COMPILE=$CROSS_COMPILE" KBUILD_BUILD_VERSION=1
		KBUILD_BUILD_TIMESTAMP=2000-01-01 KBUILD_BUILD_USER=lab KBUILD_BUILD_HOST=museum)
	[ ! -e "$OBJECTS/configured" ] || return 0
	"$LAB/host.sh" kernel
	mkdir -p "$OBJECTS"
	printf '%s\n' "$fragment" >"$OBJECTS/fragment"
	"${KMAKE[@]}" -s KCONFIG_ALLCONFIG="$OBJECTS/fragment" allnoconfig >"$OBJECTS/config.log" 2>&1 ||
		die "no configuration; log: $OBJECTS/config.log"
	lost=$(options_lost "$OBJECTS/.config" <<<"$fragment")
	[ -z "$lost" ] || die "the configuration $config of $arch lost$lost"
	: >"$OBJECTS/configured"
}

object_build() {
	local file objects=() whole=y
	touch "$OBJECTS.lock" "$OBJECTS.begun"
	: >"$1"
	if [ -e "$OBJECTS.built" ]; then
		whole=
		while read -r file; do
			[[ $file == *.c && -e $OBJECTS/${file%.c}.o ]] || whole=y
			objects+=("${file%.c}.o")
		done < <(cd "$SOURCE_TREE" && find -- * -type f -newer "$OBJECTS.built")
	fi
	if [ -n "$whole" ]; then
		"${KMAKE[@]}" -s "${IMAGE##*/}" modules_prepare >"$1" 2>&1 || return
	elif [ ${#objects[@]} != 0 ]; then
		link_with "${objects[@]}" >"$1" 2>&1 || return
	fi
	mv "$OBJECTS.begun" "$OBJECTS.built"
}

# link_with OBJECT...: where nothing else has changed, make need not go through all
# directories to find that out, which takes longer than to compile and link. Their
# archives only name the objects; of the topmost it has to be told.
link_with() {
	"${KMAKE[@]}" -s "$@" || return 1
	touch "$OBJECTS/built-in.a"
	"${KMAKE[@]}" -s build-dir=nowhere "${IMAGE##*/}"
}
