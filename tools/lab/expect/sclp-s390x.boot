# SPDX-License-Identifier: GPL-2.0-only
# What sclp-s390x.boot has, and the skips that are fine there; see ../expect.sh.
has model=event firmware=sclp drives=yes memmap_on_memory=yes device=no nodes=0
skip altmap: memmap_on_memory=Y
