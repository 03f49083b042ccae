/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SCLP standby memory for s390x: the commands
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
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "cpu.h"
#include "exec/address-spaces.h"
#include "hw/boards.h"
#include "hw/core/cpu.h"
#include "hw/s390x/s390-virtio-ccw.h"
#include "target/s390x/kvm/pv.h"
#include "trace.h"
#include "sclp-standby-internal.h"

/* READ STORAGE ELEMENT INFORMATION: there is no such element. */
#define SCLP_RC_NO_SUCH_ELEMENT         0x0310

/* ATTACH STORAGE ELEMENT: the only function code there is. */
#define SCLP_FUNCTION_ATTACH            0x40

/* An entry names an increment in the upper half; the lower half is one. */
#define STANDBY_ENTRY(rn)               cpu_to_be32((uint32_t)(rn) << 16 | 1)

QEMU_BUILD_BUG_ON(sizeof(ReadStorageElementInfo) != 16);
QEMU_BUILD_BUG_ON(sizeof(AttachStorageElement) != 16);
QEMU_BUILD_BUG_ON(sizeof(AssignStorage) != 10);
QEMU_BUILD_BUG_ON(STANDBY_ENTRIES_MAX != MAX_STORAGE_INCREMENTS);

/* A marker behind the TLB flush of each vCPU. */
typedef struct StandbyFence {
    SCLPStandbyMemory *s;
    uint32_t generation;
    uint32_t pending;           /* vCPUs it has not passed */
} StandbyFence;

/*
 * Completion of a command
 */

/* The increment that a command is about, 0 if it is about none. */
static uint16_t standby_request_rn(const StandbyRequest *req)
{
    switch (req->code & SCLP_CMD_CODE_MASK) {
    case SCLP_ASSIGN_STORAGE:
    case SCLP_UNASSIGN_STORAGE:
        return req->length < sizeof(req->assign) ?
               0 : be16_to_cpu(req->assign.rn);
    }
    return 0;
}

/* Bring increments into existence: zeroes, and storage keys of zero. */
static void standby_bring(SCLPStandbyMemory *s, uint32_t first, uint32_t count)
{
    sclp_standby_discard(s, first, count);
    sclp_standby_map(s, first, count);
    sclp_standby_clear_keys(s, first, count);
}

static void standby_attached(SCLPStandbyMemory *s, int element)
{
    uint16_t first = sclp_standby_element_first(s, element);

    set_bit(element, s->attached);
    if (s->attach_assigned) {
        standby_bring(s, sclp_standby_rn_to_index(s, first),
                      sclp_standby_element_size(s, element));
    }
}

MemTxResult sclp_standby_complete(SCLPStandbyMemory *s)
{
    StandbyRequest *req = &s->req;
    SCLPDevice *sclp = S390_CCW_MACHINE(qdev_get_machine())->sclp;
    uint16_t response = be16_to_cpu(req->h.response_code);
    MemTxResult ret;

    switch (req->effect) {
    case EFFECT_ATTACH:
        standby_attached(s, req->number);
        break;
    case EFFECT_ASSIGN:
        standby_bring(s, req->number, 1);
        break;
    case EFFECT_DISCARD:
        sclp_standby_discard(s, req->number, 1);
        break;
    case EFFECT_NONE:
        break;
    }
    req->phase = REQUEST_NONE;
    req->generation++;

    trace_sclp_standby_response(req->code, standby_request_rn(req), response);
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

/*
 * The SERVICE CALL is over, so there is nobody to return an error to: such as
 * of an SCCB inside the increment that it unassigned.
 */
static void standby_response_lost(uint64_t sccb_addr)
{
    SCLPDevice *sclp = S390_CCW_MACHINE(qdev_get_machine())->sclp;

    qemu_log_mask(LOG_GUEST_ERROR, TYPE_SCLP_STANDBY_MEMORY ": SCCB at 0x%"
                  PRIx64 " is gone, response lost\n", sccb_addr);
    SCLP_GET_CLASS(sclp)->service_interrupt(sclp, sccb_addr);
}

void sclp_standby_finish(SCLPStandbyMemory *s)
{
    uint64_t sccb_addr = s->req.sccb_addr;

    if (s->req.phase != REQUEST_NONE &&
        sclp_standby_complete(s) != MEMTX_OK) {
        standby_response_lost(sccb_addr);
    }
}

void sclp_standby_cancel(SCLPStandbyMemory *s)
{
    if (s->req.phase != REQUEST_NONE && s->req.effect == EFFECT_DISCARD) {
        sclp_standby_discard(s, s->req.number, 1);
    }
    s->req.phase = REQUEST_NONE;
    s->req.generation++;
}

static void standby_fence_passed(CPUState *cs, run_on_cpu_data data)
{
    StandbyFence *fence = data.host_ptr;
    SCLPStandbyMemory *s = fence->s;
    uint64_t sccb_addr = s->req.sccb_addr;
    bool stale;

    if (--fence->pending) {
        return;
    }
    /* Reset and vmstop end a request without waiting. */
    stale = s->req.phase != REQUEST_FENCE ||
            s->req.generation != fence->generation;
    trace_sclp_standby_fenced(fence->generation, stale);
    g_free(fence);
    if (!stale &&
        SCLP_STANDBY_MEMORY_GET_CLASS(s)->complete(s) != MEMTX_OK) {
        standby_response_lost(sccb_addr);
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

/*
 * The increments of an attached element that are assigned are listed; the
 * others are in standby.  A detached element lists nothing but their number:
 * which increments they are follows from what no other element has.
 */
static uint16_t standby_read_info(SCLPStandbyMemory *s, int element)
{
    StandbyRequest *req = &s->req;
    ReadStorageElementInfo *info = &req->read;
    uint16_t rn, count, i, n = 0;

    if (req->length < sizeof(*info)) {
        return SCLP_RC_INSUFFICIENT_SCCB_LENGTH;
    }
    memset(req->bytes + sizeof(info->h), 0, req->length - sizeof(info->h));
    info->max_id = cpu_to_be16(s->nr_elements - 1);
    if (element >= s->nr_elements) {
        return SCLP_RC_NO_SUCH_ELEMENT;
    }

    count = sclp_standby_element_size(s, element);
    if (req->length < sizeof(*info) + count * sizeof(info->entries[0])) {
        return SCLP_RC_INSUFFICIENT_SCCB_LENGTH;
    }
    if (!test_bit(element, s->attached)) {
        info->assigned = cpu_to_be16(count);
        info->standby = cpu_to_be16(count);
        return SCLP_RC_STANDBY_READ_COMPLETION;
    }
    rn = sclp_standby_element_first(s, element);
    for (i = 0; i < count; i++, rn++) {
        if (sclp_standby_is_assigned(s, rn)) {
            info->entries[n++] = STANDBY_ENTRY(rn);
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
    uint16_t first, count, i;

    if (req->length < sizeof(*attach)) {
        return SCLP_RC_INSUFFICIENT_SCCB_LENGTH;
    }
    if (attach->h.function_code != SCLP_FUNCTION_ATTACH) {
        return SCLP_RC_INVALID_FUNCTION;
    }
    if (element >= s->nr_elements) {
        return SCLP_RC_INVALID_SCLP_COMMAND;
    }
    if (test_bit(element, s->attached)) {
        return SCLP_RC_NO_ACTION_REQUIRED;
    }

    count = sclp_standby_element_size(s, element);
    if (req->length < sizeof(*attach) + count * sizeof(attach->entries[0])) {
        return SCLP_RC_INSUFFICIENT_SCCB_LENGTH;
    }
    first = sclp_standby_element_first(s, element);
    if (s->attach_assigned &&
        (sclp_standby_frozen() ||
         !sclp_standby_can_map(s, sclp_standby_rn_to_index(s, first),
                               count))) {
        return SCLP_RC_CONTAINED_EQUIPMENT_CHECK;
    }
    memset(req->bytes + sizeof(attach->h), 0, req->length - sizeof(attach->h));
    attach->assigned = cpu_to_be16(count);
    for (i = 0; i < count; i++) {
        attach->entries[i] = STANDBY_ENTRY(first + i);
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

    if (req->length < sizeof(req->assign)) {
        return SCLP_RC_INSUFFICIENT_SCCB_LENGTH;
    }
    rn = be16_to_cpu(req->assign.rn);
    if (!rn || rn > sclp_standby_rnmax(s)) {
        return SCLP_RC_INVALID_SCLP_COMMAND;
    }
    if (rn <= s->boot_rn) {
        /* Initial memory stays where it is. */
        return assign ? SCLP_RC_NO_ACTION_REQUIRED
                      : SCLP_RC_INVALID_SCLP_COMMAND;
    }
    if (!test_bit(sclp_standby_rn_to_element(s, rn), s->attached)) {
        return SCLP_RC_INVALID_SCLP_COMMAND;
    }
    index = sclp_standby_rn_to_index(s, rn);
    if (test_bit(index, s->assigned) == assign) {
        return SCLP_RC_NO_ACTION_REQUIRED;
    }
    /*
     * A valid command that the machine cannot carry out.  Nothing changes: an
     * increment that could not be unassigned stays, and keeps its contents.
     */
    if (sclp_standby_frozen() ||
        !(assign ? sclp_standby_can_map(s, index, 1)
                 : sclp_standby_can_unmap(s, index))) {
        return SCLP_RC_CONTAINED_EQUIPMENT_CHECK;
    }
    req->effect = assign ? EFFECT_ASSIGN : EFFECT_DISCARD;
    req->number = index;
    return SCLP_RC_NORMAL_COMPLETION;
}

/* Count the command; false if it is none of ours. */
static bool standby_count(SCLPStandbyMemory *s, uint32_t code)
{
    switch (code & SCLP_CMD_CODE_MASK) {
    case SCLP_READ_STORAGE_ELEMENT_INFO:
        s->counters.reads++;
        return true;
    case SCLP_ATTACH_STORAGE_ELEMENT:
        s->counters.attaches++;
        return true;
    case SCLP_ASSIGN_STORAGE:
        s->counters.assigns++;
        return true;
    case SCLP_UNASSIGN_STORAGE:
        s->counters.unassigns++;
        return true;
    }
    return false;
}

uint16_t sclp_standby_execute(SCLPStandbyMemory *s)
{
    StandbyRequest *req = &s->req;
    int element = sclp_standby_request_element(req);

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
    SCLPStandbyMemory *s = sclp_standby;
    uint16_t length = be16_to_cpu(sccb->h.length);
    SCLPStandbyMemoryClass *smc;
    StandbyRequest *req;
    uint16_t response;

    if (!s) {
        return false;
    }
    smc = SCLP_STANDBY_MEMORY_GET_CLASS(s);
    req = &s->req;
    if (req->phase != REQUEST_NONE) {
        trace_sclp_standby_busy(code);
        s->counters.busy++;
        *cc = 2;
        return true;
    }
    if (!standby_count(s, code)) {
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
        response = smc->execute(s);
    }
    req->h.response_code = cpu_to_be16(response);

    /* Storage goes when a command begins and comes when it ends. */
    *cc = 0;
    if (req->effect == EFFECT_DISCARD) {
        sclp_standby_unmap(s, req->number);
        standby_fence(s);
    } else if (smc->complete(s) != MEMTX_OK) {
        *cc = -PGM_PROTECTION;
    }
    return true;
}

uint64_t sclp_standby_facilities(SCLPStandbyMemory *s)
{
    return SCLP_FC_ASSIGN_ATTACH_READ_STOR;
}

void sclp_standby_subsystem_reset(void)
{
    if (sclp_standby) {
        sclp_standby_cancel(sclp_standby);
    }
}

void sclp_standby_read_scp_info(ReadInfo *read_info)
{
    SCLPStandbyMemory *s = sclp_standby;
    uint64_t facilities;

    /* Protected guests cannot have their storage taken. */
    if (!s || s390_is_pv()) {
        return;
    }
    facilities = SCLP_STANDBY_MEMORY_GET_CLASS(s)->facilities(s);
    if (!facilities) {
        return;
    }
    read_info->rnmax = cpu_to_be16(sclp_standby_rnmax(s));
    read_info->rnmax2 = 0;
    read_info->facilities |= cpu_to_be64(facilities);
}
