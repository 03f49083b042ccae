#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# fetch.sh DIR - download QEMU's source package and meson into DIR
#
# The host's apt keeps its own state: everything here (sources list, package
# lists, downloads) lives below DIR.  The mirror is the host's own, found with
# `apt-get indextargets`, or the one in MIRROR; signatures are verified.
# Afterwards DIR holds qemu_*.dsc with its tarballs and meson_*.deb.
set -eu

suite=${SUITE:-trixie}
keyring=${KEYRING:-/usr/share/keyrings/debian-archive-keyring.gpg}
dir=${1:?usage: fetch.sh DIR}

die() {
	echo "fetch.sh: $*" >&2
	exit 1
}

# The first Debian mirror apt already knows, security archives left aside.
host_mirror() {
	# shellcheck disable=SC2016 # the fields are for apt-get
	apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' \
		'Created-By: Packages' |
		awk '$1 == "Debian" && $2 !~ /security/ { print $2; exit }'
}

mirror=${MIRROR:-$(host_mirror)}
# Where a mirror comes from is known after its index was read once.
if [ -z "$mirror" ] && [ "$(id -u)" = 0 ]; then
	apt-get update -q
	mirror=$(host_mirror)
fi
[ -n "$mirror" ] ||
	die "no Debian mirror in apt's configuration: run apt-get update, or set MIRROR=URL"
[ -r "$keyring" ] ||
	die "no $keyring: install debian-archive-keyring, or set KEYRING=FILE"

mkdir -p "$dir"
cd "$dir"
mkdir -p apt/lists/partial apt/cache/archives/partial

signed="[signed-by=$keyring]"
cat > apt/sources.list <<LIST
deb $signed $mirror $suite main
deb-src $signed $mirror $suite main
LIST

cat > apt/apt.conf <<CONF
Dir::Etc::sourcelist "$PWD/apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "$PWD/apt/lists";
Dir::Cache "$PWD/apt/cache";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "root";
CONF

export APT_CONFIG="$PWD/apt/apt.conf"
apt-get update -q
apt-get source -q --download-only qemu
apt-get download -q meson
