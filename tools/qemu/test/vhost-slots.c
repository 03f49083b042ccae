/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A vhost device as the rest of QEMU sees one that is short of memory slots:
 * linked in place of hw/virtio/vhost-stub.c into the QEMU that the test of
 * sclp-standby-memory runs.  VHOST_MEMSLOTS= says how many slots it has; each
 * piece of RAM in the memory map takes one, as in hw/virtio/vhost.c.
 */

#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "exec/address-spaces.h"
#include "hw/virtio/vhost.h"
#include "hw/virtio/vhost-user.h"

unsigned int vhost_get_max_memslots(void)
{
    unsigned int slots;

    return qemu_strtoui(getenv("VHOST_MEMSLOTS"), NULL, 0, &slots) ? UINT_MAX
                                                                  : slots;
}

static bool count_ram(Int128 start, Int128 len, const MemoryRegion *mr,
                      hwaddr offset, void *used)
{
    if (memory_region_is_ram((MemoryRegion *)mr)) {
        ++*(unsigned int *)used;
    }
    return false;
}

unsigned int vhost_get_free_memslots(void)
{
    unsigned int max = vhost_get_max_memslots(), used = 0;

    if (max == UINT_MAX) {
        return max;
    }
    RCU_READ_LOCK_GUARD();
    flatview_for_each_range(address_space_to_flatview(&address_space_memory),
                            count_ram, &used);
    return max > used ? max - used : 0;
}

bool vhost_user_init(VhostUserState *user, CharBackend *chr, Error **errp)
{
    return false;
}

void vhost_user_cleanup(VhostUserState *user)
{
}

void vhost_toggle_device_iotlb(VirtIODevice *vdev)
{
}
