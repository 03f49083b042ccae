/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The firmware that backs standby storage, behind one interface: it is sent
 * SCCBs. Building them, reading the answers, recording calls in the ledger and
 * applying fault rules is common; an implementation only transports or
 * interprets them. Owns the one SCCB; calls are serialised by the caller, which
 * holds the increment mutex (storage/increment_table.h).
 */
#ifndef MHPS_FIRMWARE_H
#define MHPS_FIRMWARE_H

#include <linux/types.h>

/* Storage element ids are 8 bits wide. */
#define MHPS_MAX_ELEMENTS	256

/**
 * struct mhps_firmware_config - what the user asked for, from the parameters
 * @sim_start: physical address of hidden RAM in bytes, 0 to find it
 * @sim_size: its size in bytes, 0 for all that is found
 * @sim_adopt: bytes of the kernel's own RAM to take instead, or 0
 * @increment_size: bytes an increment of the simulation, 0 for a memory block
 * @sim_elements: storage elements of standby storage, 0 for as many as needed
 */
struct mhps_firmware_config {
	u64 sim_start;
	u64 sim_size;
	u64 sim_adopt;
	u64 increment_size;
	unsigned int sim_elements;
};

/**
 * struct mhps_firmware_ops - an implementation
 * @name: as in the parameter firmware=
 * @probe: find out whether it is there; sets mhps_firmware geometry.
 *	   Returns -ENODEV, and logs nothing, if this machine has none.
 * @remove: undo @probe
 * @execute: carry out one command on a page-sized SCCB below 2 GiB; may sleep.
 *	     Returns 0 when the response code is valid, else a negative errno.
 * @is_boot_storage: an increment that the firmware listed as assigned in a storage
 *		     element (id, rn) before we came is the kernel's own
 * @set_nodat: may be NULL; tell the hypervisor that pages (pfn, number of pages)
 *	       of assigned storage hold no DAT tables
 * @words: may be NULL; what the words of storage that may be in standby hold
 *	   (physical address and size in bytes), as a word
 */
struct mhps_firmware_ops {
	const char *name;
	int (*probe)(const struct mhps_firmware_config *config);
	void (*remove)(void);
	int (*execute)(u32 command, void *sccb);
	bool (*is_boot_storage)(unsigned int element, u32 rn);
	void (*set_nodat)(unsigned long pfn, unsigned long nr_pages);
	const char *(*words)(u64 start, u64 size);
};

/**
 * struct mhps_firmware - the firmware in use; constant after mhps_firmware_init()
 * @ops: its implementation
 * @increment_shift: log2 of bytes an increment
 * @rnmax: highest increment number; increments are numbered from 1
 * @drives: this module assigns and unassigns; false where the in-kernel SCLP
 *	    driver does and this module only looks on
 * @facilities: of READ SCP INFO, real firmware only
 * @has_cmma: the hypervisor is told about pages, real firmware only
 */
struct mhps_firmware {
	const struct mhps_firmware_ops *ops;
	unsigned int increment_shift;
	u32 rnmax;
	bool drives;
	u64 facilities;
	bool has_cmma;
};

extern struct mhps_firmware mhps_firmware;
extern const struct mhps_firmware_ops mhps_firmware_sim;
extern const struct mhps_firmware_ops mhps_firmware_sclp;

/**
 * struct mhps_element - answer of mhps_firmware_read()
 * @max_id: highest storage element id there is
 * @attached: it is attached
 * @assigned: assigned increments of an attached element
 * @standby: its standby increments, which are not listed
 * @rn: the assigned ones, or all that were attached
 * @nr: how many @rn has
 */
struct mhps_element {
	unsigned int max_id;
	bool attached;
	unsigned int assigned;
	unsigned int standby;
	u16 *rn;
	unsigned int nr;
};

int mhps_firmware_init(const char *name,
		       const struct mhps_firmware_config *config);
void mhps_firmware_exit(void);
void mhps_firmware_begin(void);
int mhps_firmware_read(u8 id, struct mhps_element *element);
int mhps_firmware_attach(u8 id, struct mhps_element *element);
int mhps_firmware_assign(u32 rn, u8 row_flags, u16 *response);
int mhps_firmware_unassign(u32 rn, u8 row_flags, u16 *response);
void mhps_firmware_set_nodat(unsigned long pfn, unsigned long nr_pages);
u64 mhps_firmware_nodat_pages(void);

#endif /* MHPS_FIRMWARE_H */
