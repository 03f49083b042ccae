# SPDX-License-Identifier: GPL-2.0-only
#
# splats.awk - what a kernel log holds that nobody asked for.
#
#	awk -f splats.awk -v test=NAME console.log	while test NAME ran
#	awk -f splats.awk -v test= console.log		outside of all tests
#
# Prints the lines found. A test announces what it provokes on purpose:
#	mhp_lab: expect TEXT	(to /dev/kmsg, before) a splat with TEXT is fine
#	mhp_lab: expect-end	(after) from here on none is
# Exit status 1 if the test began and its end is not in the log (yet).

BEGIN { current = ""; began = ended = 0; forget() }

{ sub(/\r$/, ""); text = message($0) }

text ~ /^mhp_lab: begin / { current = substr(text, 16); forget(); began += (current == test) }
text ~ /^mhp_lab: end /   { flush_block(); ended += (current == test); current = ""; forget() }
text ~ /^mhp_lab: expect / { expected[++nr_expected] = substr(text, 17) }
text ~ /^mhp_lab: expect-end/ { flush_block(); forget() }

current != test || text ~ /^mhp_lab: / { next }

# WARN, BUG and lockdep print a block. It is judged as a whole: the text that was
# announced is in one of its lines. Lockdep's has no mark at its end but that of the
# last trace, which not every architecture has.
text ~ /^-+\[ cut here \]-+$/ || text ~ /^WARNING: possible / {
	flush_block(); in_block = 1; block_fine = 0
	block_end = text ~ /^-/ ? "^---\\[ end (trace|Kernel panic)" : "^ *</TASK>"
}
in_block {
	block = block $0 "\n"
	if (is_expected(text))
		block_fine = 1
	if (text ~ block_end)
		flush_block()
	next
}

is_expected(text) { forgive_trace = 1; next }
text ~ /^ *Call Trace:/ && forgive_trace { next }
is_splat(text) { print }

END { flush_block(); exit began > ended }

# The text behind "[   12.345678] " or "[   12.345678][    T1] ".
function message(line) {
	sub(/^(\[[ 0-9.]+\])?(\[ *[TC][0-9]+\])? ?/, "", line)
	return line
}

function forget() { nr_expected = 0; forgive_trace = 0 }

function is_expected(s,    i) {
	for (i = 1; i <= nr_expected; i++)
		if (index(s, expected[i]))
			return 1
	return 0
}

function flush_block() {
	if (in_block && !block_fine)
		printf "%s", block
	else if (in_block)
		forgive_trace = 1
	in_block = 0
	block = ""
}

function is_splat(s) {
	return s ~ /^(WARNING|BUG|UBSAN|KASAN|KCSAN|KFENCE|Oops)[: ]/ ||
	       s ~ /^ *Call Trace:/ ||
	       s ~ /\[#[0-9]+\]/ ||
	       s ~ /^kernel BUG at / ||
	       s ~ /^Kernel panic/ ||
	       s ~ /Unable to handle kernel/ ||
	       s ~ /^general protection fault/ ||
	       s ~ /^refcount_t: / ||
	       s ~ /^INFO: (task .* blocked for|possible |trying to register|lockdep)/ ||
	       s ~ /lockdep is turned off/ ||
	       s ~ /^(rcu: )?INFO: rcu.*(stall|starved)/ ||
	       s ~ /^watchdog: .*(lockup|stuck)/ ||
	       s ~ /kmemleak: [0-9]+ new suspected/ ||
	       s ~ /^(list_add|list_del) corruption/ ||
	       s ~ /Altmap not fully unmapped/ ||
	       s ~ /page allocation failure/ ||
	       s ~ /^Out of memory: |^oom-kill:/
}
