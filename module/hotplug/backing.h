/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the events of a block do to the storage behind it: assign and unassign
 * where this module drives the firmware, note it where the in-kernel SCLP
 * driver does. Owns storage_held of each block.
 */
#ifndef MHPS_BACKING_H
#define MHPS_BACKING_H

struct mhps_block;
struct mhps_row;

int mhps_backing_prepare(struct mhps_block *block, const struct mhps_row *row);
void mhps_backing_finish(struct mhps_block *block);
void mhps_backing_removed(struct mhps_block *block);
void mhps_backing_note_online(void);

#endif /* MHPS_BACKING_H */
