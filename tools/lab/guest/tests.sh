#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tests.sh - run the tests of /lab/job one after another.

# shellcheck source=/dev/null
. /lab/job
# shellcheck source=tools/lab/guest/run_test.sh
. /lab/run_test.sh

boot_is_over
for t in $TESTS; do
	run_test "$t"
done
tell "done"
