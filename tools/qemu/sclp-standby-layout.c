/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SCLP standby memory for s390x: which increments and elements there are
 *
 * Increments are numbered through: first those of the initial memory, then
 * standby.  Storage elements take them in that order,
 *
 *     0 ...            initial memory, boot-per-element each: always attached
 *     nr_boot_elements ...  standby, per-element each: the guest attaches them
 *
 * or there is one element with all of them, always attached.  Machines of
 * either kind exist.
 */

#include "qemu/osdep.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "sclp-standby-internal.h"

/* What is chosen if sizes allow it: Linux' memory block on s390x. */
#define STANDBY_INCREMENT_USUAL         (256 * MiB)

/*
 * The usual size, or the largest that both are multiples of; larger if there
 * were more increments than an element holds.
 */
static uint64_t standby_choose_increment(uint64_t ram_size, uint64_t size)
{
    uint64_t max = 1ULL << ctz64(ram_size | size);
    uint64_t increment = MIN(max, STANDBY_INCREMENT_USUAL);

    while (increment < max &&
           (ram_size + size) / increment > STANDBY_ENTRIES_MAX) {
        increment *= 2;
    }
    return increment;
}

static bool standby_check_increment(uint64_t increment, uint64_t ram_size,
                                    uint64_t size, Error **errp)
{
    if (increment < 1 * MiB || !is_power_of_2(increment)) {
        error_setg(errp, "increment must be a power of two of at least 1 MiB");
        return false;
    }
    if (!QEMU_IS_ALIGNED(ram_size, increment)) {
        error_setg(errp, "initial memory of 0x%" PRIx64 " is not a multiple "
                   "of the increment of 0x%" PRIx64, ram_size, increment);
        return false;
    }
    if (!size || !QEMU_IS_ALIGNED(size, increment)) {
        error_setg(errp, "memdev of 0x%" PRIx64 " is not a multiple "
                   "of the increment of 0x%" PRIx64, size, increment);
        return false;
    }
    if ((ram_size + size) / increment > STANDBY_RN_MAX) {
        error_setg(errp, "more than %u increments: raise increment",
                   STANDBY_RN_MAX);
        return false;
    }
    return true;
}

/* Set *@per_element, if it is 0, to what @nr increments allow. */
static bool standby_fill_element(const char *name, uint16_t *per_element,
                                 uint32_t nr, Error **errp)
{
    if (!*per_element) {
        *per_element = MIN(nr, STANDBY_ENTRIES_MAX);
    }
    if (*per_element > STANDBY_ENTRIES_MAX) {
        error_setg(errp, "%s must be at most %zu", name, STANDBY_ENTRIES_MAX);
        return false;
    }
    return true;
}

static bool standby_single_element(SCLPStandbyMemory *s, Error **errp)
{
    if (s->per_element || s->boot_per_element) {
        error_setg(errp, "single-element leaves nothing to per-element and "
                   "boot-per-element");
        return false;
    }
    if (sclp_standby_rnmax(s) > STANDBY_ENTRIES_MAX) {
        error_setg(errp, "%u increments, more than the %zu of a single "
                   "element: raise increment", sclp_standby_rnmax(s),
                   STANDBY_ENTRIES_MAX);
        return false;
    }
    s->nr_boot_elements = 1;
    s->nr_elements = 1;
    return true;
}

static bool standby_elements(SCLPStandbyMemory *s, Error **errp)
{
    uint32_t elements;

    if (!standby_fill_element("per-element", &s->per_element,
                              s->nr_increments, errp) ||
        !standby_fill_element("boot-per-element", &s->boot_per_element,
                              s->boot_rn, errp)) {
        return false;
    }
    s->nr_boot_elements = DIV_ROUND_UP(s->boot_rn, s->boot_per_element);
    elements = s->nr_boot_elements +
               DIV_ROUND_UP(s->nr_increments, s->per_element);
    if (elements > STANDBY_ELEMENTS_MAX) {
        error_setg(errp, "%u storage elements, more than %u: raise per-element "
                   "or boot-per-element", elements, STANDBY_ELEMENTS_MAX);
        return false;
    }
    s->nr_elements = elements;
    return true;
}

bool sclp_standby_layout(SCLPStandbyMemory *s, uint64_t ram_size,
                         uint64_t size, Error **errp)
{
    if (!s->increment) {
        s->increment = standby_choose_increment(ram_size, size);
    }
    if (!standby_check_increment(s->increment, ram_size, size, errp)) {
        return false;
    }
    s->boot_rn = ram_size / s->increment;
    s->nr_increments = size / s->increment;
    return s->single_element ? standby_single_element(s, errp)
                             : standby_elements(s, errp);
}

uint16_t sclp_standby_element_first(const SCLPStandbyMemory *s, int element)
{
    if (element < s->nr_boot_elements) {
        return 1 + element * s->boot_per_element;
    }
    return s->boot_rn + 1 + (element - s->nr_boot_elements) * s->per_element;
}

uint16_t sclp_standby_element_size(const SCLPStandbyMemory *s, int element)
{
    uint32_t first = sclp_standby_element_first(s, element);

    if (s->single_element) {
        return sclp_standby_rnmax(s);
    }
    if (element < s->nr_boot_elements) {
        return MIN(s->boot_per_element, s->boot_rn + 1 - first);
    }
    return MIN(s->per_element, sclp_standby_rnmax(s) + 1 - first);
}

int sclp_standby_rn_to_element(const SCLPStandbyMemory *s, uint16_t rn)
{
    if (s->single_element) {
        return 0;
    }
    if (rn <= s->boot_rn) {
        return (rn - 1) / s->boot_per_element;
    }
    return s->nr_boot_elements + (rn - s->boot_rn - 1) / s->per_element;
}
