/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SCLP standby memory for s390x: the same device for a laboratory
 *
 * A machine that refuses commands when told to, takes its time over them, or
 * says less of its storage than it has.  All of it is set with properties that
 * begin with x-, at any time.  sclp-standby-memory knows nothing of it.
 */

#include "qemu/osdep.h"
#include "qapi/util.h"
#include "qemu/timer.h"
#include "trace.h"
#include "sclp-standby-internal.h"

#define TYPE_SCLP_STANDBY_LAB "sclp-standby-memory-lab"
OBJECT_DECLARE_SIMPLE_TYPE(SCLPStandbyLab, SCLP_STANDBY_LAB)

/* Value of x-fail-read and x-refuse-attach that means every element. */
#define LAB_EVERY_ELEMENT               0xffff

/* What the guest is told in READ SCP INFO. */
typedef enum {
    ADVERTISE_OFF,      /* nothing: rnmax ends with the initial memory */
    ADVERTISE_INFO,     /* rnmax, and that READ STORAGE ELEMENT INFO is there */
    ADVERTISE_ON,       /* rnmax and all storage commands */
} LabAdvertise;

/* Which commands the fault of x-fail-rn hits. */
typedef enum {
    FAIL_ON_ANY,
    FAIL_ON_ASSIGN,
    FAIL_ON_UNASSIGN,
} LabFailOn;

struct SCLPStandbyLab {
    SCLPStandbyMemory parent_obj;

    LabAdvertise advertise;
    uint16_t fail_rn;           /* 0: none */
    uint16_t fail_rc;
    LabFailOn fail_on;
    uint32_t fail_times;        /* 0: for ever */
    uint16_t fail_read;         /* element, 0: none */
    uint16_t refuse_attach;     /* element, 0: none */
    uint32_t delay_ms;

    QEMUTimer timer;
    uint32_t held;              /* generation of the command it is for */
    uint64_t faults;            /* answers that were asked for */
};

static const QEnumLookup advertise_lookup = {
    .array = (const char *const[]) { "off", "info", "on" },
    .size = 3,
};

static const QEnumLookup fail_on_lookup = {
    .array = (const char *const[]) { "any", "assign", "unassign" },
    .size = 3,
};

static SCLPStandbyMemoryClass *lab_parent(void)
{
    return SCLP_STANDBY_MEMORY_CLASS(
        object_class_by_name(TYPE_SCLP_STANDBY_MEMORY));
}

static uint64_t lab_facilities(SCLPStandbyMemory *s)
{
    switch (SCLP_STANDBY_LAB(s)->advertise) {
    case ADVERTISE_OFF:
        return 0;
    case ADVERTISE_INFO:
        return SCLP_FC_READ_STORAGE_INFO;
    case ADVERTISE_ON:
        break;
    }
    return lab_parent()->facilities(s);
}

static bool lab_fails_element(uint16_t chosen, int element)
{
    return chosen && (chosen == LAB_EVERY_ELEMENT || chosen == element);
}

static bool lab_fails_rn(SCLPStandbyLab *lab, LabFailOn command)
{
    StandbyRequest *req = &lab->parent_obj.req;

    return lab->fail_rn && req->length >= sizeof(req->assign) &&
           be16_to_cpu(req->assign.rn) == lab->fail_rn &&
           (lab->fail_on == FAIL_ON_ANY || lab->fail_on == command);
}

static bool lab_fails(SCLPStandbyLab *lab)
{
    StandbyRequest *req = &lab->parent_obj.req;
    int element = sclp_standby_request_element(req);

    switch (req->code & SCLP_CMD_CODE_MASK) {
    case SCLP_READ_STORAGE_ELEMENT_INFO:
        return lab_fails_element(lab->fail_read, element);
    case SCLP_ATTACH_STORAGE_ELEMENT:
        return lab_fails_element(lab->refuse_attach, element);
    case SCLP_ASSIGN_STORAGE:
        return lab_fails_rn(lab, FAIL_ON_ASSIGN);
    case SCLP_UNASSIGN_STORAGE:
        return lab_fails_rn(lab, FAIL_ON_UNASSIGN);
    }
    return false;
}

static uint16_t lab_execute(SCLPStandbyMemory *s)
{
    SCLPStandbyLab *lab = SCLP_STANDBY_LAB(s);

    if (!lab_fails(lab)) {
        return lab_parent()->execute(s);
    }
    if (lab->fail_times && --lab->fail_times == 0) {
        lab->fail_rn = 0;
        lab->fail_read = 0;
        lab->refuse_attach = 0;
    }
    trace_sclp_standby_fault(s->req.code, lab->fail_rc);
    lab->faults++;
    return lab->fail_rc;
}

/*
 * Storage has gone already if the command was UNASSIGN, and comes now if it
 * was ASSIGN: the most hostile order for a guest that does not wait.
 */
static void lab_delay_over(void *opaque)
{
    SCLPStandbyLab *lab = opaque;
    SCLPStandbyMemory *s = &lab->parent_obj;

    /* It may have been ended, or cancelled by a reset. */
    if (s->req.phase == REQUEST_HELD && s->req.generation == lab->held) {
        sclp_standby_finish(s);
    }
}

static MemTxResult lab_complete(SCLPStandbyMemory *s)
{
    SCLPStandbyLab *lab = SCLP_STANDBY_LAB(s);

    if (!lab->delay_ms) {
        return lab_parent()->complete(s);
    }
    s->req.phase = REQUEST_HELD;
    lab->held = s->req.generation;
    timer_mod(&lab->timer,
              qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL) + (int64_t)lab->delay_ms);
    return MEMTX_OK;
}

static int lab_get_advertise(Object *obj, Error **errp)
{
    return SCLP_STANDBY_LAB(obj)->advertise;
}

static void lab_set_advertise(Object *obj, int value, Error **errp)
{
    SCLP_STANDBY_LAB(obj)->advertise = value;
}

static int lab_get_fail_on(Object *obj, Error **errp)
{
    return SCLP_STANDBY_LAB(obj)->fail_on;
}

static void lab_set_fail_on(Object *obj, int value, Error **errp)
{
    SCLP_STANDBY_LAB(obj)->fail_on = value;
}

static void lab_instance_init(Object *obj)
{
    SCLPStandbyLab *lab = SCLP_STANDBY_LAB(obj);

    lab->advertise = ADVERTISE_ON;
    lab->fail_rc = SCLP_RC_INVALID_SCLP_COMMAND;
    timer_init_ms(&lab->timer, QEMU_CLOCK_VIRTUAL, lab_delay_over, lab);

    object_property_add_uint16_ptr(obj, "x-fail-rn", &lab->fail_rn,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint16_ptr(obj, "x-fail-rc", &lab->fail_rc,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint32_ptr(obj, "x-fail-times", &lab->fail_times,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint16_ptr(obj, "x-fail-read", &lab->fail_read,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint16_ptr(obj, "x-refuse-attach", &lab->refuse_attach,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint32_ptr(obj, "x-delay-ms", &lab->delay_ms,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint64_ptr(obj, "x-faults", &lab->faults,
                                   OBJ_PROP_FLAG_READ);
}

static void lab_instance_finalize(Object *obj)
{
    timer_del(&SCLP_STANDBY_LAB(obj)->timer);
}

static void lab_class_init(ObjectClass *oc, void *data)
{
    SCLPStandbyMemoryClass *smc = SCLP_STANDBY_MEMORY_CLASS(oc);

    DEVICE_CLASS(oc)->desc = "SCLP standby memory, with faults on request";
    smc->facilities = lab_facilities;
    smc->execute = lab_execute;
    smc->complete = lab_complete;
    object_class_property_add_enum(oc, "x-advertise", "SCLPStandbyAdvertise",
                                   &advertise_lookup, lab_get_advertise,
                                   lab_set_advertise);
    object_class_property_set_description(oc, "x-advertise",
        "What READ SCP INFO says of standby storage: on, info or off");
    object_class_property_add_enum(oc, "x-fail-on", "SCLPStandbyFailOn",
                                   &fail_on_lookup, lab_get_fail_on,
                                   lab_set_fail_on);
    object_class_property_set_description(oc, "x-fail-on",
        "Commands that x-fail-rn applies to: any, assign or unassign");
}

static const TypeInfo lab_info = {
    .name = TYPE_SCLP_STANDBY_LAB,
    .parent = TYPE_SCLP_STANDBY_MEMORY,
    .instance_size = sizeof(SCLPStandbyLab),
    .instance_init = lab_instance_init,
    .instance_finalize = lab_instance_finalize,
    .class_init = lab_class_init,
};

static void lab_register_types(void)
{
    type_register_static(&lab_info);
}
type_init(lab_register_types)
