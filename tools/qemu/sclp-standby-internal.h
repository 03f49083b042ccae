/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SCLP standby memory for s390x: what the files of the device share
 *
 * sclp-standby-memory.c   the device: properties, reset, migration
 * sclp-standby-layout.c   which increments and storage elements there are
 * sclp-standby-command.c  the four SCLP commands and their completion
 * sclp-standby-lab.c      a device derived from it that fails on request
 * sclp-standby-map.c      which increments are mapped, and what is in them
 *
 * All state is protected by the BQL.
 */

#ifndef HW_S390_SCLP_STANDBY_INTERNAL_H
#define HW_S390_SCLP_STANDBY_INTERNAL_H

#include "qemu/bitmap.h"
#include "qemu/interval-tree.h"
#include "exec/memory.h"
#include "hw/qdev-core.h"
#include "system/hostmem.h"
#include "sclp-standby-memory.h"

/* Entries that fit into an SCCB of one page. */
#define STANDBY_ENTRIES_MAX \
    ((SCCB_SIZE - sizeof(ReadStorageElementInfo)) / sizeof(uint32_t))

/* Element ids have 8 bits, increment numbers 16. */
#define STANDBY_ELEMENTS_MAX            256
#define STANDBY_RN_MAX                  0xffff

/*
 * Runs of assigned increments.  Each is a section of the memory map, which has
 * room for TARGET_PAGE_SIZE of them: half is ours.
 */
#define STANDBY_RUNS_MAX                2048

/* SCLP facility bit: there is READ STORAGE ELEMENT INFORMATION. */
#define SCLP_FC_READ_STORAGE_INFO       0x0000400000000000ULL

/* Neighbouring assigned increments, mapped by one alias. */
typedef struct StandbyRun {
    MemoryRegion alias;
    IntervalTreeNode node;      /* first and last increment, 0-based */
} StandbyRun;

/* Where the one command that can be running stands. */
typedef enum {
    REQUEST_NONE,
    REQUEST_FENCE,              /* waits for all vCPUs to forget a mapping */
    REQUEST_HELD,               /* answered, not completed: a derived device
                                 * calls sclp_standby_finish() */
} StandbyPhase;

/* What remains to be done when the command completes. */
typedef enum {
    EFFECT_NONE,
    EFFECT_ATTACH,              /* number: element */
    EFFECT_ASSIGN,              /* number: 0-based increment */
    EFFECT_DISCARD,             /* number: 0-based increment, unmapped */
} StandbyEffect;

typedef struct StandbyRequest {
    StandbyPhase phase;
    StandbyEffect effect;
    uint32_t number;
    uint32_t generation;        /* tells a late marker that it is too late */
    uint32_t code;
    uint64_t sccb_addr;
    uint16_t length;
    union {
        SCCB sccb;
        SCCBHeader h;
        ReadStorageElementInfo read;
        AttachStorageElement attach;
        AssignStorage assign;
        uint8_t bytes[SCCB_SIZE];
    };
} StandbyRequest;

/* Readable as the QOM property "counters", in this order. */
typedef struct StandbyCounters {
    uint64_t reads;             /* commands accepted, by kind */
    uint64_t attaches;
    uint64_t assigns;
    uint64_t unassigns;
    uint64_t no_action;         /* answered with 0x0120 */
    uint64_t errors;            /* answered with anything but success */
    uint64_t busy;              /* service calls turned away, cc 2 */
    uint64_t discards;          /* increments whose host memory went back */
    uint64_t resets;
} StandbyCounters;

struct SCLPStandbyMemory {
    DeviceState parent_obj;

    /* properties */
    HostMemoryBackend *hostmem;
    uint64_t increment;
    uint16_t per_element;       /* standby increments of an element */
    uint16_t boot_per_element;  /* and of one with initial memory */
    bool single_element;
    bool attach_assigned;       /* increments come assigned with ATTACH */
    uint16_t memslots;          /* reserved for runs, 0: none */

    /* geometry, constant after realize */
    uint16_t boot_rn;           /* increments of initial memory */
    int32_t nr_increments;      /* standby increments */
    int32_t nr_boot_elements;   /* always attached */
    int32_t nr_elements;        /* including these */

    /* state */
    MemoryRegion container;
    IntervalTreeRoot runs;
    uint32_t nr_runs;
    unsigned long *assigned;    /* by 0-based increment */
    unsigned long *attached;    /* by element */
    StandbyRequest req;
    StandbyCounters counters;
    VMChangeStateEntry *vmstate_handler;
};

/* What a device derived from this one may do in its own way. */
struct SCLPStandbyMemoryClass {
    DeviceClass parent_class;

    /* Facility bits for READ SCP INFO; none: no standby increments, either. */
    uint64_t (*facilities)(SCLPStandbyMemory *s);
    /* The response to the command in s->req; sets the effect it is to have. */
    uint16_t (*execute)(SCLPStandbyMemory *s);
    /* Let it have its effect, store the response, tell the guest. */
    MemTxResult (*complete)(SCLPStandbyMemory *s);
};

/* The device, or NULL: there is at most one. */
extern SCLPStandbyMemory *sclp_standby;

/*
 * Geometry
 */

static inline uint16_t sclp_standby_rnmax(const SCLPStandbyMemory *s)
{
    return s->boot_rn + s->nr_increments;
}

static inline uint16_t
sclp_standby_index_to_rn(const SCLPStandbyMemory *s, uint32_t index)
{
    return s->boot_rn + 1 + index;
}

static inline uint32_t
sclp_standby_rn_to_index(const SCLPStandbyMemory *s, uint16_t rn)
{
    return rn - s->boot_rn - 1;
}

static inline bool
sclp_standby_is_assigned(const SCLPStandbyMemory *s, uint16_t rn)
{
    return rn <= s->boot_rn ||
           test_bit(sclp_standby_rn_to_index(s, rn), s->assigned);
}

/*
 * sclp-standby-layout.c
 */

/* Geometry from the properties, or an error. */
bool sclp_standby_layout(SCLPStandbyMemory *s, uint64_t ram_size,
                         uint64_t size, Error **errp);

/* First increment of an element, and how many it has. */
uint16_t sclp_standby_element_first(const SCLPStandbyMemory *s, int element);
uint16_t sclp_standby_element_size(const SCLPStandbyMemory *s, int element);

int sclp_standby_rn_to_element(const SCLPStandbyMemory *s, uint16_t rn);

/*
 * sclp-standby-map.c
 */

/* The memory region of the backend. */
MemoryRegion *sclp_standby_ram(const SCLPStandbyMemory *s);

/*
 * No storage may come or go: an incoming postcopy migration still fetches its
 * contents, or a background snapshot still reads them.
 */
bool sclp_standby_frozen(void);

/*
 * Return the host memory of increments that no vCPU can reach.  They read as
 * zero afterwards, and code that was translated from them is forgotten.
 */
void sclp_standby_discard(SCLPStandbyMemory *s, uint32_t first, uint32_t count);

/* Set the storage keys of increments to zero. */
void sclp_standby_clear_keys(SCLPStandbyMemory *s, uint32_t first,
                             uint32_t count);

/* Is there a run left for what sclp_standby_map() would do? */
bool sclp_standby_can_map(SCLPStandbyMemory *s, uint32_t first, uint32_t count);

/* Is there a run left for what sclp_standby_unmap() would do? */
bool sclp_standby_can_unmap(SCLPStandbyMemory *s, uint32_t index);

/*
 * Map increments none of which is: a run of their own, or part of one or both
 * neighbours.
 */
void sclp_standby_map(SCLPStandbyMemory *s, uint32_t first, uint32_t count);

/* Unmap an increment: its run vanishes, shrinks or falls in two. */
void sclp_standby_unmap(SCLPStandbyMemory *s, uint32_t index);

/* Unmap and discard all increments.  vCPUs do not run. */
void sclp_standby_unmap_all(SCLPStandbyMemory *s);

/* Map what s->assigned says, nothing being mapped; false: too many runs. */
bool sclp_standby_map_assigned(SCLPStandbyMemory *s);

/*
 * sclp-standby-command.c
 */

/* End the running command now, if there is one: it is done. */
void sclp_standby_finish(SCLPStandbyMemory *s);

/* Forget the running command, if there is one: as if it never was. */
void sclp_standby_cancel(SCLPStandbyMemory *s);

/* The storage element that a command is about. */
static inline int sclp_standby_request_element(const StandbyRequest *req)
{
    return extract32(req->code, 8, 8);
}

/* The methods of the class. */
uint64_t sclp_standby_facilities(SCLPStandbyMemory *s);
uint16_t sclp_standby_execute(SCLPStandbyMemory *s);
MemTxResult sclp_standby_complete(SCLPStandbyMemory *s);

#endif /* HW_S390_SCLP_STANDBY_INTERNAL_H */
