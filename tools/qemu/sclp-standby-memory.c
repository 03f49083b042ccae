/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SCLP standby memory for s390x
 *
 * The machine's storage is divided into increments of equal size, numbered
 * from 1: increment rn is at absolute address (rn - 1) * increment size.  The
 * first ones are the initial memory (-m).  This device adds the increments
 * that follow: standby memory, which a guest may assign to its configuration
 * and give back with four SCLP commands:
 *
 *   READ STORAGE ELEMENT INFORMATION   which increments does an element have
 *   ATTACH STORAGE ELEMENT             make an element's increments usable
 *   ASSIGN STORAGE                     bring an increment into existence
 *   UNASSIGN STORAGE                   and let it vanish
 *
 * Increments are grouped into storage elements.  Element 0 is the initial
 * memory, always attached and assigned; the others belong to this device and
 * start out detached, their increments in standby.
 *
 * An increment that is not assigned is not mapped: access to it is an
 * addressing exception, as on the real machine.  Neighbouring assigned
 * increments share one alias of the memory backend (a "run"), so that the
 * number of memory regions follows the fragmentation of the guest's storage
 * and not its size.
 *
 * Contents are cleared on assignment, and host memory is returned when an
 * increment is unassigned.
 *
 * Completion of UNASSIGN STORAGE.  Each vCPU caches translations, and a vCPU
 * that is not told keeps reaching the host memory behind an increment that
 * is gone from the memory map.  Changing the map queues a flush on every
 * vCPU, but nobody waits for it.  So the command is completed (response
 * stored, service-signal interruption raised) only after a marker, queued
 * behind that flush on every vCPU, has come through on all of them: a vCPU's
 * work queue is first in, first out.  Nothing waits synchronously, hence
 * nothing can deadlock with vCPUs that wait for each other.  Meanwhile the
 * SCLP is busy (condition code 2), as the architecture has it.
 *
 * Locking: all state is protected by the BQL.
 */

#include "qemu/osdep.h"
#include "qemu/bitmap.h"
#include "qemu/interval-tree.h"
#include "qemu/log.h"
#include "qemu/timer.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "qapi/util.h"
#include "qapi/visitor.h"
#include "cpu.h"
#include "exec/address-spaces.h"
#include "exec/exec-all.h"
#include "exec/ram_addr.h"
#include "hw/boards.h"
#include "hw/core/cpu.h"
#include "hw/qdev-properties.h"
#include "hw/s390x/s390-virtio-ccw.h"
#include "hw/s390x/storage-keys.h"
#include "migration/vmstate.h"
#include "system/hostmem.h"
#include "system/kvm.h"
#include "system/reset.h"
#include "system/runstate.h"
#include "system/tcg.h"
#include "target/s390x/kvm/pv.h"
#include "trace.h"
#include "sclp-standby-memory.h"

/* SCLP facility bits: which of the storage commands there are. */
#define SCLP_FC_ASSIGN_STORAGE          0x0000800000000000ULL
#define SCLP_FC_READ_STORAGE_INFO       0x0000400000000000ULL

/* READ STORAGE ELEMENT INFORMATION: there is no such element. */
#define SCLP_RC_NO_SUCH_ELEMENT         0x0310

/* ATTACH STORAGE ELEMENT: the only function code there is. */
#define SCLP_FUNCTION_ATTACH            0x40

/* An entry names an increment in the upper half; the lower half is one. */
#define STANDBY_ENTRY(rn)               cpu_to_be32((uint32_t)(rn) << 16 | 1)

/* Entries that fit into an SCCB of one page. */
#define STANDBY_ENTRIES_MAX \
    ((SCCB_SIZE - sizeof(ReadStorageElementInfo)) / sizeof(uint32_t))

/* Element ids have 8 bits, increment numbers 16. */
#define STANDBY_ELEMENTS_MAX            256
#define STANDBY_RN_MAX                  0xffff

/* Value of fail-read and refuse-attach that means every element. */
#define STANDBY_EVERY_ELEMENT           0xffff

QEMU_BUILD_BUG_ON(sizeof(ReadStorageElementInfo) != 16);
QEMU_BUILD_BUG_ON(sizeof(AttachStorageElement) != 16);
QEMU_BUILD_BUG_ON(sizeof(AssignStorage) != 10);
QEMU_BUILD_BUG_ON(STANDBY_ENTRIES_MAX != MAX_STORAGE_INCREMENTS);

/* What the guest is told in READ SCP INFO. */
typedef enum {
    ADVERTISE_OFF,      /* nothing: rnmax ends with the initial memory */
    ADVERTISE_INFO,     /* rnmax, and that READ STORAGE ELEMENT INFO is there */
    ADVERTISE_ON,       /* rnmax and all storage commands */
} StandbyAdvertise;

static const QEnumLookup advertise_lookup = {
    .array = (const char *const[]) { "off", "info", "on" },
    .size = 3,
};

/* Which commands the fault of fail-rn hits. */
typedef enum {
    FAIL_ON_ANY,
    FAIL_ON_ASSIGN,
    FAIL_ON_UNASSIGN,
} StandbyFailOn;

static const QEnumLookup fail_on_lookup = {
    .array = (const char *const[]) { "any", "assign", "unassign" },
    .size = 3,
};

/* Neighbouring assigned increments, mapped by one alias. */
typedef struct StandbyRun {
    MemoryRegion alias;
    IntervalTreeNode node;      /* first and last increment, 0-based */
} StandbyRun;

/* Where the one command that can be running stands. */
typedef enum {
    REQUEST_NONE,
    REQUEST_FENCE,              /* waits for all vCPUs to forget a mapping */
    REQUEST_DELAY,              /* waits for delay-ms to pass */
} StandbyPhase;

/* What remains to be done when the command completes. */
typedef enum {
    EFFECT_NONE,
    EFFECT_ATTACH,              /* number: element */
    EFFECT_ASSIGN,              /* number: 0-based increment */
    EFFECT_DISCARD,             /* number: 0-based increment, already unmapped */
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

/* A marker behind the TLB flush of each vCPU. */
typedef struct StandbyFence {
    SCLPStandbyMemory *s;
    uint32_t generation;
    uint32_t pending;           /* vCPUs it has not passed */
} StandbyFence;

/* Readable as the QOM property "counters", in this order. */
typedef struct StandbyCounters {
    uint64_t reads;             /* commands accepted, by kind */
    uint64_t attaches;
    uint64_t assigns;
    uint64_t unassigns;
    uint64_t no_action;         /* answered with 0x0120 */
    uint64_t errors;            /* answered with anything but success */
    uint64_t faults;            /* of these, asked for by a fault property */
    uint64_t busy;              /* service calls turned away, cc 2 */
    uint64_t discards;          /* increments whose host memory went back */
    uint64_t resets;
} StandbyCounters;

struct SCLPStandbyMemory {
    DeviceState parent_obj;

    /* properties */
    HostMemoryBackend *hostmem;
    uint64_t increment;
    uint16_t per_element;
    StandbyAdvertise advertise;

    /* fault properties, may change at any time */
    uint16_t fail_rn;           /* 0: none */
    uint16_t fail_rc;
    StandbyFailOn fail_on;
    uint32_t fail_times;        /* 0: for ever */
    uint16_t fail_read;         /* element, 0: none */
    uint16_t refuse_attach;     /* element, 0: none */
    uint32_t delay_ms;

    /* geometry, constant after realize */
    uint16_t boot_rn;           /* increments of initial memory */
    int32_t nr_increments;      /* standby increments */
    int32_t nr_elements;        /* including element 0 */

    /* state */
    MemoryRegion container;
    IntervalTreeRoot runs;
    uint32_t nr_runs;
    unsigned long *assigned;    /* by 0-based increment */
    unsigned long *attached;    /* by element */
    StandbyRequest req;
    StandbyCounters counters;
    QEMUTimer *timer;
    VMChangeStateEntry *vmstate_handler;
};

/* There is at most one. */
static SCLPStandbyMemory *standby;

/*
 * Geometry
 */

static uint16_t standby_rnmax(const SCLPStandbyMemory *s)
{
    return s->boot_rn + s->nr_increments;
}

static uint16_t standby_index_to_rn(const SCLPStandbyMemory *s, uint32_t index)
{
    return s->boot_rn + 1 + index;
}

/* First increment of an element and how many it has, element > 0. */
static uint32_t standby_element_first(const SCLPStandbyMemory *s, int element)
{
    return (element - 1) * s->per_element;
}

static uint32_t standby_element_size(const SCLPStandbyMemory *s, int element)
{
    return MIN(s->per_element,
               s->nr_increments - standby_element_first(s, element));
}

static int standby_index_to_element(const SCLPStandbyMemory *s, uint32_t index)
{
    return 1 + index / s->per_element;
}

/*
 * Contents
 */

static MemoryRegion *standby_ram(const SCLPStandbyMemory *s)
{
    return host_memory_backend_get_memory(s->hostmem);
}

/*
 * Return the host memory of increments that no vCPU can reach.  They read as
 * zero afterwards, and code that was translated from them is forgotten.
 */
static void standby_discard(SCLPStandbyMemory *s, uint32_t first,
                            uint32_t count)
{
    MemoryRegion *mr = standby_ram(s);
    uint64_t offset = first * s->increment;
    uint64_t size = count * s->increment;

    if (ram_block_discard_range(mr->ram_block, offset, size)) {
        /* It has said why.  Zero is a promise, host memory a courtesy. */
        memset(memory_region_get_ram_ptr(mr) + offset, 0, size);
    }
#ifdef CONFIG_TCG
    if (tcg_enabled()) {
        ram_addr_t start = memory_region_get_ram_addr(mr) + offset;

        tb_invalidate_phys_range(start, start + size - 1);
    }
#endif
    /* A migration that already sent the old contents has to send zeroes. */
    memory_region_set_dirty(mr, offset, size);
    s->counters.discards += count;
}

/* A new increment's storage keys are zero. */
static void standby_clear_keys(SCLPStandbyMemory *s, uint32_t index)
{
    S390SKeysState *ss = s390_get_skeys_device();
    S390SKeysClass *sc = S390_SKEYS_GET_CLASS(ss);
    uint64_t gfn, end;
    g_autofree uint8_t *keys = NULL;
    const uint32_t chunk = 1 * MiB / TARGET_PAGE_SIZE;

    if (!sc->skeys_are_enabled(ss)) {
        return;
    }
    keys = g_malloc0(chunk);
    gfn = (standby_index_to_rn(s, index) - 1) * s->increment / TARGET_PAGE_SIZE;
    end = gfn + s->increment / TARGET_PAGE_SIZE;
    for (; gfn < end; gfn += chunk) {
        s390_skeys_set(ss, gfn, chunk, keys);
    }
}

/*
 * The memory map
 */

static StandbyRun *standby_run_at(SCLPStandbyMemory *s, uint32_t index)
{
    IntervalTreeNode *node = interval_tree_iter_first(&s->runs, index, index);

    return node ? container_of(node, StandbyRun, node) : NULL;
}

static void standby_run_new(SCLPStandbyMemory *s, uint32_t first, uint32_t last)
{
    StandbyRun *run = g_new0(StandbyRun, 1);
    g_autofree char *name =
        g_strdup_printf("standby-rn%u", standby_index_to_rn(s, first));

    run->node.start = first;
    run->node.last = last;
    interval_tree_insert(&run->node, &s->runs);
    s->nr_runs++;
    memory_region_init_alias(&run->alias, OBJECT(s), name, standby_ram(s),
                             first * s->increment,
                             (last - first + 1) * s->increment);
    memory_region_add_subregion(&s->container, first * s->increment,
                                &run->alias);
    trace_sclp_standby_map(standby_index_to_rn(s, first),
                           standby_index_to_rn(s, last));
}

static void standby_run_free(SCLPStandbyMemory *s, StandbyRun *run)
{
    interval_tree_remove(&run->node, &s->runs);
    s->nr_runs--;
    memory_region_del_subregion(&s->container, &run->alias);
    /* Aliases may go at any time: a flat view refers to their target only. */
    object_unparent(OBJECT(&run->alias));
    g_free(run);
}

static void standby_run_resize(SCLPStandbyMemory *s, StandbyRun *run,
                               uint32_t first, uint32_t last)
{
    interval_tree_remove(&run->node, &s->runs);
    if (run->node.start != first) {
        memory_region_set_address(&run->alias, first * s->increment);
        memory_region_set_alias_offset(&run->alias, first * s->increment);
    }
    memory_region_set_size(&run->alias, (last - first + 1) * s->increment);
    run->node.start = first;
    run->node.last = last;
    interval_tree_insert(&run->node, &s->runs);
    trace_sclp_standby_map(standby_index_to_rn(s, first),
                           standby_index_to_rn(s, last));
}

/* Map an increment: a run of its own, or part of one or both neighbours. */
static void standby_map(SCLPStandbyMemory *s, uint32_t index)
{
    StandbyRun *left = index ? standby_run_at(s, index - 1) : NULL;
    StandbyRun *right = standby_run_at(s, index + 1);

    memory_region_transaction_begin();
    if (left) {
        uint32_t last = right ? right->node.last : index;

        if (right) {
            standby_run_free(s, right);
        }
        standby_run_resize(s, left, left->node.start, last);
    } else if (right) {
        standby_run_resize(s, right, index, right->node.last);
    } else {
        standby_run_new(s, index, index);
    }
    memory_region_transaction_commit();
    set_bit(index, s->assigned);
}

/* Unmap an increment: its run vanishes, shrinks or falls in two. */
static void standby_unmap(SCLPStandbyMemory *s, uint32_t index)
{
    StandbyRun *run = standby_run_at(s, index);
    uint32_t first = run->node.start;
    uint32_t last = run->node.last;

    trace_sclp_standby_unmap(standby_index_to_rn(s, index));
    memory_region_transaction_begin();
    if (first == last) {
        standby_run_free(s, run);
    } else if (index == first) {
        standby_run_resize(s, run, first + 1, last);
    } else {
        standby_run_resize(s, run, first, index - 1);
        if (index != last) {
            standby_run_new(s, index + 1, last);
        }
    }
    memory_region_transaction_commit();
    clear_bit(index, s->assigned);
}

/*
 * Completion of a command
 */

static MemTxResult standby_complete(SCLPStandbyMemory *s)
{
    StandbyRequest *req = &s->req;
    SCLPDevice *sclp = S390_CCW_MACHINE(qdev_get_machine())->sclp;
    uint16_t response = be16_to_cpu(req->h.response_code);
    uint16_t rn = 0;
    MemTxResult ret;

    switch (req->effect) {
    case EFFECT_ATTACH:
        set_bit(req->number, s->attached);
        break;
    case EFFECT_ASSIGN:
        rn = standby_index_to_rn(s, req->number);
        standby_discard(s, req->number, 1);
        standby_map(s, req->number);
        standby_clear_keys(s, req->number);
        break;
    case EFFECT_DISCARD:
        rn = standby_index_to_rn(s, req->number);
        standby_discard(s, req->number, 1);
        break;
    case EFFECT_NONE:
        break;
    }
    req->phase = REQUEST_NONE;
    req->generation++;

    trace_sclp_standby_response(req->code, rn, response);
    switch (response) {
    case SCLP_RC_NO_ACTION_REQUIRED:
        s->counters.no_action++;
        break;
    case SCLP_RC_NORMAL_COMPLETION:
    case SCLP_RC_NORMAL_READ_COMPLETION:
    case SCLP_RC_STANDBY_READ_COMPLETION:
        break;
    default:
        s->counters.errors++;
    }

    ret = address_space_write(&address_space_memory, req->sccb_addr,
                              MEMTXATTRS_UNSPECIFIED, req->bytes, req->length);
    if (ret == MEMTX_OK) {
        SCLP_GET_CLASS(sclp)->service_interrupt(sclp, req->sccb_addr);
    }
    return ret;
}

/* Completion when the SERVICE CALL is over: nobody to return an error to. */
static void standby_complete_late(SCLPStandbyMemory *s)
{
    uint64_t sccb_addr = s->req.sccb_addr;

    timer_del(s->timer);
    if (standby_complete(s) != MEMTX_OK) {
        SCLPDevice *sclp = S390_CCW_MACHINE(qdev_get_machine())->sclp;

        /* Such as an SCCB inside the increment that it unassigned. */
        qemu_log_mask(LOG_GUEST_ERROR, "sclp-standby-memory: SCCB at 0x%"
                      PRIx64 " is gone, response lost\n", sccb_addr);
        SCLP_GET_CLASS(sclp)->service_interrupt(sclp, sccb_addr);
    }
}

static void standby_delay_over(void *opaque)
{
    standby_complete_late(opaque);
}

/* True if the command has to wait for its delay. */
static bool standby_delay(SCLPStandbyMemory *s)
{
    if (!s->delay_ms) {
        return false;
    }
    s->req.phase = REQUEST_DELAY;
    timer_mod(s->timer,
              qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL) + (int64_t)s->delay_ms);
    return true;
}

static void standby_fence_passed(CPUState *cs, run_on_cpu_data data)
{
    StandbyFence *fence = data.host_ptr;
    SCLPStandbyMemory *s = fence->s;
    bool stale;

    if (--fence->pending) {
        return;
    }
    /* Reset and vmstop end a request without waiting. */
    stale = s->req.phase != REQUEST_FENCE ||
            s->req.generation != fence->generation;
    trace_sclp_standby_fenced(fence->generation, stale);
    g_free(fence);
    if (!stale && !standby_delay(s)) {
        standby_complete_late(s);
    }
}

/* Go on when every vCPU has done what was queued on it before. */
static void standby_fence(SCLPStandbyMemory *s)
{
    StandbyFence *fence = g_new0(StandbyFence, 1);
    CPUState *cs;

    fence->s = s;
    fence->generation = s->req.generation;
    s->req.phase = REQUEST_FENCE;
    CPU_FOREACH(cs) {
        fence->pending++;
    }
    CPU_FOREACH(cs) {
        async_run_on_cpu(cs, standby_fence_passed,
                         RUN_ON_CPU_HOST_PTR(fence));
    }
}

/*
 * The commands.  Each sets the response code and the effect in s->req.
 */

static bool standby_fault(SCLPStandbyMemory *s, uint16_t number)
{
    if (s->fail_times && --s->fail_times == 0) {
        s->fail_rn = 0;
        s->fail_read = 0;
        s->refuse_attach = 0;
    }
    trace_sclp_standby_fault(s->req.code, number, s->fail_rc);
    s->counters.faults++;
    return true;
}

/* Is this command to fail for this element? */
static bool standby_element_fault(SCLPStandbyMemory *s, uint16_t chosen,
                                  int element)
{
    return chosen && (chosen == STANDBY_EVERY_ELEMENT || chosen == element) &&
           standby_fault(s, element);
}

/* Is this command to fail for this increment? */
static bool standby_rn_fault(SCLPStandbyMemory *s, uint16_t rn,
                             StandbyFailOn command)
{
    return s->fail_rn && s->fail_rn == rn &&
           (s->fail_on == FAIL_ON_ANY || s->fail_on == command) &&
           standby_fault(s, rn);
}

/*
 * The increments of an attached element that are assigned are listed; the
 * others are in standby.  A detached element lists nothing but their number:
 * which increments they are follows from what no other element has.
 */
static uint16_t standby_read_info(SCLPStandbyMemory *s, int element)
{
    StandbyRequest *req = &s->req;
    ReadStorageElementInfo *info = &req->read;
    uint32_t first, count, i, n = 0;

    s->counters.reads++;
    if (req->length < sizeof(*info)) {
        return SCLP_RC_INSUFFICIENT_SCCB_LENGTH;
    }
    memset(req->bytes + sizeof(info->h), 0, req->length - sizeof(info->h));
    info->max_id = cpu_to_be16(s->nr_elements - 1);
    if (element >= s->nr_elements) {
        return SCLP_RC_NO_SUCH_ELEMENT;
    }
    if (standby_element_fault(s, s->fail_read, element)) {
        return s->fail_rc;
    }

    count = element ? standby_element_size(s, element) : s->boot_rn;
    if (req->length < sizeof(*info) + count * sizeof(info->entries[0])) {
        return SCLP_RC_INSUFFICIENT_SCCB_LENGTH;
    }
    if (!element) {
        for (n = 0; n < count; n++) {
            info->entries[n] = STANDBY_ENTRY(n + 1);
        }
        info->assigned = cpu_to_be16(n);
        return SCLP_RC_NORMAL_READ_COMPLETION;
    }
    if (!test_bit(element, s->attached)) {
        info->assigned = cpu_to_be16(count);
        info->standby = cpu_to_be16(count);
        return SCLP_RC_STANDBY_READ_COMPLETION;
    }
    first = standby_element_first(s, element);
    for (i = first; i < first + count; i++) {
        if (test_bit(i, s->assigned)) {
            info->entries[n++] = STANDBY_ENTRY(standby_index_to_rn(s, i));
        }
    }
    info->assigned = cpu_to_be16(n);
    info->standby = cpu_to_be16(count - n);
    return SCLP_RC_NORMAL_READ_COMPLETION;
}

static uint16_t standby_attach(SCLPStandbyMemory *s, int element)
{
    StandbyRequest *req = &s->req;
    AttachStorageElement *attach = &req->attach;
    uint32_t first, count, i;

    s->counters.attaches++;
    if (req->length < sizeof(*attach)) {
        return SCLP_RC_INSUFFICIENT_SCCB_LENGTH;
    }
    if (attach->h.function_code != SCLP_FUNCTION_ATTACH) {
        return SCLP_RC_INVALID_FUNCTION;
    }
    if (element >= s->nr_elements) {
        return SCLP_RC_INVALID_SCLP_COMMAND;
    }
    if (standby_element_fault(s, s->refuse_attach, element)) {
        return s->fail_rc;
    }
    if (test_bit(element, s->attached)) {
        return SCLP_RC_NO_ACTION_REQUIRED;
    }

    count = standby_element_size(s, element);
    if (req->length < sizeof(*attach) + count * sizeof(attach->entries[0])) {
        return SCLP_RC_INSUFFICIENT_SCCB_LENGTH;
    }
    memset(req->bytes + sizeof(attach->h), 0, req->length - sizeof(attach->h));
    attach->assigned = cpu_to_be16(count);
    first = standby_element_first(s, element);
    for (i = 0; i < count; i++) {
        attach->entries[i] = STANDBY_ENTRY(standby_index_to_rn(s, first + i));
    }
    req->effect = EFFECT_ATTACH;
    req->number = element;
    return SCLP_RC_NORMAL_COMPLETION;
}

static uint16_t standby_change(SCLPStandbyMemory *s, bool assign)
{
    StandbyRequest *req = &s->req;
    uint32_t index;
    uint16_t rn;

    if (assign) {
        s->counters.assigns++;
    } else {
        s->counters.unassigns++;
    }
    if (req->length < sizeof(req->assign)) {
        return SCLP_RC_INSUFFICIENT_SCCB_LENGTH;
    }
    rn = be16_to_cpu(req->assign.rn);
    if (!rn || rn > standby_rnmax(s)) {
        return SCLP_RC_INVALID_SCLP_COMMAND;
    }
    if (standby_rn_fault(s, rn, assign ? FAIL_ON_ASSIGN : FAIL_ON_UNASSIGN)) {
        return s->fail_rc;
    }
    if (rn <= s->boot_rn) {
        /* Initial memory stays where it is. */
        return assign ? SCLP_RC_NO_ACTION_REQUIRED
                      : SCLP_RC_INVALID_SCLP_COMMAND;
    }
    index = rn - s->boot_rn - 1;
    if (!test_bit(standby_index_to_element(s, index), s->attached)) {
        return SCLP_RC_INVALID_SCLP_COMMAND;
    }
    if (test_bit(index, s->assigned) == assign) {
        return SCLP_RC_NO_ACTION_REQUIRED;
    }
    req->effect = assign ? EFFECT_ASSIGN : EFFECT_DISCARD;
    req->number = index;
    return SCLP_RC_NORMAL_COMPLETION;
}

static bool standby_command(uint32_t code)
{
    switch (code & SCLP_CMD_CODE_MASK) {
    case SCLP_READ_STORAGE_ELEMENT_INFO:
    case SCLP_ATTACH_STORAGE_ELEMENT:
    case SCLP_ASSIGN_STORAGE:
    case SCLP_UNASSIGN_STORAGE:
        return true;
    }
    return false;
}

static uint16_t standby_execute(SCLPStandbyMemory *s)
{
    StandbyRequest *req = &s->req;
    int element = extract32(req->code, 8, 8);

    switch (req->code & SCLP_CMD_CODE_MASK) {
    case SCLP_READ_STORAGE_ELEMENT_INFO:
        return standby_read_info(s, element);
    case SCLP_ATTACH_STORAGE_ELEMENT:
        return standby_attach(s, element);
    case SCLP_ASSIGN_STORAGE:
        return standby_change(s, true);
    case SCLP_UNASSIGN_STORAGE:
        return standby_change(s, false);
    }
    g_assert_not_reached();
}

bool sclp_standby_service_call(S390CPU *cpu, uint64_t sccb_addr,
                               const SCCB *sccb, uint32_t code, int *cc)
{
    SCLPStandbyMemory *s = standby;
    uint16_t length = be16_to_cpu(sccb->h.length);
    StandbyRequest *req;
    uint16_t response;

    if (!s) {
        return false;
    }
    req = &s->req;
    if (req->phase != REQUEST_NONE) {
        trace_sclp_standby_busy(code);
        s->counters.busy++;
        *cc = 2;
        return true;
    }
    if (!standby_command(code)) {
        return false;
    }

    trace_sclp_standby_request(code, sccb_addr, length);
    req->code = code;
    req->effect = EFFECT_NONE;
    req->sccb_addr = sccb_addr;
    /* An SCCB must not cross a page: what is copied is at most a page. */
    req->length = MIN(length, SCCB_SIZE);
    memcpy(req->bytes, sccb, req->length);
    if ((sccb_addr & ~TARGET_PAGE_MASK) + length > TARGET_PAGE_SIZE) {
        req->length = sizeof(SCCBHeader);
        response = SCLP_RC_SCCB_BOUNDARY_VIOLATION;
    } else {
        response = standby_execute(s);
    }
    req->h.response_code = cpu_to_be16(response);

    /*
     * The most hostile order for a guest that does not wait: storage goes
     * when the command begins and comes when it ends.
     */
    *cc = 0;
    if (req->effect == EFFECT_DISCARD) {
        standby_unmap(s, req->number);
        standby_fence(s);
    } else if (!standby_delay(s) && standby_complete(s) != MEMTX_OK) {
        *cc = -PGM_PROTECTION;
    }
    return true;
}

void sclp_standby_read_scp_info(ReadInfo *read_info)
{
    SCLPStandbyMemory *s = standby;

    /* Protected guests cannot have their storage taken. */
    if (!s || s->advertise == ADVERTISE_OFF || s390_is_pv()) {
        return;
    }
    read_info->rnmax = cpu_to_be16(standby_rnmax(s));
    read_info->rnmax2 = 0;
    read_info->facilities |= cpu_to_be64(s->advertise == ADVERTISE_ON ?
                                         SCLP_FC_ASSIGN_ATTACH_READ_STOR :
                                         SCLP_FC_READ_STORAGE_INFO);
}

/*
 * The device
 */

/* A stopped machine has no command running: migration need not carry one. */
static void standby_vm_state_change(void *opaque, bool running, RunState state)
{
    SCLPStandbyMemory *s = opaque;

    if (!running && s->req.phase != REQUEST_NONE) {
        standby_complete_late(s);
    }
}

/* Back to standby, whatever was going on.  vCPUs do not run. */
static void standby_reset(void *opaque)
{
    SCLPStandbyMemory *s = opaque;
    IntervalTreeNode *node;

    trace_sclp_standby_reset(bitmap_count_one(s->assigned, s->nr_increments),
                             bitmap_count_one(s->attached, s->nr_elements) - 1);
    timer_del(s->timer);
    if (s->req.phase != REQUEST_NONE && s->req.effect == EFFECT_DISCARD) {
        standby_discard(s, s->req.number, 1);
    }
    s->req.phase = REQUEST_NONE;
    s->req.generation++;

    memory_region_transaction_begin();
    while ((node = interval_tree_iter_first(&s->runs, 0, UINT64_MAX))) {
        StandbyRun *run = container_of(node, StandbyRun, node);
        uint32_t first = node->start;
        uint32_t count = node->last - node->start + 1;

        standby_run_free(s, run);
        standby_discard(s, first, count);
    }
    memory_region_transaction_commit();
    bitmap_zero(s->assigned, s->nr_increments);
    bitmap_zero(s->attached, STANDBY_ELEMENTS_MAX);
    set_bit(0, s->attached);
    s->counters.resets++;
}

static int standby_post_load(void *opaque, int version_id)
{
    SCLPStandbyMemory *s = opaque;
    unsigned long first, end;
    IntervalTreeNode *node;

    memory_region_transaction_begin();
    while ((node = interval_tree_iter_first(&s->runs, 0, UINT64_MAX))) {
        standby_run_free(s, container_of(node, StandbyRun, node));
    }
    first = find_first_bit(s->assigned, s->nr_increments);
    while (first < s->nr_increments) {
        end = find_next_zero_bit(s->assigned, s->nr_increments, first);
        standby_run_new(s, first, end - 1);
        first = find_next_bit(s->assigned, s->nr_increments, end);
    }
    memory_region_transaction_commit();
    return 0;
}

static const VMStateDescription vmstate_standby = {
    .name = TYPE_SCLP_STANDBY_MEMORY,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = standby_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64_EQUAL(increment, SCLPStandbyMemory, NULL),
        VMSTATE_UINT16_EQUAL(per_element, SCLPStandbyMemory, NULL),
        VMSTATE_UINT16_EQUAL(boot_rn, SCLPStandbyMemory, NULL),
        VMSTATE_INT32_EQUAL(nr_increments, SCLPStandbyMemory, NULL),
        VMSTATE_INT32_EQUAL(nr_elements, SCLPStandbyMemory, NULL),
        VMSTATE_BITMAP(assigned, SCLPStandbyMemory, 1, nr_increments),
        VMSTATE_BITMAP(attached, SCLPStandbyMemory, 1, nr_elements),
        VMSTATE_END_OF_LIST()
    },
};

/* Increment size and counts from the properties, or an error. */
static bool standby_geometry(SCLPStandbyMemory *s, uint64_t ram_size,
                             uint64_t size, Error **errp)
{
    uint64_t elements;

    if (s->increment < 1 * MiB || !is_power_of_2(s->increment)) {
        error_setg(errp, "increment must be a power of two of at least 1 MiB");
        return false;
    }
    if (!QEMU_IS_ALIGNED(ram_size, s->increment)) {
        error_setg(errp, "initial memory of 0x%" PRIx64
                   " is not a multiple of the increment", ram_size);
        return false;
    }
    if (!size || !QEMU_IS_ALIGNED(size, s->increment)) {
        error_setg(errp, "memdev of 0x%" PRIx64
                   " is not a multiple of the increment", size);
        return false;
    }
    if (ram_size / s->increment > STANDBY_ENTRIES_MAX) {
        error_setg(errp, "initial memory has %" PRIu64 " increments, "
                   "more than the %zu of one storage element",
                   ram_size / s->increment, STANDBY_ENTRIES_MAX);
        return false;
    }
    if ((ram_size + size) / s->increment > STANDBY_RN_MAX) {
        error_setg(errp, "more than %u increments", STANDBY_RN_MAX);
        return false;
    }
    s->boot_rn = ram_size / s->increment;
    s->nr_increments = size / s->increment;

    if (!s->per_element) {
        s->per_element = MIN(s->nr_increments, STANDBY_ENTRIES_MAX);
    }
    if (s->per_element > STANDBY_ENTRIES_MAX) {
        error_setg(errp, "per-element must be at most %zu",
                   STANDBY_ENTRIES_MAX);
        return false;
    }
    elements = 1 + DIV_ROUND_UP(s->nr_increments, s->per_element);
    if (elements > STANDBY_ELEMENTS_MAX) {
        error_setg(errp, "%" PRIu64 " storage elements, more than %u: "
                   "raise per-element", elements, STANDBY_ELEMENTS_MAX);
        return false;
    }
    s->nr_elements = elements;
    return true;
}

static void standby_realize(DeviceState *dev, Error **errp)
{
    SCLPStandbyMemory *s = SCLP_STANDBY_MEMORY(dev);
    MachineState *ms = MACHINE(qdev_get_machine());
    S390CcwMachineState *s390ms;
    MemoryRegion *mr;
    uint64_t size;

    if (!object_dynamic_cast(OBJECT(ms), TYPE_S390_CCW_MACHINE)) {
        error_setg(errp, "only for s390-ccw-virtio machines");
        return;
    }
    s390ms = S390_CCW_MACHINE(ms);
    if (standby) {
        error_setg(errp, "there can be only one " TYPE_SCLP_STANDBY_MEMORY);
        return;
    }
    if (!s->hostmem) {
        error_setg(errp, "memdev is not set");
        return;
    }
    if (host_memory_backend_is_mapped(s->hostmem)) {
        error_setg(errp, "memdev is already in use");
        return;
    }
    mr = standby_ram(s);
    size = memory_region_size(mr);
    if (!standby_geometry(s, ms->ram_size, size, errp)) {
        return;
    }
    if (memory_region_is_rom(mr)) {
        error_setg(errp, "memdev is read-only");
        return;
    }
    if (!QEMU_IS_ALIGNED(s->increment, qemu_ram_pagesize(mr->ram_block))) {
        error_setg(errp, "increment is smaller than a page of memdev");
        return;
    }
    if (kvm_enabled() &&
        qemu_ram_pagesize(mr->ram_block) > s390ms->max_pagesize) {
        error_setg(errp, "memdev has larger pages than the initial memory");
        return;
    }
    /* Storage keys exist, and KVM maps storage, up to this limit. */
    if (ms->ram_size + size > s390_get_memory_limit(s390ms)) {
        error_setg(errp, "storage ends at 0x%" PRIx64
                   ", beyond the machine's maximum: raise -m maxmem",
                   ms->ram_size + size);
        return;
    }
    /* Memory devices would live at the same addresses: take all the room. */
    if (ms->device_memory) {
        if (ms->device_memory->used_region_size) {
            error_setg(errp, "cannot be combined with memory devices");
            return;
        }
        ms->device_memory->used_region_size =
            memory_region_size(&ms->device_memory->mr);
    }
    if (ram_block_coordinated_discard_require(true)) {
        error_setg(errp, "discarding of memory is disabled");
        return;
    }

    s->assigned = bitmap_new(s->nr_increments);
    s->attached = bitmap_new(STANDBY_ELEMENTS_MAX);
    set_bit(0, s->attached);
    s->timer = timer_new_ms(QEMU_CLOCK_VIRTUAL, standby_delay_over, s);
    s->vmstate_handler =
        qemu_add_vm_change_state_handler(standby_vm_state_change, s);

    s390ms->sclp->increment_size = ctz64(s->increment);
    host_memory_backend_set_mapped(s->hostmem, true);
    vmstate_register_ram(mr, dev);
    memory_region_init(&s->container, OBJECT(s), "sclp-standby-memory", size);
    memory_region_add_subregion_overlap(get_system_memory(), ms->ram_size,
                                        &s->container, 1);
    qemu_register_reset(standby_reset, s);
    standby = s;
}

/*
 * Properties that may be read, and faults that may be set, at any time
 */

static void standby_append_range(GString *str, uint32_t first, uint32_t last)
{
    g_string_append_printf(str, "%s%u", str->len ? "," : "", first);
    if (first != last) {
        g_string_append_printf(str, "-%u", last);
    }
}

/* The set bits of @map as ranges, numbered from @base. */
static char *standby_bitmap_str(const unsigned long *map, long size, long start,
                                uint32_t base)
{
    GString *str = g_string_new("");
    unsigned long first, end;

    if (map) {
        first = find_next_bit(map, size, start);
        while (first < size) {
            end = find_next_zero_bit(map, size, first);
            standby_append_range(str, base + first, base + end - 1);
            first = find_next_bit(map, size, end);
        }
    }
    return g_string_free(str, false);
}

static char *standby_get_assigned(Object *obj, Error **errp)
{
    SCLPStandbyMemory *s = SCLP_STANDBY_MEMORY(obj);

    return standby_bitmap_str(s->assigned, s->nr_increments, 0,
                              s->boot_rn + 1);
}

static char *standby_get_attached(Object *obj, Error **errp)
{
    SCLPStandbyMemory *s = SCLP_STANDBY_MEMORY(obj);

    return standby_bitmap_str(s->attached, s->nr_elements, 1, 0);
}

static bool standby_get_busy(Object *obj, Error **errp)
{
    return SCLP_STANDBY_MEMORY(obj)->req.phase != REQUEST_NONE;
}

static void standby_get_counters(Object *obj, Visitor *v, const char *name,
                                 void *opaque, Error **errp)
{
    StandbyCounters c = SCLP_STANDBY_MEMORY(obj)->counters;

    if (!visit_start_struct(v, name, NULL, 0, errp)) {
        return;
    }
    if (visit_type_uint64(v, "reads", &c.reads, errp) &&
        visit_type_uint64(v, "attaches", &c.attaches, errp) &&
        visit_type_uint64(v, "assigns", &c.assigns, errp) &&
        visit_type_uint64(v, "unassigns", &c.unassigns, errp) &&
        visit_type_uint64(v, "no-action", &c.no_action, errp) &&
        visit_type_uint64(v, "errors", &c.errors, errp) &&
        visit_type_uint64(v, "faults", &c.faults, errp) &&
        visit_type_uint64(v, "busy", &c.busy, errp) &&
        visit_type_uint64(v, "discards", &c.discards, errp) &&
        visit_type_uint64(v, "resets", &c.resets, errp)) {
        visit_check_struct(v, errp);
    }
    visit_end_struct(v, NULL);
}

static int standby_get_advertise(Object *obj, Error **errp)
{
    return SCLP_STANDBY_MEMORY(obj)->advertise;
}

static void standby_set_advertise(Object *obj, int value, Error **errp)
{
    SCLP_STANDBY_MEMORY(obj)->advertise = value;
}

static int standby_get_fail_on(Object *obj, Error **errp)
{
    return SCLP_STANDBY_MEMORY(obj)->fail_on;
}

static void standby_set_fail_on(Object *obj, int value, Error **errp)
{
    SCLP_STANDBY_MEMORY(obj)->fail_on = value;
}

static void standby_instance_init(Object *obj)
{
    SCLPStandbyMemory *s = SCLP_STANDBY_MEMORY(obj);

    s->advertise = ADVERTISE_ON;
    s->fail_rc = SCLP_RC_INVALID_SCLP_COMMAND;

    object_property_add_uint16_ptr(obj, "fail-rn", &s->fail_rn,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint16_ptr(obj, "fail-rc", &s->fail_rc,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint32_ptr(obj, "fail-times", &s->fail_times,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint16_ptr(obj, "fail-read", &s->fail_read,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint16_ptr(obj, "refuse-attach", &s->refuse_attach,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint32_ptr(obj, "delay-ms", &s->delay_ms,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint16_ptr(obj, "boot-rn", &s->boot_rn,
                                   OBJ_PROP_FLAG_READ);
    object_property_add_uint32_ptr(obj, "runs", &s->nr_runs,
                                   OBJ_PROP_FLAG_READ);
}

static const Property standby_properties[] = {
    DEFINE_PROP_LINK("memdev", SCLPStandbyMemory, hostmem,
                     TYPE_MEMORY_BACKEND, HostMemoryBackend *),
    DEFINE_PROP_SIZE("increment", SCLPStandbyMemory, increment, 256 * MiB),
    DEFINE_PROP_UINT16("per-element", SCLPStandbyMemory, per_element, 0),
};

static void standby_class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->desc = "SCLP standby memory";
    dc->realize = standby_realize;
    dc->vmsd = &vmstate_standby;
    dc->hotpluggable = false;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, standby_properties);
    object_class_property_set_description(oc, "memdev",
        "Memory backend of the standby storage");
    object_class_property_set_description(oc, "increment",
        "Size of a storage increment");
    object_class_property_set_description(oc, "per-element",
        "Increments of a storage element (0: as many as possible)");

    object_class_property_add_enum(oc, "advertise", "SCLPStandbyAdvertise",
                                   &advertise_lookup, standby_get_advertise,
                                   standby_set_advertise);
    object_class_property_set_description(oc, "advertise",
        "What READ SCP INFO says of standby storage: on, info or off");
    object_class_property_add_enum(oc, "fail-on", "SCLPStandbyFailOn",
                                   &fail_on_lookup, standby_get_fail_on,
                                   standby_set_fail_on);
    object_class_property_set_description(oc, "fail-on",
        "Commands that fail-rn applies to: any, assign or unassign");
    object_class_property_add_str(oc, "assigned", standby_get_assigned, NULL);
    object_class_property_set_description(oc, "assigned",
        "Assigned standby increments, as ranges of rn");
    object_class_property_add_str(oc, "attached", standby_get_attached, NULL);
    object_class_property_set_description(oc, "attached",
        "Attached storage elements, as ranges");
    object_class_property_add_bool(oc, "busy", standby_get_busy, NULL);
    object_class_property_set_description(oc, "busy",
        "A storage command is running");
    object_class_property_add(oc, "counters", "SCLPStandbyCounters",
                              standby_get_counters, NULL, NULL, NULL);
    object_class_property_set_description(oc, "counters",
        "What the guest asked for and got");
}

static const TypeInfo standby_info = {
    .name = TYPE_SCLP_STANDBY_MEMORY,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(SCLPStandbyMemory),
    .instance_init = standby_instance_init,
    .class_init = standby_class_init,
};

static void standby_register_types(void)
{
    type_register_static(&standby_info);
}
type_init(standby_register_types)
