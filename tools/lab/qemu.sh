# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2054
#
# qemu.sh - the command line of a lane's guest. Sourced, not run.

# accel_pick KERNEL-DIR: sets ACCEL, unless it is set: KVM for guests of this machine's
# architecture, if this kernel comes up under it. /dev/kvm may be there and not do.
accel_pick() {
	local host dir
	[ -z "${ACCEL:-}" ] || return 0
	ACCEL=tcg host=$(uname -m)
	[ "${host/aarch64/arm64}" = "$ARCH" ] && [ -r /dev/kvm ] && [ -w /dev/kvm ] || return 0
	dir=$CACHE/kvm/$(basename "$1")-$({ stat -L -c %s-%Y "$1/vmlinuz" "$(command -v "$QEMU")"; uname -rv; } | sha256sum | cut -c1-12)
	# What failed may work some day: a busy machine, a new host kernel.
	[ -z "$(find "$dir" -maxdepth 0 -mtime +7 2>/dev/null)" ] || rm -rf "$dir"
	cached "$dir" accel_probe "$1"
	if [ -s "$dir/why" ]; then
		say "/dev/kvm: $(cat "$dir/why"); TCG is used"
	else
		ACCEL=kvm
	fi
}

# accel_probe KERNEL-DIR DIR: DIR/why is why KVM is of no use, or empty
accel_probe() {
	local out=$2 status=0
	say "trying /dev/kvm with $(cat "$1/release")"
	echo true >"$out/script"
	"$LAB/initramfs.sh" "$LANE" script "$out/initrd" "$out/script"
	ACCEL=kvm qemu_command "$1" "$out/initrd" "file,path=$out/console.log"
	: >"$out/why"
	{
		setpriv --pdeathsig TERM timeout -k 1 "${KVM_TIMEOUT:-30}" "${QEMU_COMMAND[@]}" \
			"${RESULTS_PORT[@]}" </dev/null >"$out/results" || status=$?
	} 2>"$out/qemu.log"
	grep -qx 'mhp_lab: status 0' "$out/results" || {
		echo "$(cat "$1/release") does not come up under it ($(
			{ grep -a -m 1 -o 'Kernel panic.*' "$out/console.log" || head -n 1 "$out/qemu.log"; } 2>/dev/null | grep . ||
				echo "QEMU exit status $status"))" >"$out/why"
	}
	rm -f "$out/initrd"
}

# What no test looks at and an emulated CPU spends long on: guards against speculation,
# of which it does none, and self-tests of ciphers at boot.
QUICK_PARAMS=${QUICK_PARAMS-mitigations=off cryptomgr.notests initcall_blacklist=jent_mod_init}

# qemu_command KERNEL-DIR INITRD CONSOLE-CHARDEV: sets the array QEMU_COMMAND.
# Results come out of a virtio-serial port on stdout; CONSOLE-CHARDEV is where
# the console goes, e.g. file,path=console.log. The guest dies with its parent.
qemu_command() {
	accel_pick "$1"
	QEMU_COMMAND=(
		setpriv --pdeathsig KILL "$QEMU" "${MACHINE[@]}"
		-accel "$ACCEL" -smp "$SMP" -m "$MEMORY"
		-nodefaults -no-user-config -display none -no-reboot
		-action panic=exit-failure
		-kernel "$1/vmlinuz" -initrd "$2"
		-append "$CONSOLE_PARAM log_buf_len=4M $QUICK_PARAMS $KERNEL_PARAMS ${APPEND:-}"
		-chardev "$3,id=console" "${CONSOLE[@]}"
		-device "virtio-serial-$VIRTIO_BUS" "${QEMU_ARGS[@]}"
	)
}

# coverage_port FILE: what the guest's kernel counts goes there, if COVERAGE=y asks for it
coverage_port() {
	[ "${COVERAGE:-}" = y ] || return 0
	QEMU_COMMAND+=(
		-chardev "file,id=coverage,path=$1"
		-device virtserialport,chardev=coverage,name=mhp_coverage
	)
}

# The port whose data comes out on stdout. Not a stdio chardev: the end of stdin
# would disconnect it, and the guest would wait for a listener for ever.
RESULTS_PORT=(
	-chardev file,id=results,path=/dev/stdout,append=on
	-device virtserialport,chardev=results,name=mhp_lab
)
