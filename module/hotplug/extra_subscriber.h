/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fault rules and their subscribers: a rule with a priority is a subscriber of
 * its own on the memory notifier chain, before us or behind us. Owns the rules;
 * a mutex serialises who adds and clears them, outside the chain's rwsem.
 */
#ifndef MHPS_EXTRA_SUBSCRIBER_H
#define MHPS_EXTRA_SUBSCRIBER_H

int mhps_inject(char *text);
void mhps_inject_clear(void);

#endif /* MHPS_EXTRA_SUBSCRIBER_H */
