# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# bench.sh - what benchmarks have at hand in the guest, besides standby.sh. Sourced.

PATH=/bench:$PATH
TRACE=/sys/kernel/tracing

feature() { sed -n "s/^$1=//p" "$MHP/features"; }

# first_block: of standby storage
first_block() { echo $(($(feature standby_start) / BLOCK)); }

# ledger_ns: what the rows of the ledger say, a line an event of a block:
#	EVENT NS FIRMWARE-NS
# An event's firmware calls stand below it.
ledger_ns() {
	awk '
		/^#/ { next }
		!n { for (i = 1; i <= NF; i++) at[$i] = i; n = 1; next }
		$at["event"] ~ /^MEM_/ { show(); event = $at["event"]; ns = $at["ns"]; next }
		$at["event"] ~ /^(ADD|REMOVE)$/ { show(); next }
		$at["event"] ~ /^(UN)?ASSIGN$/ { calls += $at["ns"] }
		END { show() }
		function show() { if (event) print event, ns, calls + 0; event = ""; calls = 0 }
	' "$MHP/events"
}

mount_tracing() { [ -e $TRACE/trace ] || mount -t tracefs tracefs $TRACE; }

# trace_functions NAME...: how long each call of these takes, from now on
trace_functions() {
	mount_tracing
	echo nop >$TRACE/current_tracer
	echo >$TRACE/set_ftrace_filter
	# Not all kernels have all of them.
	for f; do
		echo "$f" 2>/dev/null >>$TRACE/set_ftrace_filter
	done
	echo 65536 >$TRACE/buffer_size_kb
	echo function_graph >$TRACE/current_tracer
	# An option of the tracer's own: which function it is that ends.
	echo funcgraph-tail >$TRACE/trace_options
	echo >$TRACE/trace
	echo 1 >$TRACE/tracing_on
}

# calls_of FILE: NAME NS, a line a call of a function_graph trace, as they ended
calls_of() {
	awk '
		!/\|/ { next }
		{ sub(/^[^)]*\)/, ""); split($0, half, "|"); time = half[1]; name = half[2] }
		time !~ /us/ { next }
		{
			gsub(/[^0-9.]/, "", time)
			if (name ~ /\/\*/) sub(/.*\/\* */, "", name)
			sub(/^ */, "", name); sub(/[ (;].*/, "", name)
			printf "%s %.0f\n", name, time * 1000
		}
	' "$1"
}

# traced: what was traced until now
traced() {
	echo 0 >$TRACE/tracing_on
	calls_of $TRACE/trace
	echo nop >$TRACE/current_tracer
}
