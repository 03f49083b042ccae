#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# deb.sh - Debian packages of the tree as it is committed or edited: standbyctl and
# mhp-standby-dkms, in build/deb. lintian looks at them; anything it says is a
# failure. DEBFULLNAME and DEBEMAIL say who they are from.

. "$(dirname "$0")/../lab/common.sh"

package=$TREE/tools/package
# Whoever builds it is who it is from.
maintainer="${DEBFULLNAME:-mhp_standby maintainers} <${DEBEMAIL:-maintainers@example.org}>"
VERSION=$(cat "$package/version")
out=$BUILD/deb
src=$out/mhp-standby-$VERSION
rm -rf "$out"
"$LAB/copy_tree.sh" "$src"
cp -r "$package/debian" "$src/"
sed -i "s/@MAINTAINER@/$maintainer/" "$src/debian/control"
mkdir -p "$src/debian/source"
echo "3.0 (native)" >"$src/debian/source/format"
sed "s/@VERSION@/$VERSION/" "$package/dkms.conf.in" >"$src/debian/dkms.conf"
cat >"$src/debian/changelog" <<-EOT
	mhp-standby ($VERSION) unstable; urgency=medium

	  * See the history of the project.

	 -- $maintainer  $(git -C "$TREE" log -1 --format=%aD)
EOT

(cd "$src" && dpkg-buildpackage -us -uc -b) >"$out/log" 2>&1 ||
	{ tail -n 30 "$out/log" >&2; die "dpkg-buildpackage; log: $out/log"; }
findings=$(lintian --allow-root --profile debian --tag-display-limit 0 "$out"/*.changes 2>&1) || true
[ -z "$findings" ] || { printf '%s\n' "$findings" >&2; die "lintian has something to say"; }
printf '%s\n' "$out"/*.deb
