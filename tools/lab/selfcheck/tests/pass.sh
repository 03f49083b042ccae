#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
echo "KTAP version 1"
echo "1..2"
insmod "$MHP_MODULE" && echo "ok 1 load"
rmmod mhp_standby && echo "ok 2 unload"
