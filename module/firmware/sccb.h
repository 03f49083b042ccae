/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What goes over the wire to the firmware: service call control blocks,
 * command words, response codes. The layouts are those of Linux'
 * drivers/s390/char/sclp_cmd.c and sclp_early.c; big endian, as the
 * architecture is, so the simulation on other machines converts.
 */
#ifndef MHPS_SCCB_H
#define MHPS_SCCB_H

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

/* One page; an SCCB must not cross a page (boundary violation). */
#define SCCB_SIZE			4096

/* Command words; a storage element id goes to bits 8-15. */
#define SCLP_CMDW_READ_STORAGE_ELEMENT	0x00040001	/* sclp.h */
#define SCLP_CMDW_ATTACH_STORAGE	0x00080001	/* sclp_attach_storage() */
#define SCLP_CMDW_ASSIGN_STORAGE	0x000d0001	/* sclp_cmd.c */
#define SCLP_CMDW_UNASSIGN_STORAGE	0x000c0001	/* sclp_cmd.c */
#define SCLP_CMDW_ELEMENT(id)		((u32)(id) << 8)
#define SCLP_CMDW_ELEMENT_MASK		0x0000ff00

/* READ SCP INFO facility bits, sclp_detect_standby_memory(). */
#define SCLP_FACILITY_READ_STORAGE	0x400000000000ULL
#define SCLP_FACILITY_STORAGE		0xe00000000000ULL

/* function_code of ATTACH STORAGE ELEMENT, sclp_attach_storage(). */
#define SCLP_FUNCTION_ATTACH		0x40

/**
 * enum sclp_response - response_code, as Linux and QEMU's sclp.h name them
 * @SCLP_RC_NORMAL_READ: information is in the SCCB; the element is attached
 * @SCLP_RC_NORMAL: done
 * @SCLP_RC_BOUNDARY_VIOLATION: the SCCB crosses a page
 * @SCLP_RC_ALREADY: attached, assigned or in standby as it is
 * @SCLP_RC_INVALID_COMMAND: no such command, or refused
 * @SCLP_RC_INSUFFICIENT_LENGTH: the SCCB is too short for the answer
 * @SCLP_RC_NO_SUCH_ELEMENT: nor a higher one, if it is above the highest id
 * @SCLP_RC_ELEMENT_NOT_ATTACHED: it is there, and lists nothing
 */
enum sclp_response {
	SCLP_RC_NORMAL_READ		= 0x0010,
	SCLP_RC_NORMAL			= 0x0020,
	SCLP_RC_BOUNDARY_VIOLATION	= 0x0100,
	SCLP_RC_ALREADY			= 0x0120,
	SCLP_RC_INVALID_COMMAND		= 0x01f0,
	SCLP_RC_INSUFFICIENT_LENGTH	= 0x0300,
	SCLP_RC_NO_SUCH_ELEMENT		= 0x0310,
	SCLP_RC_ELEMENT_NOT_ATTACHED	= 0x0410,
};

/**
 * struct mhps_sccb - header of every SCCB
 * @length: of all of it, in bytes
 * @function_code: variant of the command
 * @control_mask: not used here
 * @response_code: enum sclp_response
 */
struct mhps_sccb {
	__be16 length;
	u8 function_code;
	u8 control_mask[3];
	__be16 response_code;
} __packed;

/**
 * struct mhps_read_sccb - READ STORAGE ELEMENT INFORMATION
 * @header: of every SCCB
 * @max_id: highest storage element id
 * @assigned: increments of this element that are assigned, and listed
 * @standby: its others
 * @reserved: 0
 * @entries: rn << 16 | flags
 */
struct mhps_read_sccb {
	struct mhps_sccb header;
	__be16 max_id;
	__be16 assigned;
	__be16 standby;
	__be16 reserved;
	__be32 entries[];
} __packed;

/**
 * struct mhps_attach_sccb - ATTACH STORAGE ELEMENT
 * @header: of every SCCB
 * @reserved0: 0
 * @assigned: how many increments came, and are listed
 * @reserved1: 0
 * @entries: rn << 16 | flags
 */
struct mhps_attach_sccb {
	struct mhps_sccb header;
	__be16 reserved0;
	__be16 assigned;
	__be32 reserved1;
	__be32 entries[];
} __packed;

/**
 * struct mhps_assign_sccb - ASSIGN STORAGE and UNASSIGN STORAGE
 * @header: of every SCCB
 * @rn: the increment
 */
struct mhps_assign_sccb {
	struct mhps_sccb header;
	__be16 rn;
} __packed;

#define SCCB_MAX_ENTRIES \
	((SCCB_SIZE - sizeof(struct mhps_read_sccb)) / sizeof(__be32))

static_assert(sizeof(struct mhps_sccb) == 8);
static_assert(offsetof(struct mhps_sccb, response_code) == 6);
static_assert(offsetof(struct mhps_read_sccb, max_id) == 8);
static_assert(offsetof(struct mhps_read_sccb, assigned) == 10);
static_assert(offsetof(struct mhps_read_sccb, standby) == 12);
static_assert(offsetof(struct mhps_read_sccb, entries) == 16);
static_assert(offsetof(struct mhps_attach_sccb, assigned) == 10);
static_assert(offsetof(struct mhps_attach_sccb, entries) == 16);
static_assert(offsetof(struct mhps_assign_sccb, rn) == 8);
static_assert(SCCB_MAX_ENTRIES == 1020);

#endif /* MHPS_SCCB_H */
