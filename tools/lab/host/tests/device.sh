#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The QEMU device's own test, which needs no kernel: its results are ours.

. "$(dirname "$0")/../../common.sh"
exec make -s --no-print-directory -C "$TREE/tools/qemu" qemu-test
