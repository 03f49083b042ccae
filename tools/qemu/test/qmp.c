// SPDX-License-Identifier: GPL-2.0-only
/*
 * Speak qtest and QMP with QEMU.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "vm.h"

/* Generous: what takes moments, on a loaded machine. */
#define WAIT_S	180

static char line[1 << 20];

/* The next line from QEMU; it is gone if there is none. */
char *vm_get_line(FILE *f)
{
	if (!fgets(line, sizeof(line), f))
		die("QEMU closed the connection");
	line[strcspn(line, "\r\n")] = 0;
	return line;
}

/*
 * Not by way of the stream: one that has input left cannot change to output on
 * a socket.
 */
static void put_line(FILE *f, const char *fmt, va_list ap)
{
	char *text;
	int len = vasprintf(&text, fmt, ap), done = 0, n;

	if (len < 0)
		die("out of memory");
	text[len] = '\n';	/* in place of the 0 */
	while (done <= len) {
		n = write(fileno(f), text + done, len + 1 - done);
		if (n < 0)
			die("QEMU does not listen: %s", strerror(errno));
		done += n;
	}
	free(text);
}

static const char *qtest(struct vm *vm, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line(vm->qtest, fmt, ap);
	va_end(ap);
	do {
		vm_get_line(vm->qtest);
	} while (!strncmp(line, "IRQ", 3));
	if (strncmp(line, "OK", 2))
		die("qtest: %s: %s", fmt, line);
	return line[2] ? line + 3 : "";
}

uint64_t vm_readq(struct vm *vm, uint64_t addr)
{
	return strtoull(qtest(vm, "readq 0x%" PRIx64, addr), NULL, 0);
}

uint32_t vm_readl(struct vm *vm, uint64_t addr)
{
	return strtoull(qtest(vm, "readl 0x%" PRIx64, addr), NULL, 0);
}

uint16_t vm_readw(struct vm *vm, uint64_t addr)
{
	return strtoull(qtest(vm, "readw 0x%" PRIx64, addr), NULL, 0);
}

void vm_writeq(struct vm *vm, uint64_t addr, uint64_t val)
{
	qtest(vm, "writeq 0x%" PRIx64 " 0x%" PRIx64, addr, val);
}

void vm_writew(struct vm *vm, uint64_t addr, uint16_t val)
{
	qtest(vm, "writew 0x%" PRIx64 " 0x%x", addr, val);
}

void vm_writeb(struct vm *vm, uint64_t addr, uint8_t val)
{
	qtest(vm, "writeb 0x%" PRIx64 " 0x%x", addr, val);
}

void vm_memset(struct vm *vm, uint64_t addr, uint64_t len, uint8_t val)
{
	qtest(vm, "memset 0x%" PRIx64 " 0x%" PRIx64 " 0x%x", addr, len, val);
}

/* Send a command; the line that answers it, an error or a "return". */
static char *qmp_answer(struct vm *vm, const char *fmt, va_list ap)
{
	put_line(vm->qmp, fmt, ap);
	do {
		vm_get_line(vm->qmp);
	} while (strncmp(line, "{\"error\"", 8) &&
		 (!strstr(line, "\"return\": ") || strstr(line, "\"event\": ")));
	return line;
}

const char *vm_qmp_error(struct vm *vm, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	qmp_answer(vm, fmt, ap);
	va_end(ap);
	return strncmp(line, "{\"error\"", 8) ? NULL : line;
}

const char *vm_qmp(struct vm *vm, const char *fmt, ...)
{
	char *ret;
	va_list ap;

	va_start(ap, fmt);
	ret = qmp_answer(vm, fmt, ap);
	va_end(ap);
	if (!strncmp(ret, "{\"error\"", 8))
		die("QMP: %s: %s", fmt, ret);
	ret = strstr(ret, "\"return\": ") + strlen("\"return\": ");
	ret[strlen(ret) - 1] = 0;
	if (*ret == '"') {
		ret++;
		ret[strlen(ret) - 1] = 0;
	}
	return ret;
}

const char *vm_get(struct vm *vm, const char *property)
{
	return vm_qmp(vm, "{\"execute\": \"qom-get\", \"arguments\": {"
		      "\"path\": \"" DEVICE "\", \"property\": \"%s\"}}",
		      property);
}

uint64_t vm_get_int(struct vm *vm, const char *property)
{
	return strtoull(vm_get(vm, property), NULL, 0);
}

uint64_t vm_counter(struct vm *vm, const char *name)
{
	char key[64];
	const char *p;

	snprintf(key, sizeof(key), "\"%s\": ", name);
	p = strstr(vm_get(vm, "counters"), key);
	if (!p)
		die("no counter %s", name);
	return strtoull(p + strlen(key), NULL, 0);
}

void vm_set(struct vm *vm, const char *property, const char *json)
{
	vm_qmp(vm, "{\"execute\": \"qom-set\", \"arguments\": {"
	       "\"path\": \"" DEVICE "\", \"property\": \"%s\", "
	       "\"value\": %s}}", property, json);
}

void vm_wait_for(struct vm *vm, const char *query, const char *text)
{
	time_t end = time(NULL) + WAIT_S;
	const char *got;

	for (;;) {
		got = vm_qmp(vm, "{\"execute\": \"%s\"}", query);
		if (strstr(got, text))
			return;
		if (time(NULL) > end || strstr(got, "\"failed\"") ||
		    strstr(got, "\"error\": "))
			die("%s does not say %s: %.300s", query, text, got);
		nap();
	}
}

void vm_save(struct vm *vm, const char *file)
{
	vm_qmp(vm, "{\"execute\": \"migrate\", \"arguments\": {\"uri\": "
	       "\"exec:cat > %s\"}}", file);
	vm_wait_for(vm, "query-migrate", "\"status\": \"completed\"");
}
