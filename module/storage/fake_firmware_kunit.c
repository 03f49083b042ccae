// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "core/row.h"
#include "storage/fake_firmware_kunit.h"
#include "storage/increment_table.h"

struct mhps_firmware mhps_firmware;
struct fake_firmware fake;

/* Increments that the last READ or ATTACH listed, as firmware.c keeps them. */
static u16 fake_rn[FAKE_RN_MAX + 1];

static bool fake_is_boot_storage(unsigned int element, u32 rn)
{
	return rn <= fake.boot;
}

static const struct mhps_firmware_ops fake_ops = {
	.name = "fake",
	.is_boot_storage = fake_is_boot_storage,
};

/**
 * fake_machine() - a machine without storage elements
 * @rnmax: its highest increment
 * @shift: of the increment size
 * @boot: increments 1 to this one are boot storage
 */
void fake_machine(u32 rnmax, unsigned int shift, u32 boot)
{
	memset(&fake, 0, sizeof(fake));
	fake.boot = boot;
	mhps_firmware = (struct mhps_firmware){
		.ops = &fake_ops,
		.increment_shift = shift,
		.rnmax = rnmax,
		.drives = true,
	};
}

/**
 * fake_element() - give the machine a storage element
 * @id: its number
 * @first: increment
 * @last: increment
 * @attached: it is attached, and its boot storage assigned
 */
void fake_element(u8 id, u32 first, u32 last, bool attached)
{
	u32 rn;

	fake.present[id] = true;
	fake.attached[id] = attached;
	fake.max_id = max_t(unsigned int, fake.max_id, id);
	for (rn = first; rn <= last; rn++) {
		fake.element_of[rn] = id;
		fake.assigned[rn] = attached && rn <= fake.boot;
	}
}

/**
 * fake_forget_calls() - calls are counted anew, none is refused
 */
void fake_forget_calls(void)
{
	fake.nr = 0;
	fake.fail_at = 0;
	fake.fail_on = false;
	fake.signal_at = 0;
}

/**
 * fake_count() - how many calls of a kind there were
 * @event: the kind
 *
 * Return: the number, also of those that failed.
 */
unsigned int fake_count(enum mhps_event event)
{
	unsigned int i, n = 0;

	for (i = 0; i < min(fake.nr, FAKE_CALLS); i++)
		n += fake.calls[i].event == event;
	return n;
}

/**
 * fake_agrees() - whether the table says what the firmware thinks
 * @rn: increment
 *
 * Return: true if it does.
 */
bool fake_agrees(u32 rn)
{
	switch (mhps_increment_state(rn)) {
	case MHPS_RESERVED:
		return fake.assigned[rn] && rn <= fake.boot;
	case MHPS_STANDBY:
		return !fake.assigned[rn];
	case MHPS_ASSIGNED:
		return fake.assigned[rn];
	case MHPS_STUCK:
		/* It may have been in standby before. */
		return fake.refused[rn];
	default:
		return false;
	}
}

/* A call comes in; a negative errno refuses it. */
static int fake_call(enum mhps_event event, u32 id, u8 row_flags)
{
	unsigned int n = ++fake.nr;
	bool fails = fake.fail_at && (n == fake.fail_at || (fake.fail_on && n > fake.fail_at));
	int result = fails ? FAKE_ERRNO(n) : 0;

	lockdep_assert_held(&mhps_increment_mutex);
	if (!fails && event == MHPS_READ && !fake.present[id])
		result = -ENOENT;
	if (n <= FAKE_CALLS)
		fake.calls[n - 1] = (struct fake_call){ event, id, row_flags, result };
	if (n == fake.signal_at)
		set_thread_flag(TIF_SIGPENDING);
	return result;
}

/* What of an element there is to list; the answer of a refused call has nothing. */
static void fake_list(u8 id, bool assigned_only, struct mhps_element *element)
{
	u32 rn;

	element->rn = fake_rn;
	element->nr = 0;
	if (fake.listed)
		fake_rn[element->nr++] = fake.listed;
	for (rn = 1; rn <= mhps_firmware.rnmax; rn++) {
		if (fake.element_of[rn] == id && (fake.assigned[rn] || !assigned_only))
			fake_rn[element->nr++] = rn;
	}
}

void mhps_firmware_begin(void)
{
}

int mhps_firmware_read(u8 id, struct mhps_element *element)
{
	int err = fake_call(MHPS_READ, id, 0);

	if (err)
		return err;
	*element = (struct mhps_element){
		.max_id = fake.max_id,
		.attached = fake.attached[id],
	};
	if (element->attached)
		fake_list(id, true, element);
	element->assigned = element->nr;
	return 0;
}

int mhps_firmware_attach(u8 id, struct mhps_element *element)
{
	int err = fake_call(MHPS_ATTACH, id, 0);
	u32 rn;

	if (err)
		return err;
	element->nr = 0;
	for (rn = 1; rn <= mhps_firmware.rnmax; rn++) {
		if (fake.element_of[rn] == id && !fake.attached[id])
			fake.assigned[rn] |= fake.arrives_assigned;
	}
	fake.attached[id] = true;
	if (!fake.says_already)
		fake_list(id, false, element);
	return 0;
}

static int fake_set(enum mhps_event event, u32 rn, u8 row_flags, u16 *response)
{
	int err = fake_call(event, rn, row_flags);

	*response = err ? 0x1f0 : 0x20;
	if (!err)
		fake.assigned[rn] = event == MHPS_ASSIGN;
	if (!err || event == MHPS_UNASSIGN)
		fake.refused[rn] = err;
	return err;
}

int mhps_firmware_assign(u32 rn, u8 row_flags, u16 *response)
{
	return fake_set(MHPS_ASSIGN, rn, row_flags, response);
}

int mhps_firmware_unassign(u32 rn, u8 row_flags, u16 *response)
{
	return fake_set(MHPS_UNASSIGN, rn, row_flags, response);
}
