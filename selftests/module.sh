# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154 # shared with lib.sh
#
# The module under test: find it, load it, put everything back.
#
# MHP_MODULE		the .ko; otherwise the places below, then modprobe's
# MHP_MODULE_PARAMS	parameters every load gets first
#
# If the module is loaded already it is used as it is and stays loaded; tests
# that need other parameters are skipped then.

MHP=/sys/kernel/debug/mhp_standby
MODULE_NAME=mhp_standby

module_file=
loaded_here=
auto_online_was=
debugfs_here=
log_mark=
log_end="mhp_standby selftest ended"
leave_blocks=			# set by observe.sh

is_loaded()
{
	[ -d /sys/module/$MODULE_NAME ]
}

find_module()
{
	for fm_file in "$MHP_MODULE" /lib/modules/mhp_standby.ko \
		../mhp_standby.ko \
		"$(modinfo -n $MODULE_NAME 2> /dev/null)"; do
		[ -f "$fm_file" ] || continue
		module_file=$fm_file
		return 0
	done
	return 1
}

# load [PARAMETER...]: prints OK or an errno
load()
{
	# shellcheck disable=SC2086 # a list of parameters
	modctl load "$module_file" $MHP_MODULE_PARAMS "$@"
}

# unload: prints OK or an errno
unload()
{
	modctl unload $MODULE_NAME
}

# needs_reload: the test loads the module itself
needs_reload()
{
	[ -n "$loaded_here" ] || skip "the module was loaded before the tests"
}

# reload [PARAMETER...]: unload, load with other parameters, look around anew.
# undo() goes back to the parameters of the file.
reload()
{
	needs_reload
	case $* in
	*sim_*=* | *increment_size=* | *canary=*) needs_sim "$@" ;;
	esac
	if is_loaded; then
		check_module || fail "before reloading"
		expect "unload" OK "$(unload)"
	fi
	touch "$work/reloaded"
	rl_result=$(load "$@")
	[ "$rl_result" = OK ] ||
		fail "load with '$*': expected OK got $rl_result, $(
			log_since_start | tail -n 1)"
	look_around
}

# look_around: what this machine and this load of the module are like
look_around()
{
	PAGE=$(probe pagesize)
	BLOCK=$((0x$(cat "$MEMORY/block_size_bytes")))
	BLOCK_PAGES=$((BLOCK / PAGE))
	INCREMENT=$(feature increment_size)
	MODEL=$(feature model)
	FIRMWARE=$(feature firmware)
	DRIVES=$(feature drives)
	MOM=$(feature memmap_on_memory)
	# Flags for a memmap in the block, where storage of an offline block is, and
	# in which event it is assigned: on the configure model from add to remove.
	case $MODEL in
	event)
		ALTMAP=memmap_on_memory,offline_inaccessible
		OFFLINE_STORAGE=standby ASSIGNS_IN=MEM_PREPARE_ONLINE
		;;
	*)
		ALTMAP=memmap_on_memory
		OFFLINE_STORAGE=assigned ASSIGNS_IN=ADD
		;;
	esac
	lk_start=$(feature standby_start)
	lk_end=$((lk_start + $(feature standby_size)))
	# Whole blocks inside the run, at a place where an increment starts.
	lk_unit=$((INCREMENT > BLOCK ? INCREMENT : BLOCK))
	RUN_START=$(((lk_start + lk_unit - 1) / lk_unit * lk_unit))
	RUN_BLOCKS=$(((lk_end - RUN_START) / BLOCK))
	[ "$DRIVES" = yes ] || [ -n "$leave_blocks" ] || take_blocks
}

# take_blocks: where the in-kernel driver has added all standby storage, have the
# module take it out, so that tests can add it. rmmod gives it back.
take_blocks()
{
	tb_address=$RUN_START
	while [ "$tb_address" -lt "$lk_end" ]; do
		[ ! -d "$MEMORY/memory$((tb_address / BLOCK))" ] ||
			wr $MHP/remove "start=$tb_address size=$BLOCK" > "$work/wr" ||
			echo "memory$((tb_address / BLOCK)) stays: $(cat "$work/wr")"
		tb_address=$((tb_address + BLOCK))
	done
}

# set_up [PARAMETER...]: once a test file
set_up()
{
	[ -d "$MEMORY" ] || leave_all "no memory hotplug in this kernel"
	[ -x "$(command -v wr)" ] || leave_all "helpers are not built (run make)"
	# Before anything is touched: not every machine that runs this wants it.
	find_module || is_loaded || leave_all "mhp_standby.ko not found"
	if [ ! -d /sys/kernel/debug/bdi ] && ! grep -q ' /sys/kernel/debug ' /proc/mounts; then
		mount -t debugfs none /sys/kernel/debug || leave_all "no debugfs"
		debugfs_here=1
	fi

	log_mark="mhp_standby selftest $TEST_FILE $$"
	echo "$log_mark" > /dev/kmsg
	auto_online_was=$(cat "$MEMORY/auto_online_blocks")
	echo offline > "$MEMORY/auto_online_blocks"

	file_parameters=$*
	if ! is_loaded; then
		case " $MHP_MODULE_PARAMS $*" in
		*" sim_adopt="*) adopt_once "$@" ;;
		esac
		baseline
		load_first "$@"
		loaded_here=1
	fi
	[ -d $MHP ] || leave_all "no $MHP"
	look_around
	[ -n "$loaded_here" ] || baseline
	[ "$RUN_BLOCKS" -ge 1 ] || leave_all "no standby memory"
}

# load_first PARAMETER...: those for simulated firmware count where there is such
load_first()
{
	lf_result=$(load "$@")
	if [ "$lf_result" = EINVAL ] &&
		log_since_start | grep -q "is for firmware=sim only"; then
		file_parameters=$(printf '%s\n' "$@" |
			grep -v -e '^sim_' -e '^increment_size=')
		# shellcheck disable=SC2086 # a list of parameters
		lf_result=$(load $file_parameters)
	fi
	lf_why="$lf_result, $(log_since_start | grep mhp_standby | tail -n 1)"
	case $lf_result in
	OK) ;;
	# Another machine is needed. A module for another kernel, or one that may not
	# be loaded, or memory that somebody has is a fault of the set-up.
	ENODEV | EOPNOTSUPP)
		leave_all "module does not load here: $lf_why" ;;
	*) fail_all "the module loads" "$lf_why" ;;
	esac
}

# adopt_once PARAMETER...: have the module take boot blocks and give them back,
# before anything is compared: what was made at boot comes back as hot-added.
adopt_once()
{
	[ "$(load "$@")" != OK ] || unload > "$work/wr"
}

# setting FILE TEXT: a setting of the kernel, for this test
setting()
{
	[ -e "$1" ] || skip "no $1"
	read -r se_was < "$1"
	# A file that shows all there is to choose has its setting in brackets.
	case $se_was in
	*\[*\]*) se_was=${se_was#*\[} se_was=${se_was%%\]*} ;;
	esac
	# The last one is put back first.
	[ ! -e "$work/settings" ] || mv "$work/settings" "$work/settings.older"
	{
		echo "$1 $se_was"
		[ ! -e "$work/settings.older" ] || cat "$work/settings.older"
	} > "$work/settings"
	writes "$2" "$1"
}

put_settings_back()
{
	[ -e "$work/settings" ] || return 0
	while read -r ps_file ps_text; do
		echo "$ps_text" > "$ps_file"
	done < "$work/settings"
	rm -f "$work/settings" "$work/settings.older"
}

# undo: after each test; complains (status 1) about what should not be so
undo()
{
	undo_bad=0
	put_settings_back
	read -r un_auto < "$MEMORY/auto_online_blocks"
	[ "$un_auto" = offline ] || echo offline > "$MEMORY/auto_online_blocks"
	undo_module
	check_module || undo_bad=1
	if [ -e "$work/reloaded" ] || ! is_loaded; then
		rm -f "$work/reloaded"
		if is_loaded; then
			un_result=$(unload)
			[ "$un_result" = OK ] || echo "unload: $un_result"
		fi
		if ! is_loaded; then
			# shellcheck disable=SC2086 # a list of parameters
			un_result=$(load $file_parameters)
			[ "$un_result" = OK ] || {
				echo "loading again: $un_result"
				return 1
			}
		fi
		look_around
	fi
	return $undo_bad
}

# survey: what the module says, as sv_* variables. One awk for all tables: it
# runs after every test, on machines where a fork is expensive. Ranges that
# the kernel keeps (kernel_zone.sh lists their starts) are left out.
survey()
{
	sv_kept=
	[ ! -e "$work/kept" ] || sv_kept=$(tr '\n' ' ' < "$work/kept")
	eval "$(awk -v starts="$sv_kept" -v kernels="$leave_blocks" \
		-v first="$((RUN_START / BLOCK))" '
		BEGIN { n = split(starts, list)
			for (i = 1; i <= n; i++) kept[list[i]] = 1 }
		FNR == 1 { file++ }
		/^#/ { next }
		file < 5 && FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		file == 1 && $at["start"] in kept {
			n = split($at["rn"], rn, "-")
			for (i = rn[1]; i <= rn[n]; i++) kept_rn[i] = 1; next }
		file == 2 && $1 in kept || file == 3 && $1 in kept_rn { next }
		file == 1 && $at["state"] != "offline" &&
			($at["owner"] == "mhp_standby" || kernels && $1 >= first) {
				online = online " " $1 }
		file == 2 && $at["origin"] == "kernel" { next }
		file == 2 { ranges = ranges " " $1 ":" $2 }
		file == 3 && $at["manual"] == 1 { manual = manual " " $1 }
		file == 3 && $at["state"] == "stuck" { stuck = stuck " " $1 }
		file == 3 && $at["state"] == "assigned" { assigned = assigned " " $1 }
		file == 4 { rules = rules " " $1 }
		file == 5 { stat[$1] = $2 }
		END { printf "sv_online=\"%s\" sv_ranges=\"%s\" sv_manual=\"%s\" ",
				online, ranges, manual
			printf "sv_stuck=\"%s\" sv_assigned=\"%s\" sv_rules=\"%s\" ",
				stuck, assigned, rules
			printf "sv_canary_damage=%s sv_unpaired=%s",
				stat["canary_damage"], stat["unpaired"] }
	' $MHP/blocks $MHP/ranges $MHP/increments $MHP/inject $MHP/stats)"
}

# undo_module: no rules, nothing online or added, nothing assigned by hand
undo_module()
{
	is_loaded || return 0
	survey
	[ -z "$sv_rules" ] || wr $MHP/inject clear > "$work/wr"
	for um_id in $sv_online; do
		for _ in 1 2 3; do
			try_offline_id "$um_id" > "$work/wr" && break
			# Stopped, as timeout and the shell say it: another try would be, too.
			[ $? -lt 124 ] || break
			# It may be offline and only prepared, say.
			[ "$(cat "$MEMORY/memory$um_id/state")" != offline ] || break
			sleep 1
		done
	done
	for um_range in $sv_ranges; do
		wr $MHP/remove "start=${um_range%:*} size=${um_range#*:}" > "$work/wr" ||
			echo "range at ${um_range%:*} stays: $(cat "$work/wr")"
	done
	[ -z "$sv_manual$sv_stuck$sv_online" ] || survey
	for um_rn in $sv_manual $sv_stuck; do
		wr $MHP/unassign "rn=$um_rn" > "$work/wr" ||
			echo "increment $um_rn stays: $(cat "$work/wr")"
	done
}

# put_back: the exit trap
put_back()
{
	pb_status=$?
	trap - EXIT
	rm -f "$work/kept"
	put_settings_back
	if [ -n "$loaded_here" ] && is_loaded; then
		undo_module > /dev/null 2>&1
		[ "$(unload)" = OK ] || echo "# $MODULE_NAME could not be unloaded"
	elif is_loaded; then
		undo_module > /dev/null 2>&1
	fi
	[ -z "$auto_online_was" ] ||
		echo "$auto_online_was" > "$MEMORY/auto_online_blocks"
	[ -z "$debugfs_here" ] || umount /sys/kernel/debug
	rm -rf "$work"
	echo "$log_end" > /dev/kmsg
	exit $pb_status
}
