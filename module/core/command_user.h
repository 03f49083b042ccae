/* SPDX-License-Identifier: GPL-2.0-only */
/* What command.c needs of the kernel's headers when built in user space. */
#ifndef MHPS_COMMAND_USER_H
#define MHPS_COMMAND_USER_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef unsigned long long u64;
typedef long long s64;

#define S64_MAX			INT64_MAX
#define check_add_overflow	__builtin_add_overflow
#define check_mul_overflow	__builtin_mul_overflow

#endif /* MHPS_COMMAND_USER_H */
