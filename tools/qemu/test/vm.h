/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A QEMU with the test agent in it: started, spoken to by qtest (guest
 * memory) and QMP (properties, reset), and the agent's operations as calls.
 * Whatever goes wrong in here ends the test program with a message.
 */
#ifndef VM_H
#define VM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "agent.h"

#define DEVICE "/machine/peripheral/sm0"

struct vm {
	pid_t pid;
	FILE *qtest;
	FILE *qmp;
	uint64_t seq[2];
};

/* Program that is run and guest agent that is loaded, from main(). */
extern const char *vm_qemu, *vm_agent;

/* End the program: "Bail out! ..." */
void die(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), noreturn));

/* Start QEMU with more arguments, split at blanks; returns a running agent. */
struct vm *vm_start(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* As above, but not waiting for the agent (for -incoming). */
struct vm *vm_spawn(const char *args);
void vm_stop(struct vm *vm);
/* Wait for the agent to come up, as after a reset. */
void vm_wait_agent(struct vm *vm);
/* Reset and wait for the agent; CPU 1 stays stopped. */
void vm_reset(struct vm *vm);
/* Run QEMU with arguments that it must refuse: true if its message has text. */
bool vm_refused(const char *args, const char *text);
/* Print, once, what QEMU said on its standard error. */
void vm_show_messages(void);
/* Resident memory in KiB. */
long vm_rss(struct vm *vm);

/* Guest memory through qtest. */
uint64_t vm_readq(struct vm *vm, uint64_t addr);
uint32_t vm_readl(struct vm *vm, uint64_t addr);
uint16_t vm_readw(struct vm *vm, uint64_t addr);
void vm_writeq(struct vm *vm, uint64_t addr, uint64_t val);
void vm_writew(struct vm *vm, uint64_t addr, uint16_t val);
void vm_writeb(struct vm *vm, uint64_t addr, uint8_t val);
void vm_memset(struct vm *vm, uint64_t addr, uint64_t len, uint8_t val);

/* QMP: the text of what "return" holds; valid until the next call. */
const char *vm_qmp(struct vm *vm, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The same, but an error is an answer: its text, "return" is NULL. */
const char *vm_qmp_error(struct vm *vm, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The device's properties. */
const char *vm_get(struct vm *vm, const char *property);
uint64_t vm_get_int(struct vm *vm, const char *property);
uint64_t vm_counter(struct vm *vm, const char *name);
void vm_set(struct vm *vm, const char *property, const char *json);

/* The agent.  agent_op: returns ret, and the interruption code through pgm. */
void agent_begin(struct vm *vm, int cpu, int op, uint64_t a, uint64_t b);
bool agent_done(struct vm *vm, int cpu);
uint64_t agent_end(struct vm *vm, int cpu, uint64_t *pgm);
uint64_t agent_op(struct vm *vm, int op, uint64_t a, uint64_t b, uint64_t *pgm);

#endif
