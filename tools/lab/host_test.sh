#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# host_test.sh [SUITE] - does the lab work on another release of Debian, as a stranger
# meets it there? In a root that debootstrap made, with nothing in it but what is
# essential: this tree as it is, "make demo" and "make check" word for word. KTAP on
# stdout; logs are in build/host-test/.
#
# The root is kept in the cache and never written to: what a run installs lies above
# it in a directory that goes with the run, as do all its processes and mounts. The
# cache is this machine's, so kernels are not fetched twice. Needs root.
#
# Environment: LANES (sim-s390x), TESTS (lifecycle) for the check, AS_USER=y (also as
# somebody who is not root).

# cached calls bootstrap, step the steps.
# shellcheck disable=SC2317
. "$(dirname "$0")/common.sh"
. "$LAB/apt.sh"

suite=${1:-trixie}
lanes=${LANES:-sim-s390x}
tests=${TESTS:-lifecycle}
work=$BUILD/host-test
place=/root/mhp_standby		# the tree, in there

bootstrap() {
	local mirror
	mirror=$(apt_mirror "$suite")
	[ -n "$mirror" ] || not_there "no mirror of Debian in apt's sources; say MIRROR=http://..."
	say "making a root of $suite"
	# Minimal, as a container has it. git is what a clone came with.
	debootstrap --variant=minbase --keyring="$KEYRING" --include=make,git,ca-certificates \
		"$suite" "$1" "$mirror" >"$work/debootstrap.log" 2>&1 || {
		tail -n 3 "$work/debootstrap.log" >&2
		not_there "$suite cannot be bootstrapped from $mirror; log: $work/debootstrap.log"
	}
	# As an installer writes it: this suite, and nothing else.
	echo "deb $mirror $suite main" >"$1/etc/apt/sources.list"
	rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/*
	echo 'APT::Keep-Downloaded-Packages "true";' >"$1/etc/apt/apt.conf.d/99keep"
}

# enter ROOT UPPER: in a mount and process namespace of our own
enter() {
	local root=$2/root user=$2/root/home/user
	mkdir -p "$2"/{upper,work,root} "$CACHE/host/archives-$suite/partial"
	mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$root"
	mount -t proc proc "$root/proc"
	mount --rbind /dev "$root/dev"
	mount --bind "$CACHE/host/archives-$suite" "$root/var/cache/apt/archives"
	mkdir -p "$root/root/.cache/mhp_standby"
	mount --bind "$CACHE" "$root/root/.cache/mhp_standby"
	cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
	"$LAB/copy_tree.sh" "$root$place"
	if [ -n "${AS_USER:-}" ]; then
		chroot "$root" useradd -m user
		cp -r "$root$place" "$user/"
		users_cache "$2" "$user/.cache/mhp_standby"
		chroot "$root" chown -R user "/home/user/${place##*/}"
	fi
	number=0 failed=0
	echo "KTAP version 1"
	echo "1..$((2 + ${AS_USER:+1} + 0))"
	step "make demo" demo in_root
	step "make check LANES='$lanes' TESTS='$tests'" check in_root
	[ -z "${AS_USER:-}" ] || step "make check, not as root" user as_user
	[ "$failed" = 0 ]
}

# users_cache UPPER DIR: what is in the cache, as if the user had made it
users_cache() {
	local uid
	uid=$(chroot "$root" id -u user)
	mkdir -p "$1"/{cache,cache-work} "$2"
	mount -t overlay overlay -o "lowerdir=$CACHE,upperdir=$1/cache,workdir=$1/cache-work" "$2"
	chown "$uid" "${2%/*}"
	find "$2" -maxdepth 3 -exec chown -h "$uid" {} +
}

clean=(/usr/bin/env -i "PATH=/usr/sbin:/usr/bin:/sbin:/bin" "TERM=${TERM:-dumb}"
	"MIRROR=${MIRROR:-}" "SNAPSHOT=${SNAPSHOT:-}")
in_root() { chroot "$root" "${clean[@]}" HOME=/root sh -c "cd $place && exec $1"; }
# kmake.sh makes a user namespace, which who was put there by chroot may not.
as_user() {
	# shellcheck disable=SC2016 # for the other shell
	unshare --mount --propagation private sh -c \
		'cd "$0" && pivot_root . mnt && umount -l mnt && cd / && exec "$@"' "$root" \
		setpriv --reuid=user --regid=user --init-groups "${clean[@]}" HOME=/home/user \
		sh -c "cd /home/user/${place##*/} && make check LANES='$lanes' TESTS='$tests'"
}

# step COMMAND LOG FUNCTION
step() {
	local began=$SECONDS status=0
	number=$((number + 1))
	say "$suite: $1; log: $work/$2.log"
	"$3" "$1" >"$work/$2.log" 2>&1 || status=$?
	tail -n 1 "$work/$2.log" | sed 's/^/# /'
	if [ "$status" = 0 ]; then
		echo "ok $number $1 # $((SECONDS - began)) s"
	else
		failed=$((failed + 1))
		tail -n 15 "$work/$2.log" | sed 's/^/# | /'
		echo "not ok $number $1 # status $status; log: $work/$2.log"
	fi
}

[ "$(id -u)" = 0 ] || die "host_test.sh makes a root to change into: it needs root"
if [ "${1:-}" = --inside ]; then
	suite=$2
	enter "$3" "$4"
	exit
fi
"$LAB/host.sh" host-test
mkdir -p "$work"
root=$CACHE/host/$suite-$(host_arch)-$(key bootstrap)
cached "$root" bootstrap
upper=$(mktemp -d "${TMPDIR:-/tmp}/mhp_host.XXXXXX")
pid=
trap '[ -z "$pid" ] || { kill "$pid" && wait "$pid"; } 2>/dev/null || true; rm -rf "$upper"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
# All that was started ends with its first process, and that one with us.
unshare --mount --propagation private --pid --fork --kill-child \
	"$0" --inside "$suite" "$root" "$upper" &
pid=$!
status=0
wait "$pid" || status=$?
exit "$status"
