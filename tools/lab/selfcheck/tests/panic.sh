#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
echo "1..3"
echo "ok 1 before"
insmod "$MHP_MODULE" act=panic
