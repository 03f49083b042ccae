/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the guest agent share: memory at any address, and
 * instructions that may be interrupted.  *pgm is the program interruption
 * code, 0 if there was none.
 */
#ifndef AGENT_CPU_H
#define AGENT_CPU_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

/* Addresses below 4096 look like null pointers to the compiler. */
static inline u64 peek(u64 addr)
{
	u64 v;

	asm volatile("lg %0,0(%1)" : "=d" (v) : "a" (addr) : "memory");
	return v;
}

static inline void poke(u64 addr, u64 v)
{
	asm volatile("stg %0,0(%1)" : : "d" (v), "a" (addr) : "memory");
}

u64 guarded_load(u64 addr, u64 *pgm);
void guarded_store(u64 addr, u64 v, u64 *pgm);
/* SERVICE CALL; the condition code. */
u64 guarded_servc(u64 command, u64 sccb, u64 *pgm);
/* Wait for its service signal. */
void wait_service_signal(void);

/* OP_FUZZ, in agent-fuzz.c */
u64 fuzz(void);

#endif
