# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# apt.sh - packages of any suite and architecture through a private apt
# configuration. The host's sources, preferences and dpkg are not looked at and
# never changed; apt still verifies every signature. Sourced, not run.
#
#	apt_open NAME SUITE ARCH...	make a configuration and read the indexes
#	apt_depends PACKAGE[:ARCH]	names of the packages it depends on
#	apt_image_parts PACKAGE:ARCH	the packages a linux-image is made of
#	apt_unpack DIR PACKAGE...	download and unpack below DIR
#	apt_unpack_all DIR PACKAGE...	the same with everything they depend on
#	apt_source DIR PACKAGE		download and unpack its source, without Debian's patches
#	apt_close			forget indexes and downloads

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# apt_mirror SUITE: the mirror this machine already uses, unless MIRROR says
# otherwise; security suites have one of their own, or none.
apt_mirror() {
	local release='bookworm|stable|oldstable'
	case $1 in *-security) release=$1 ;; esac
	if [ -n "${MIRROR:-}" ]; then
		case $1 in
		*-security) echo "${MIRROR%/}-security" ;;
		*) echo "$MIRROR" ;;
		esac
	else
		# shellcheck disable=SC2016 # apt's variables
		apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
			awk -v release="^($release)\$" '$1 ~ release { print $2; exit }'
	fi
}

apt_open() {
	local name=$1 suite=$2 also='' mirror arch archs=
	shift 2
	mirror=$(apt_mirror "$suite")
	[ -n "$mirror" ] || die "no mirror of $suite in apt's sources; say MIRROR=http://..."
	[ -r "$KEYRING" ] || die "$KEYRING is missing (package debian-archive-keyring)"
	for arch; do archs="$archs\"$arch\";"; done

	# Kept until apt_close: what an interrupted run downloaded is not lost.
	APT_DIR=$CACHE/download/$name
	mkdir -p "$APT_DIR"/{lists/partial,archives/partial,deb}
	: >"$APT_DIR/status"
	printf '%s [signed-by=%s] %s %s main\n' deb "$KEYRING" "$mirror" "$suite" \
		${APT_WANT_SOURCE:+deb-src "$KEYRING" "$mirror" "$suite"} >"$APT_DIR/sources.list"
	# These are not whole without another.
	case $suite in
	experimental) also=sid ;;
	trixie-backports) also=trixie ;;
	esac
	[ -z "$also" ] ||
		echo "deb [signed-by=$KEYRING] $mirror $also main" >>"$APT_DIR/sources.list"
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
		APT::Default-Release "$suite";
		Acquire::Languages "none";
		Acquire::Retries "3";
	CONF
	export APT_CONFIG=$APT_DIR/apt.conf
	say "reading the index of $suite ($*)"
	apt-get -qq update >&2
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

apt_unpack() {
	local dir=$1 deb
	shift
	say "downloading $*"
	(cd "$APT_DIR/deb" && apt-get -q download "$@" >&2)
	mkdir -p "$dir"
	for deb in "$APT_DIR"/deb/*.deb; do
		dpkg-deb -x "$deb" "$dir"
	done
}

apt_unpack_all() {
	local dir=$1 deb
	shift
	say "downloading $* and what they need"
	apt-get -qq -y --no-install-recommends --download-only \
		-o "Dir::Cache::archives=$APT_DIR/archives" install "$@" >&2
	mkdir -p "$dir"
	# The links from / into /usr come first, or directories are in their place.
	for deb in "$APT_DIR"/archives/base-files_*.deb "$APT_DIR"/archives/*.deb; do
		dpkg-deb -x "$deb" "$dir"
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

apt_close() {
	rm -rf "$APT_DIR"
	unset APT_CONFIG
}
