# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # shared with lib.sh
#
# /proc/self/fail-nth: which allocations can fail, and quietly. For kernels with fault
# injection; what is changed is put back after the test.

INJECTION=/sys/kernel/debug
KNOBS="$INJECTION/failslab $INJECTION/fail_page_alloc"

# lacks_fail_nth: why allocations cannot be made to fail; nothing if they can
lacks_fail_nth()
{
	[ -e /proc/self/fail-nth ] ||
		{ echo "no /proc/self/fail-nth (CONFIG_FAULT_INJECTION)"; return; }
	for nf_knobs in $KNOBS; do
		[ -d "$nf_knobs" ] || { echo "no $nf_knobs"; return; }
		[ -e "$nf_knobs/require-start" ] ||
			{ echo "no CONFIG_FAULT_INJECTION_STACKTRACE_FILTER"; return; }
	done
}

needs_fail_nth()
{
	nf_why=$(lacks_fail_nth)
	[ -z "$nf_why" ] || skip "$nf_why"
}

# keep FILE...: to be put back after the test, as setting() does, but without a
# process each: there are many, in a guest where one is expensive.
keep()
{
	for ke_file; do
		[ -e "$ke_file" ] || continue
		read -r ke_was < "$ke_file"
		echo "$ke_file $ke_was" >> "$work/settings"
	done
}

# knob NAME VALUE: for slab and pages alike
knob()
{
	for kn_knobs in $KNOBS; do
		[ ! -e "$kn_knobs/$1" ] || echo "$2" > "$kn_knobs/$1"
	done
}

# every_allocation: can fail, also those that may wait, and quietly
every_allocation()
{
	needs_fail_nth
	for ev_knobs in $KNOBS; do
		keep "$ev_knobs/verbose" "$ev_knobs/ignore-gfp-wait" \
			"$ev_knobs/ignore-gfp-highmem" "$ev_knobs/min-order" \
			"$ev_knobs/cache-filter" \
			"$ev_knobs/require-start" "$ev_knobs/require-end" \
			"$ev_knobs/reject-start" "$ev_knobs/reject-end"
	done
	knob verbose 0
	knob ignore-gfp-wait N
	knob ignore-gfp-highmem N
	knob min-order 0
}

# kmemleak_aside Y|N: what it allocates for each allocation does not fail
kmemleak_aside()
{
	[ -d /sys/kernel/slab/kmemleak_object ] || return 0
	knob cache-filter "$1"
	ka_flag=0
	[ "$1" = N ] || ka_flag=1
	for ka_cache in /sys/kernel/slab/*; do
		[ "${ka_cache##*/}" = kmemleak_object ] ||
			echo "$ka_flag" > "$ka_cache/failslab"
	done
}
