/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A model of the device, for the fuzz: written from what the SCLP is to do, it
 * shares nothing with the device's source.  One machine, one call at a time.
 */
#ifndef AGENT_MODEL_H
#define AGENT_MODEL_H

#include "agent.h"
#include "agent-cpu.h"

#define MIB		0x100000UL	/* an increment */
#define PAGE		4096UL
#define MAX_RN		1024

#define READ		0x00040001
#define ATTACH		0x00080001
#define ASSIGN		0x000d0001
#define UNASSIGN	0x000c0001

#define PGM_ADDRESSING	5
#define PGM_SPECIFICATION 6

/* Parameters and results of OP_FUZZ, enum agent_fuzz. */
static u64 *const param = (u64 *)AGENT_FUZZ;

/* The machine: elements in order, each with neighbouring increments. */
extern struct model_machine {
	u32 boot_rn, rnmax, runs, elements;
	u32 first[256], count[256];
	u8 attached[256];
	u8 assigned[MAX_RN + 2];	/* by rn, boot storage included */
	u64 stamp[MAX_RN + 2];		/* what was left in each */
} machine;

/* What is asked for, and what is to come of it. */
extern struct model_call {
	u32 code;
	u64 addr;
	u32 length;		/* as the SCCB says */
	u32 room;		/* bytes of it that are in the page */
	u32 written;		/* bytes that are there, and are compared */
	u8 bytes[PAGE] __attribute__((aligned(8)));
	u64 pgm;
	u32 response;
	int lost;		/* the SCCB goes with the storage */
} call;

/* A machine after reset, as the parameters say. */
void model_reset(void);
/* Work out the call; the machine is then as it has to be after it. */
void model_execute(void);
/* Is there storage at all of an address range? */
int model_exists(u64 addr, u64 length);
/* Set a halfword of the call's SCCB. */
void put16(u32 offset, u32 v);

#endif
