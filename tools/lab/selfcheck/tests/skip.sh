#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
echo "1..0 # SKIP not on this machine"
exit 4
