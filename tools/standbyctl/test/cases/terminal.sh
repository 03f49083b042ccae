# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # what run.sh sets

terminal() { python3 "$here/terminal.py" "$1" "$root" "${program[@]}"; }
use sim-s390x-used
check "map --watch follows, resizes, ends with q" terminal watch
use sim-s390x-used
check "many blocks show progress" terminal progress
