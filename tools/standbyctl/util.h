/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every part needs: memory that is there or the program ends, sizes and
 * numbers as operators write them, and the exit codes.
 */
#ifndef STANDBYCTL_UTIL_H
#define STANDBYCTL_UTIL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0 and 1 are EXIT_SUCCESS and EXIT_FAILURE; partly done is chmem's. */
#define EXIT_SOMEOK	64

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define __unused	__attribute__((unused))
#define __printf(f, a)	__attribute__((format(printf, f, a)))

void *xcalloc(size_t n, size_t size);
void *xgrow(void *array, size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *format, ...) __printf(1, 2);
char *xvasprintf(const char *format, va_list args);

bool parse_number(const char *word, uint64_t *number);
bool parse_size(const char *word, uint64_t *size);
char *size_text(uint64_t bytes, bool exact);

#endif /* STANDBYCTL_UTIL_H */
