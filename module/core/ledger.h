/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The event ledger: what happened, in order, with its firmware calls and
 * outcome. Owns a ring of rows; a spinlock guards it, so any context may write
 * and readers never wait for a firmware call.
 */
#ifndef MHPS_LEDGER_H
#define MHPS_LEDGER_H

#include <linux/types.h>

#include "core/row.h"

/* Rows that may be kept: 128 MiB of them. */
#define MHPS_LEDGER_MAX		1048576

int mhps_ledger_init(unsigned int rows);
void mhps_ledger_exit(void);
void mhps_ledger_begin(struct mhps_row *row);
void mhps_ledger_end(struct mhps_row *row);
void mhps_ledger_clear(void);
bool mhps_ledger_next(u64 seq, struct mhps_row *row);
u64 mhps_ledger_unpaired(void);
u64 mhps_ledger_lost(void);

#endif /* MHPS_LEDGER_H */
