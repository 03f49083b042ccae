/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fault rules: make a firmware call or a memory event fail, answer otherwise,
 * or take long. Owns the list of rules; a spinlock guards it and the hit
 * counts, a mutex serialises those who add and clear rules. A rule with a
 * priority is a second subscriber of its own on the memory notifier chain.
 */
#ifndef MHPS_INJECT_H
#define MHPS_INJECT_H

#include <linux/types.h>

#include "core/event.h"

struct seq_file;

/**
 * struct mhps_fault - what the rules that match decide, together
 * @error: negative errno, or 0
 * @response: response code the firmware is made to give, or 0
 * @delay_ms: time to wait first, in milliseconds
 */
struct mhps_fault {
	int error;
	u16 response;
	unsigned int delay_ms;
};

bool mhps_inject_firmware(enum mhps_event call, u32 rn,
			  struct mhps_fault *fault);
int mhps_inject_event(enum mhps_event event, u32 block);
int mhps_inject_command(char *text);
int mhps_inject_show(struct seq_file *m, void *unused);
void mhps_inject_clear(void);

#endif /* MHPS_INJECT_H */
