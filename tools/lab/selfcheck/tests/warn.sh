#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
echo "1..1"
insmod "$MHP_MODULE" act=warn
rmmod mhp_standby
echo "ok 1 nothing of it shows in the results"
