#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# rpm.sh - RPM packages of the tree as it is committed or edited: standbyctl and
# mhp-standby-dkms, in build/rpm. Built by any rpmbuild; where that is not of a system
# of RPM packages, what is needed is looked for by the lab (host.sh rpm), not by rpm.

. "$(dirname "$0")/../lab/common.sh"

package=$TREE/tools/package
VERSION=$(cat "$package/version")
out=$BUILD/rpm name=mhp-standby-$VERSION
rm -rf "$out"
mkdir -p "$out"/{SOURCES,SPECS}
"$LAB/copy_tree.sh" "$out/$name"
sed "s/@VERSION@/$VERSION/" "$package/dkms.conf.in" >"$out/$name/dkms.conf"
sed "s/@VERSION@/$VERSION/" "$package/mhp-standby.spec.in" >"$out/SPECS/mhp-standby.spec"
tar -czf "$out/SOURCES/$name.tar.gz" -C "$out" "$name"
rm -rf "${out:?}/$name"

options=(--define "_topdir $out" --define "debug_package %{nil}"
	--define "_build_id_links none")
[ ! -e /etc/debian_version ] || options+=(--nodeps)
rpmbuild -bb "${options[@]}" "$out/SPECS/mhp-standby.spec" >"$out/log" 2>&1 ||
	{ tail -n 30 "$out/log" >&2; die "rpmbuild; log: $out/log"; }
find "$out/RPMS" -name '*.rpm'
