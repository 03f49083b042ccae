/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only way to the files of the kernel: below --sysroot where it is given,
 * so that everything can be shown, tested and tried without a machine.
 */
#ifndef STANDBYCTL_SYSROOT_H
#define STANDBYCTL_SYSROOT_H

#include <stdbool.h>

#include "util.h"

#define SYS_MEMORY	"/sys/devices/system/memory"
#define SYS_FIRMWARE	"/sys/firmware/memory"
#define SYS_MODULE	"/sys/kernel/debug/mhp_standby"

extern const char *sysroot;	/* "" is the running machine */

char *sys_path(const char *format, ...) __printf(1, 2);
bool sys_exists(const char *format, ...) __printf(1, 2);
char *sys_read(const char *format, ...) __printf(1, 2);
char *sys_line(const char *format, ...) __printf(1, 2);
char *sys_link(const char *format, ...) __printf(1, 2);
char **sys_list(const char *folder, const char *prefix);
int sys_write(const char *path, const char *text);

#endif /* STANDBYCTL_SYSROOT_H */
