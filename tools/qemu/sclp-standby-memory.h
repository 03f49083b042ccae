/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SCLP standby memory for s390x
 *
 * What the SCLP core (sclp.c) needs to know of the standby memory device.
 * The functions do nothing while there is no such device.  They are called
 * with the BQL held.
 */

#ifndef HW_S390_SCLP_STANDBY_MEMORY_H
#define HW_S390_SCLP_STANDBY_MEMORY_H

#include "hw/s390x/sclp.h"

#define TYPE_SCLP_STANDBY_MEMORY "sclp-standby-memory"
OBJECT_DECLARE_TYPE(SCLPStandbyMemory, SCLPStandbyMemoryClass,
                    SCLP_STANDBY_MEMORY)

/*
 * READ SCP INFO: add the standby increments to rnmax and the storage
 * facilities to the facility mask.
 */
void sclp_standby_read_scp_info(ReadInfo *read_info);

/*
 * Subsystem reset, as of a kernel that starts another one: no command is
 * running any more, storage stays as it is.
 */
void sclp_standby_subsystem_reset(void);

/*
 * SERVICE CALL: take a storage command, or say "busy" while one is running.
 *
 * @sccb is a private copy of the SCCB at absolute address @sccb_addr.
 * Returns false if the call is none of ours; otherwise *@cc is the condition
 * code, or a negative program interruption code.
 */
bool sclp_standby_service_call(S390CPU *cpu, uint64_t sccb_addr,
                               const SCCB *sccb, uint32_t code, int *cc);

#endif /* HW_S390_SCLP_STANDBY_MEMORY_H */
