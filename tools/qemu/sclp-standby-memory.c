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
 * Increments are grouped into storage elements.  Those of the initial memory
 * are always attached and assigned; the others belong to this device and start
 * out detached, their increments in standby.  See sclp-standby-layout.c.
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
 * Locking: all state is protected by the BQL.
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "cpu.h"
#include "exec/address-spaces.h"
#include "hw/boards.h"
#include "hw/mem/memory-device.h"
#include "hw/qdev-properties.h"
#include "hw/s390x/s390-virtio-ccw.h"
#include "hw/virtio/vhost.h"
#include "migration/vmstate.h"
#include "system/kvm.h"
#include "system/reset.h"
#include "system/runstate.h"
#include "system/system.h"
#include "trace.h"
#include "sclp-standby-internal.h"

SCLPStandbyMemory *sclp_standby;

/* A stopped machine has no command running: migration need not carry one. */
static void standby_vm_state_change(void *opaque, bool running, RunState state)
{
    SCLPStandbyMemory *s = opaque;

    if (!running) {
        sclp_standby_finish(s);
    }
}

/* What the guest need not attach. */
static void standby_attach_boot_elements(SCLPStandbyMemory *s)
{
    bitmap_zero(s->attached, STANDBY_ELEMENTS_MAX);
    bitmap_set(s->attached, 0, s->nr_boot_elements);
}

/* Back to standby, whatever was going on.  vCPUs do not run. */
static void standby_reset(void *opaque)
{
    SCLPStandbyMemory *s = opaque;

    trace_sclp_standby_reset(bitmap_count_one(s->assigned, s->nr_increments),
                             bitmap_count_one(s->attached, s->nr_elements) -
                             s->nr_boot_elements);
    sclp_standby_cancel(s);
    sclp_standby_unmap_all(s);
    standby_attach_boot_elements(s);
    s->counters.resets++;
}

/* Loading follows a reset: nothing is mapped yet. */
static int standby_post_load(void *opaque, int version_id)
{
    return sclp_standby_map_assigned(opaque) ? 0 : -EINVAL;
}

#define MISMATCH(what) \
    TYPE_SCLP_STANDBY_MEMORY ": " what " is not the same on both sides"

static const VMStateDescription vmstate_standby = {
    .name = TYPE_SCLP_STANDBY_MEMORY,
    .version_id = 2,
    .minimum_version_id = 2,
    .post_load = standby_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64_EQUAL(increment, SCLPStandbyMemory,
                             MISMATCH("increment")),
        VMSTATE_UINT16_EQUAL(boot_rn, SCLPStandbyMemory,
                             MISMATCH("size of initial memory")),
        VMSTATE_INT32_EQUAL(nr_increments, SCLPStandbyMemory,
                            MISMATCH("size of memdev")),
        VMSTATE_UINT16_EQUAL(per_element, SCLPStandbyMemory,
                             MISMATCH("per-element")),
        VMSTATE_UINT16_EQUAL(boot_per_element, SCLPStandbyMemory,
                             MISMATCH("boot-per-element")),
        VMSTATE_INT32_EQUAL(nr_elements, SCLPStandbyMemory,
                            MISMATCH("single-element")),
        VMSTATE_BITMAP(assigned, SCLPStandbyMemory, 1, nr_increments),
        VMSTATE_BITMAP(attached, SCLPStandbyMemory, 1, nr_elements),
        VMSTATE_END_OF_LIST()
    },
};

/* Can as many memory slots be reserved as the memslots property says? */
static bool standby_check_memslots(SCLPStandbyMemory *s, Error **errp)
{
    unsigned int required = s->memslots + memory_devices_get_reserved_memslots();

    if (s->memslots > STANDBY_RUNS_MAX) {
        error_setg(errp, "memslots must be at most %d", STANDBY_RUNS_MAX);
        return false;
    }
    if (kvm_enabled() && s->memslots && kvm_get_free_memslots() < required) {
        error_setg(errp, "hypervisor has not enough free memory slots left");
        return false;
    }
    if (s->memslots && vhost_get_free_memslots() < required) {
        error_setg(errp, "a used vhost backend has not enough free memory "
                   "slots left");
        return false;
    }
    return true;
}

static void standby_realize(DeviceState *dev, Error **errp)
{
    SCLPStandbyMemory *s = SCLP_STANDBY_MEMORY(dev);
    MachineState *ms = MACHINE(qdev_get_machine());
    S390CcwMachineState *s390ms;
    MemoryRegion *mr;
    uint64_t size, room;

    if (!object_dynamic_cast(OBJECT(ms), TYPE_S390_CCW_MACHINE)) {
        error_setg(errp, "only for s390-ccw-virtio machines");
        return;
    }
    s390ms = S390_CCW_MACHINE(ms);
    if (sclp_standby) {
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
    mr = sclp_standby_ram(s);
    size = memory_region_size(mr);
    if (!sclp_standby_layout(s, ms->ram_size, size, errp)) {
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
    if (s->hostmem->prealloc) {
        error_setg(errp, "memdev is preallocated: standby storage has no "
                   "memory until it is assigned");
        return;
    }
    if (should_mlock(mlock_state)) {
        error_setg(errp, "locked memory (-overcommit mem-lock) cannot be "
                   "given back when storage is unassigned");
        return;
    }
    /*
     * Storage keys exist, and KVM maps storage, up to the limit.  It may lie
     * above maxmem: room for memory devices begins at a multiple of 1 GiB.
     */
    room = MIN(ms->maxram_size, s390_get_memory_limit(s390ms)) - ms->ram_size;
    if (size > room) {
        error_setg(errp, "memdev of 0x%" PRIx64 " is more than the 0x%" PRIx64
                   " that maxmem leaves: raise -m maxmem", size, room);
        return;
    }
    if (ms->device_memory && ms->device_memory->used_region_size) {
        error_setg(errp, "cannot be combined with memory devices");
        return;
    }
    if (!standby_check_memslots(s, errp)) {
        return;
    }
    if (ram_block_coordinated_discard_require(true)) {
        error_setg(errp, "discarding of memory is disabled");
        return;
    }

    /* Memory devices would live at the same addresses: take all the room. */
    if (ms->device_memory) {
        ms->device_memory->used_region_size =
            memory_region_size(&ms->device_memory->mr);
        ms->device_memory->required_memslots += s->memslots;
    }
    s->assigned = bitmap_new(s->nr_increments);
    s->attached = bitmap_new(STANDBY_ELEMENTS_MAX);
    standby_attach_boot_elements(s);
    s->vmstate_handler =
        qemu_add_vm_change_state_handler(standby_vm_state_change, s);

    s390ms->sclp->increment_size = ctz64(s->increment);
    host_memory_backend_set_mapped(s->hostmem, true);
    vmstate_register_ram(mr, dev);
    memory_region_init(&s->container, OBJECT(s), "sclp-standby-memory", size);
    memory_region_add_subregion_overlap(get_system_memory(), ms->ram_size,
                                        &s->container, 1);
    qemu_register_reset(standby_reset, s);
    sclp_standby = s;
}

/*
 * Properties that may be read at any time
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

    return standby_bitmap_str(s->attached, s->nr_elements, s->nr_boot_elements,
                              0);
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
        visit_type_uint64(v, "busy", &c.busy, errp) &&
        visit_type_uint64(v, "discards", &c.discards, errp) &&
        visit_type_uint64(v, "resets", &c.resets, errp)) {
        visit_check_struct(v, errp);
    }
    visit_end_struct(v, NULL);
}

static void standby_instance_init(Object *obj)
{
    SCLPStandbyMemory *s = SCLP_STANDBY_MEMORY(obj);

    object_property_add_uint16_ptr(obj, "boot-rn", &s->boot_rn,
                                   OBJ_PROP_FLAG_READ);
    object_property_add_uint32_ptr(obj, "runs", &s->nr_runs,
                                   OBJ_PROP_FLAG_READ);
}

static const Property standby_properties[] = {
    DEFINE_PROP_LINK("memdev", SCLPStandbyMemory, hostmem,
                     TYPE_MEMORY_BACKEND, HostMemoryBackend *),
    DEFINE_PROP_SIZE("increment", SCLPStandbyMemory, increment, 0),
    DEFINE_PROP_UINT16("per-element", SCLPStandbyMemory, per_element, 0),
    DEFINE_PROP_UINT16("boot-per-element", SCLPStandbyMemory,
                       boot_per_element, 0),
    DEFINE_PROP_BOOL("single-element", SCLPStandbyMemory, single_element,
                     false),
    DEFINE_PROP_BOOL("attach-assigned", SCLPStandbyMemory, attach_assigned,
                     false),
    DEFINE_PROP_UINT16("memslots", SCLPStandbyMemory, memslots, 0),
};

static void standby_class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    SCLPStandbyMemoryClass *smc = SCLP_STANDBY_MEMORY_CLASS(oc);

    smc->facilities = sclp_standby_facilities;
    smc->execute = sclp_standby_execute;
    smc->complete = sclp_standby_complete;
    dc->desc = "SCLP standby memory";
    dc->realize = standby_realize;
    dc->vmsd = &vmstate_standby;
    dc->hotpluggable = false;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, standby_properties);
    object_class_property_set_description(oc, "memdev",
        "Memory backend of the standby storage");
    object_class_property_set_description(oc, "increment",
        "Size of a storage increment (0: chosen from the sizes)");
    object_class_property_set_description(oc, "per-element",
        "Standby increments of a storage element (0: as many as possible)");
    object_class_property_set_description(oc, "boot-per-element",
        "Increments of an element of initial memory (0: as many as possible)");
    object_class_property_set_description(oc, "single-element",
        "One storage element, always attached, has all increments");
    object_class_property_set_description(oc, "attach-assigned",
        "Increments are assigned when their element is attached");
    object_class_property_set_description(oc, "memslots",
        "Memory slots to reserve, and most pieces of assigned storage "
        "(0: none are reserved, as many as are free are used)");

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
    .class_size = sizeof(SCLPStandbyMemoryClass),
    .class_init = standby_class_init,
};

static void standby_register_types(void)
{
    type_register_static(&standby_info);
}
type_init(standby_register_types)
