#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
echo "ok 1 first"
echo "not ok 2 second"
echo "1..2"
exit 1
