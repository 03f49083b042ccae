# SPDX-License-Identifier: GPL-2.0-only
#
# splats.awk - what a kernel log holds that nobody asked for. Prints the lines.
#
# Of a log with the marks of the lab, "mhp_lab: begin NAME" and "mhp_lab: end NAME":
#	-v test=NAME [-v nth=N]	while NAME ran, the Nth time
#	-v test=		outside of all tests
#	-v tag=y		all of it, with "NAME<tab>" or "after NAME<tab>" in front
# Of any log:
#	-v from=TEXT [-v to=TEXT]	behind the last line with TEXT, up to the other
#
# A test announces what it provokes on purpose:
#	mhp_lab: expect TEXT	(to /dev/kmsg, before) a splat with TEXT is fine
#	mhp_lab: expect-end	(after) from here on none is
# One announcement covers a report with TEXT in it, and never the next report.
#
# Exit status 1 if the log does not hold all of it: the mark at the end is missing
# (it may still come), or the one at the begin (it is gone).

BEGIN {
	if (!nth)
		nth = 1
	at = ""
	forget()
	started = from == ""
}

{ sub(/\r$/, ""); text = message($0) }

to != "" && index(text, to) { exit }
from != "" && index(text, from) { flush_block(); forget(); started = 1; out = ""; next }
text ~ /^mhp_lab: / { mark(substr(text, 10)); next }
!started || (from == "" && !tag && !is_asked_for()) { next }

# Messages that are gone may have been anything.
text ~ /^\*\* [0-9]+ printk messages dropped/ { flush_block(); begin_block(0); flush_block(); next }

text ~ /^-+\[ cut here \]-+$/ { flush_block(); begin_block(1); next }
in_block && bare && text ~ /^(WARNING|kernel BUG at|UBSAN)[: ]/ { bare = 0; add_line(); next }
in_block && bare && is_start(text) && text ~ /^(refcount_t|list_)/ { add_line(); next }
is_start(text) { flush_block(); begin_block(0); next }

# The next one that is asked for, if it says so by itself and not in a trace.
in_block && fine && traced && text !~ /^[ \t]/ && is_expected(text) {
	flush_block()
	begin_block(0)
	next
}
# One report has one trace of its own; a second is somebody else's.
text ~ /^ *Call Trace:/ {
	if (!in_block || (fine && traced)) {
		flush_block()
		begin_block(0)
	}
	traced = 1
	add_line()
	next
}
is_part(text) || (!in_block && is_expected(text)) {
	if (!in_block)
		begin_block(0)
	else
		add_line()
	next
}
in_block {
	add_line()
	if (text ~ /^---\[ end / || (!ruled && text ~ /^ *<\/TASK>/))
		flush_block()
}

END {
	flush_block()
	printf "%s", out
	if (from != "")
		exit !started
	exit test != "" && !tag && ended < nth
}

# The text behind "[   12.345678] " or "[   12.345678][    T1] ".
function message(line) {
	sub(/^(\[[ 0-9.]+\])?(\[ *[TC][0-9]+\])? ?/, "", line)
	return line
}

function is_asked_for() {
	return current == test && (test == "" || began == nth)
}

# mark WORDS: what the lab or a test says in the log
function mark(words) {
	if (words ~ /^begin /) {
		flush_block()
		forget()
		current = at = substr(words, 7)
		began += (current == test)
	} else if (words ~ /^end /) {
		flush_block()
		forget()
		ended += (current != "" && current == test)
		at = "after " current
		current = ""
	} else if (words ~ /^expect ./) {
		flush_block()
		expected[++nr_expected] = substr(words, 8)
	} else if (words ~ /^expect-end/) {
		flush_block()
		forget()
	}
}

function forget() { nr_expected = 0 }

function is_expected(s,    i) {
	for (i = 1; i <= nr_expected; i++)
		if (index(s, expected[i]))
			return 1
	return 0
}

# begin_block BARE: BARE if the line is but the rule above a report
function begin_block(is_bare) {
	in_block = 1
	bare = ruled = is_bare
	fine = traced = 0
	block = ""
	if (text !~ /^ *Call Trace:/)
		add_line()
}

function add_line() {
	block = block (tag ? at "\t" : "") $0 "\n"
	if (is_expected(text))
		fine = 1
}

function flush_block() {
	if (in_block && !fine)
		out = out block
	in_block = 0
}

# Lines that begin a report ...
function is_start(s) {
	return s ~ /^(WARNING|BUG|UBSAN|KASAN|KCSAN|KMSAN|KFENCE)[: ]/ ||
	       s ~ /^kernel BUG at / ||
	       s ~ /^Kernel panic/ ||
	       s ~ /Unable to handle kernel/ ||
	       s ~ /^(general protection fault|addressing exception)/ ||
	       s ~ /^refcount_t: / ||
	       s ~ /^INFO: (task .* blocked for|possible |trying to register)/ ||
	       s ~ /^(rcu: )?INFO: rcu.*(stall|starved)/ ||
	       s ~ /^watchdog: .*(lockup|stuck)/ ||
	       s ~ /kmemleak: [0-9]+ new suspected/ ||
	       s ~ /^(list_add|list_del) corruption/ ||
	       s ~ /Altmap not fully unmapped/ ||
	       s ~ /scheduling while atomic/ ||
	       s ~ /page allocation failure/ ||
	       s ~ /^Out of memory: |^oom-kill:/
}

# ... and those that come in one, or alone.
function is_part(s) {
	return s ~ /\[#[0-9]+\]/ || s ~ /^Oops[: ]/ || s ~ /lockdep is turned off/
}
