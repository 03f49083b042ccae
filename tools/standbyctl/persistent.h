/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A change that lasts: the layout file and the service that imports it when the
 * machine starts.
 */
#ifndef STANDBYCTL_PERSISTENT_H
#define STANDBYCTL_PERSISTENT_H

void persistent_check(void);
int persistent_save(int status);

#endif /* STANDBYCTL_PERSISTENT_H */
