# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154 # shared with lib.sh and the test
#
# beside.sh - what tests have in common that are about memory of others beside ours.
# Blocks are of 128 MiB, standby storage is 1 GiB from 1 GiB on. Sourced behind lib.sh
# by tests that set THEIRS and THEIR_MOST, the first of the others' blocks and how many
# there can be.

BLOCK=$((128 << 20))
OURS=8		# the first block of standby storage
LOAD="load sim_start=1G sim_size=1G"

# books: what the kernel has to have again in the end
books() { guest ". /selftests/invariants.sh; books_and_map"; }

# theirs, ours: blocks and states
theirs() {
	guest "for i in \$(seq $THEIRS $((THEIRS + THEIR_MOST - 1))); do
			[ ! -d \$MEMORY/memory\$i ] || echo -n \$i \$(cat \$MEMORY/memory\$i/state)' '
		done; echo"
}
ours() { guest "rows blocks owner=mhp_standby block state | tr '\n' ' '"; }

# counter NAME: of the module's counters
counter() { guest "awk '\$1 == \"$1\" { print \$2 }' \$MHP/stats"; }

nothing_amiss() {
	expect "unpaired events, canary damage" "0 0" "$(counter unpaired) $(counter canary_damage)"
}

# books_are_as_before: as in $run/books
books_are_as_before() { expect "zones, memmap, direct map" "$(cat "$run/books")" "$(books)"; }
