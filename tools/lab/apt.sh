# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# apt.sh - packages of any suite and architecture through a private apt
# configuration. The host's sources, preferences and dpkg are not looked at and
# never changed; apt still verifies every signature. Sourced, not run.
#
#	apt_open NAME SUITE ARCH...	make a configuration and read the indexes;
#				fails and sets APT_WHY where there are none
#	apt_open_any NAME "SUITE..." ARCH...	the first of the suites that is there;
#				sets APT_SUITE
#	apt_has PACKAGE[:ARCH]		is there one to download?
#	apt_names REGEX:ARCH		names of packages, oldest version first
#	apt_version PACKAGE[:ARCH]	of the package that would be downloaded
#	apt_depends PACKAGE[:ARCH]	names of the packages it depends on
#	apt_image_parts PACKAGE:ARCH	the packages a linux-image is made of
#	apt_unpack DIR PACKAGE...	download and unpack below DIR
#	apt_unpack_all DIR PACKAGE...	the same with everything they depend on
#	apt_source DIR PACKAGE		download and unpack its source, without Debian's patches
#	apt_linux_source DIR PACKAGE [PATH]...	the kernel's source of that linux-source
#				package below DIR, or no more than these paths of it
#	apt_close			forget indexes and downloads
#
# MIRROR names a mirror to use instead of the host's own. SNAPSHOT names a second
# one, such as an archive's state of some day, for what the first does not have.

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
APT_WHY='' APT_SUITE=''

# apt_mirror SUITE: the mirror this machine already uses, unless MIRROR says
# otherwise. One mirror has all suites of an archive, so it does not matter which
# are listed; security suites are an archive of their own.
apt_mirror() {
	local security=0
	case $1 in *-security) security=1 ;; esac
	if [ -n "${MIRROR:-}" ]; then
		[ "$security" = 0 ] && echo "$MIRROR" || echo "${MIRROR%/}-security"
		return
	fi
	# Before the first apt-get update apt does not know whose archives they are.
	# shellcheck disable=SC2016 # apt's variables
	apt-get indextargets --format '$(RELEASE)|$(REPO_URI)|$(ORIGIN)' 'Created-By: Packages' 2>/dev/null |
		awk -F '|' -v suite="$1" -v security="$security" '
			$3 != "" && $3 !~ /^Debian/ { next }
			($1 ~ /-security$/) != security { next }
			$1 == suite { print $2; found = 1; exit }
			first == "" { first = $2 }
			END { if (!found && first != "") print first }'
}

apt_open() {
	local name=$1 suite=$2 mirror
	shift 2
	if ! command -v apt-get >/dev/null; then
		APT_WHY="there is no apt here to fetch $suite with; KERNEL=/path/to/tree needs none"
		return 1
	fi
	[ -r "$KEYRING" ] || die "$KEYRING is missing (package debian-archive-keyring)"
	# Kept until apt_close: what an interrupted run downloaded is not lost.
	APT_DIR=$CACHE/download/$name APT_SUITE=$suite
	mkdir -p "$APT_DIR"
	exec {APT_LOCK}>"$APT_DIR.lock"
	flock -n "$APT_LOCK" || { say "waiting for another download of $name"; flock "$APT_LOCK"; }
	mkdir -p "$APT_DIR"/{lists/partial,archives/partial,none/partial,deb}
	: >"$APT_DIR/status"
	APT_WHY="no mirror of $suite in apt's sources; say MIRROR=http://..."
	for mirror in "$(apt_mirror "$suite")" "${SNAPSHOT:-}"; do
		[ -n "$mirror" ] || continue
		apt_configure "$mirror" "$suite" "$@"
		say "reading the index of $suite ($*)"
		apt-get -qq update -o APT::Update::Error-Mode=any >&2 2>"$APT_DIR/update.log" && return 0
		APT_WHY="no whole index of $suite ($*) on the mirror${SNAPSHOT:+, nor in SNAPSHOT}: $(
			sed -n 's/^E: *//p' "$APT_DIR/update.log" | sed 's,[a-z]*://[^ ]*/dists/,,; s, *\[IP:.*,,; q')"
	done
	apt_close
	return 1
}

# apt_configure MIRROR SUITE ARCH...: write the private configuration
apt_configure() {
	local mirror=$1 suite=$2 also='' arch archs='' options="signed-by=$KEYRING"
	shift 2
	for arch; do archs="$archs\"$arch\";"; done
	# What is kept of old days says that it is old.
	[ "$mirror" != "${SNAPSHOT:-}" ] || options="$options check-valid-until=no"
	# These are not whole without another.
	case $suite in
	experimental) also=sid ;;
	trixie-backports) also=trixie ;;
	esac
	for suite in $suite $also; do
		echo "deb [$options] $mirror $suite main"
		[ -z "${APT_WANT_SOURCE:-}" ] || echo "deb-src [$options] $mirror $suite main"
	done >"$APT_DIR/sources.list"
	# As root apt would drop to a user who may not enter our cache.
	cat >"$APT_DIR/apt.conf" <<-CONF
		Dir::Etc::sourcelist "$APT_DIR/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::State::lists "$APT_DIR/lists";
		Dir::State::status "$APT_DIR/status";
		Dir::Cache "$APT_DIR";
		APT::Architectures {$archs};
		APT::Sandbox::User "root";
		APT::Default-Release "$APT_SUITE";
		Acquire::Languages "none";
		Acquire::Retries "3";
	CONF
	export APT_CONFIG=$APT_DIR/apt.conf
}

apt_open_any() {
	local name=$1 suites=$2 suite why=''
	shift 2
	for suite in $suites; do
		apt_open "$name-$suite" "$suite" "$@" && return 0
		say "$APT_WHY"
		why="$why${why:+; }$APT_WHY"
	done
	APT_WHY=$why
	return 1
}

apt_has() {
	case $(apt_version "$1") in '' | '('*) return 1 ;; esac
}

apt_names() {
	apt-cache -n search "^${1%:*}\$" | awk '{ print $1 }' | sort -V |
		while read -r name; do ! apt_has "$name:${1##*:}" || echo "$name"; done
}

apt_version() {
	apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: //p'
}

apt_depends() {
	apt-cache --no-all-versions show "$1" |
		sed -n 's/^Depends: //p' | head -n 1 | tr ',' '\n' | awk '{ print $1 }'
}

# Newer suites split linux-image: linux-base has the configuration, -binary the
# kernel, -modules the rest.
apt_image_parts() {
	apt_depends "$1" | grep -E '^linux-(base|binary)-[0-9]' | sed "s/\$/:${1##*:}/" || echo "$1"
}

# What another run left here may be of another version: only what was asked for is
# unpacked.
apt_unpack() {
	local dir=$1 deb debs
	shift
	say "downloading $*"
	debs=$(apt-get -q download --print-uris "$@" | awk '{ print $2 }')
	(cd "$APT_DIR/deb" && apt-get -q download "$@" >&2) || return
	mkdir -p "$dir"
	for deb in $debs; do
		dpkg-deb -x "$APT_DIR/deb/$deb" "$dir"
	done
}

apt_unpack_all() {
	local dir=$1 deb debs
	shift
	say "downloading $* and what they need"
	set -- -qq -y --no-install-recommends --download-only \
		-o "Dir::Cache::archives=$APT_DIR/archives" install "$@"
	# With archives of nothing: what an interrupted run has fetched is not listed.
	debs=$(apt-get --print-uris -o "Dir::Cache::archives=$APT_DIR/none" "$@" | awk '{ print $2 }')
	apt-get "$@" >&2
	mkdir -p "$dir"
	# The links from / into /usr come first, or directories are in their place.
	for deb in $(grep '^base-files_' <<<"$debs") $debs; do
		dpkg-deb -x "$APT_DIR/archives/$deb" "$dir"
	done
}

# Wants APT_WANT_SOURCE=y at apt_open: the index of sources is as large as another.
apt_source() {
	local dir=$1
	shift
	say "downloading the source of $*"
	(cd "$APT_DIR/deb" && apt-get -q source --download-only "$@" >&2)
	mkdir -p "$dir"
	tar -xf "$(echo "$APT_DIR"/deb/*.orig.tar.*[!c])" -C "$dir" --strip-components=1
}

apt_linux_source() {
	local dir=$1 package=$2
	shift 2
	apt_unpack "$dir/package" "$package"
	say "unpacking $package${1:+: $*}"
	tar -xJf "$dir/package/usr/src/$package.tar.xz" -C "$dir" --strip-components=1 "${@/#/$package/}"
	rm -rf "$dir/package"
}

apt_close() {
	rm -rf "$APT_DIR"
	exec {APT_LOCK}>&-
	unset APT_CONFIG
}
