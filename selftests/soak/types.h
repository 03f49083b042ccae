/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SOAK_TYPES_H
#define SOAK_TYPES_H

typedef unsigned long long u64;
typedef unsigned int u32;
typedef long long s64;

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define __printf(a, b)	__attribute__((__format__(printf, a, b)))

#endif
