/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SCLP standby memory for s390x: the memory map
 *
 * Neighbouring assigned increments share one alias of the memory backend (a
 * "run"): the number of memory regions follows the fragmentation of the
 * guest's storage and not its size.  With an alias an increment, assigning n
 * of them would take n^2 steps, as each change renders all regions anew.
 *
 * Where there is no run nothing is mapped, and access is an addressing
 * exception.
 *
 * The guest decides how fragmented its storage is, and the memory map has room
 * for TARGET_PAGE_SIZE sections and asserts that there are no more.  So the
 * number of runs is bounded; a command that needs one more is refused, whether
 * it is an ASSIGN away from all others or an UNASSIGN out of the middle of a
 * run.
 */

#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include "cpu.h"
#include "exec/exec-all.h"
#include "exec/ram_addr.h"
#include "hw/boards.h"
#include "hw/mem/memory-device.h"
#include "hw/s390x/storage-keys.h"
#include "hw/virtio/vhost.h"
#include "migration/misc.h"
#include "system/kvm.h"
#include "system/tcg.h"
#include "trace.h"
#include "sclp-standby-internal.h"

MemoryRegion *sclp_standby_ram(const SCLPStandbyMemory *s)
{
    return host_memory_backend_get_memory(s->hostmem);
}

bool sclp_standby_frozen(void)
{
    return migration_in_incoming_postcopy() || migration_in_bg_snapshot();
}

void sclp_standby_discard(SCLPStandbyMemory *s, uint32_t first, uint32_t count)
{
    MemoryRegion *mr = sclp_standby_ram(s);
    uint64_t offset = first * s->increment;
    uint64_t size = count * s->increment;

    if (ram_block_discard_range(mr->ram_block, offset, size)) {
        /* It has said why.  Zero is a promise, host memory a courtesy. */
        memset(memory_region_get_ram_ptr(mr) + offset, 0, size);
    }
#ifdef CONFIG_TCG
    if (tcg_enabled()) {
        ram_addr_t start = memory_region_get_ram_addr(mr) + offset;

        /* Which looks at each page twice, and there is hardly ever any code. */
        if (cpu_physical_memory_range_includes_clean(start, size,
                                                     1 << DIRTY_MEMORY_CODE)) {
            tb_invalidate_phys_range(start, start + size - 1);
        }
    }
#endif
    /* A migration that already sent the old contents has to send zeroes. */
    memory_region_set_dirty(mr, offset, size);
    s->counters.discards += count;
}

void sclp_standby_clear_keys(SCLPStandbyMemory *s, uint32_t first,
                             uint32_t count)
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
    gfn = (s->boot_rn + first) * s->increment / TARGET_PAGE_SIZE;
    end = gfn + count * s->increment / TARGET_PAGE_SIZE;
    for (; gfn < end; gfn += chunk) {
        s390_skeys_set(ss, gfn, chunk, keys);
    }
}

static StandbyRun *standby_run_at(SCLPStandbyMemory *s, uint32_t index)
{
    IntervalTreeNode *node = interval_tree_iter_first(&s->runs, index, index);

    return node ? container_of(node, StandbyRun, node) : NULL;
}

/* Of the slots that are reserved some are in use, as memory devices have it. */
static void standby_count_runs(SCLPStandbyMemory *s, int delta)
{
    s->nr_runs += delta;
    if (s->memslots) {
        MACHINE(qdev_get_machine())->device_memory->used_memslots += delta;
    }
}

static void standby_run_new(SCLPStandbyMemory *s, uint32_t first, uint32_t last)
{
    StandbyRun *run = g_new0(StandbyRun, 1);
    g_autofree char *name =
        g_strdup_printf("standby-rn%u", sclp_standby_index_to_rn(s, first));

    run->node.start = first;
    run->node.last = last;
    interval_tree_insert(&run->node, &s->runs);
    standby_count_runs(s, 1);
    memory_region_init_alias(&run->alias, OBJECT(s), name, sclp_standby_ram(s),
                             first * s->increment,
                             (last - first + 1) * s->increment);
    memory_region_add_subregion(&s->container, first * s->increment,
                                &run->alias);
    trace_sclp_standby_map(sclp_standby_index_to_rn(s, first),
                           sclp_standby_index_to_rn(s, last));
}

static void standby_run_free(SCLPStandbyMemory *s, StandbyRun *run)
{
    interval_tree_remove(&run->node, &s->runs);
    standby_count_runs(s, -1);
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
    trace_sclp_standby_map(sclp_standby_index_to_rn(s, first),
                           sclp_standby_index_to_rn(s, last));
}

/* The run that ends before @first, and the one that begins after @last. */
static StandbyRun *standby_run_before(SCLPStandbyMemory *s, uint32_t first)
{
    return first ? standby_run_at(s, first - 1) : NULL;
}

static StandbyRun *standby_run_after(SCLPStandbyMemory *s, uint32_t last)
{
    return standby_run_at(s, last + 1);
}

/*
 * How many runs there may be: what was reserved, or what the memory map, KVM
 * and vhost devices have room for now.  A vhost device that has no slot left
 * says nothing and goes on with its old table.
 */
static uint64_t standby_runs_max(const SCLPStandbyMemory *s)
{
    uint64_t free, reserved;

    if (s->memslots) {
        return s->memslots;
    }
    reserved = memory_devices_get_reserved_memslots();
    free = vhost_get_free_memslots();
    if (kvm_enabled()) {
        free = MIN(free, kvm_get_free_memslots());
    }
    free = free > reserved ? free - reserved : 0;
    return MIN(STANDBY_RUNS_MAX, s->nr_runs + free);
}

bool sclp_standby_can_map(SCLPStandbyMemory *s, uint32_t first, uint32_t count)
{
    return standby_run_before(s, first) ||
           standby_run_after(s, first + count - 1) ||
           s->nr_runs < standby_runs_max(s);
}

bool sclp_standby_can_unmap(SCLPStandbyMemory *s, uint32_t index)
{
    StandbyRun *run = standby_run_at(s, index);

    /* Only one that falls in two needs another. */
    return run->node.start == index || run->node.last == index ||
           s->nr_runs < standby_runs_max(s);
}

void sclp_standby_map(SCLPStandbyMemory *s, uint32_t first, uint32_t count)
{
    uint32_t last = first + count - 1;
    StandbyRun *left = standby_run_before(s, first);
    StandbyRun *right = standby_run_after(s, last);

    memory_region_transaction_begin();
    if (left) {
        if (right) {
            last = right->node.last;
            standby_run_free(s, right);
        }
        standby_run_resize(s, left, left->node.start, last);
    } else if (right) {
        standby_run_resize(s, right, first, right->node.last);
    } else {
        standby_run_new(s, first, last);
    }
    memory_region_transaction_commit();
    bitmap_set(s->assigned, first, count);
}

void sclp_standby_unmap(SCLPStandbyMemory *s, uint32_t index)
{
    StandbyRun *run = standby_run_at(s, index);
    uint32_t first = run->node.start;
    uint32_t last = run->node.last;

    trace_sclp_standby_unmap(sclp_standby_index_to_rn(s, index));
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

/* Set *@first and *@count to the next set bits, from *@first + *@count. */
static bool standby_next_assigned(const SCLPStandbyMemory *s, uint32_t *first,
                                  uint32_t *count)
{
    *first = find_next_bit(s->assigned, s->nr_increments, *first + *count);
    *count = find_next_zero_bit(s->assigned, s->nr_increments, *first) - *first;
    return *count;
}

void sclp_standby_unmap_all(SCLPStandbyMemory *s)
{
    uint32_t first = 0, count = 0;
    IntervalTreeNode *node;

    memory_region_transaction_begin();
    while ((node = interval_tree_iter_first(&s->runs, 0, UINT64_MAX))) {
        standby_run_free(s, container_of(node, StandbyRun, node));
    }
    memory_region_transaction_commit();
    /*
     * Not before: until then listeners (KVM, vhost) have it mapped.  What may
     * not be discarded now is cleared when it is assigned again.
     */
    while (!sclp_standby_frozen() &&
           standby_next_assigned(s, &first, &count)) {
        sclp_standby_discard(s, first, count);
    }
    bitmap_zero(s->assigned, s->nr_increments);
}

bool sclp_standby_map_assigned(SCLPStandbyMemory *s)
{
    uint32_t first = 0, count = 0, runs = 0;
    uint64_t max = standby_runs_max(s);

    while (standby_next_assigned(s, &first, &count)) {
        runs++;
    }
    if (runs > max) {
        error_report(TYPE_SCLP_STANDBY_MEMORY ": assigned increments in %"
                     PRIu32 " pieces, more than the %" PRIu64
                     " there may be", runs, max);
        return false;
    }
    memory_region_transaction_begin();
    first = count = 0;
    while (standby_next_assigned(s, &first, &count)) {
        standby_run_new(s, first, first + count - 1);
    }
    memory_region_transaction_commit();
    return true;
}
