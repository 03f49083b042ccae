/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SCLP standby memory for s390x: how a command ends
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
#include "trace.h"
#include "sclp-standby-internal.h"

/* A marker behind the TLB flush of each vCPU. */
typedef struct StandbyFence {
    SCLPStandbyMemory *s;
    uint32_t generation;
    uint32_t pending;           /* vCPUs it has not passed */
} StandbyFence;

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

void sclp_standby_fence(SCLPStandbyMemory *s)
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

void sclp_standby_subsystem_reset(void)
{
    if (sclp_standby) {
        sclp_standby_cancel(sclp_standby);
    }
}
