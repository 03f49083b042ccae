#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
echo "1..1"
insmod "$MHP_MODULE" act=oops
echo "ok 1 survived"
