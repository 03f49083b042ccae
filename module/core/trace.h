/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints: every row of the ledger when it is complete, for tracefs and
 * perf, as two streams. Fields that a row has not are those of an unset one: a
 * block of 4294967295, an element of -1, a priority of 0.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mhp_standby

#if !defined(MHPS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define MHPS_TRACE_H

#include <linux/tracepoint.h>

#include "core/row.h"

#define MHPS_TRACE_EVENTS			\
	EM(MHPS_MEM_PREPARE_ONLINE, "MEM_PREPARE_ONLINE")	\
	EM(MHPS_MEM_GOING_ONLINE, "MEM_GOING_ONLINE")		\
	EM(MHPS_MEM_ONLINE, "MEM_ONLINE")			\
	EM(MHPS_MEM_CANCEL_ONLINE, "MEM_CANCEL_ONLINE")		\
	EM(MHPS_MEM_GOING_OFFLINE, "MEM_GOING_OFFLINE")		\
	EM(MHPS_MEM_OFFLINE, "MEM_OFFLINE")			\
	EM(MHPS_MEM_CANCEL_OFFLINE, "MEM_CANCEL_OFFLINE")	\
	EM(MHPS_MEM_FINISH_OFFLINE, "MEM_FINISH_OFFLINE")	\
	EM(MHPS_ADD, "ADD")					\
	EM(MHPS_REMOVE, "REMOVE")				\
	EM(MHPS_READ, "READ")					\
	EM(MHPS_ATTACH, "ATTACH")				\
	EM(MHPS_ASSIGN, "ASSIGN")				\
	EMe(MHPS_UNASSIGN, "UNASSIGN")

/* Tools that read the format file know numbers, not enums. */
#undef EM
#undef EMe
#define EM(value, name)		TRACE_DEFINE_ENUM(value);
#define EMe(value, name)	TRACE_DEFINE_ENUM(value);

MHPS_TRACE_EVENTS

#undef EM
#undef EMe
#define EM(value, name)		{ value, name },
#define EMe(value, name)	{ value, name }

#define show_mhps_event(event) \
	__print_symbolic(event, MHPS_TRACE_EVENTS)
#define show_mhps_flags(flags) \
	__print_flags(flags, ",", \
		{ MHPS_ROW_UNPAIRED, "unpaired" }, \
		{ MHPS_ROW_UNWIND, "unwind" }, \
		{ MHPS_ROW_MANUAL, "manual" }, \
		{ MHPS_ROW_INJECTED, "injected" })

TRACE_EVENT(mhp_standby_event,
	TP_PROTO(const struct mhps_row *row),
	TP_ARGS(row),
	TP_STRUCT__entry(
		__field(u64, seq)
		__field(u64, ns)
		__field(unsigned long, start_pfn)
		__field(unsigned long, nr_pages)
		__field(unsigned long, altmap_start_pfn)
		__field(unsigned long, altmap_nr_pages)
		__field(u32, block)
		__field(int, priority)
		__field(int, result)
		__field(u8, event)
		__field(u8, flags)
		__field(bool, extra_subscriber)
	),
	TP_fast_assign(
		__entry->seq = row->seq;
		__entry->ns = row->ns;
		__entry->start_pfn = row->start_pfn;
		__entry->nr_pages = row->nr_pages;
		__entry->altmap_start_pfn = row->altmap_start_pfn;
		__entry->altmap_nr_pages = row->altmap_nr_pages;
		__entry->block = row->block;
		__entry->priority = row->priority;
		__entry->result = row->result;
		__entry->event = row->event;
		__entry->flags = row->flags;
		__entry->extra_subscriber = row->extra_subscriber;
	),
	TP_printk("seq=%llu event=%s by=%s:%d block=%u start_pfn=%lu nr_pages=%lu altmap_start_pfn=%lu altmap_nr_pages=%lu result=%d ns=%llu flags=%s",
		  __entry->seq, show_mhps_event(__entry->event),
		  __entry->extra_subscriber ? "prio" : "main",
		  __entry->priority, __entry->block,
		  __entry->start_pfn, __entry->nr_pages,
		  __entry->altmap_start_pfn, __entry->altmap_nr_pages,
		  __entry->result, __entry->ns, show_mhps_flags(__entry->flags))
);

TRACE_EVENT(mhp_standby_firmware,
	TP_PROTO(const struct mhps_row *row),
	TP_ARGS(row),
	TP_STRUCT__entry(
		__field(u64, seq)
		__field(u64, ns)
		__field(u32, command)
		__field(u32, rn)
		__field(int, element)
		__field(int, result)
		__field(u16, response)
		__field(u8, event)
		__field(u8, flags)
	),
	TP_fast_assign(
		__entry->seq = row->seq;
		__entry->ns = row->ns;
		__entry->command = row->command;
		__entry->rn = row->rn;
		__entry->element = row->element;
		__entry->result = row->result;
		__entry->response = row->response;
		__entry->event = row->event;
		__entry->flags = row->flags;
	),
	TP_printk("seq=%llu event=%s command=0x%08x rn=%u element=%d response=0x%04x result=%d ns=%llu flags=%s",
		  __entry->seq, show_mhps_event(__entry->event),
		  __entry->command, __entry->rn, __entry->element,
		  __entry->response, __entry->result, __entry->ns,
		  show_mhps_flags(__entry->flags))
);

#endif /* MHPS_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH core
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
