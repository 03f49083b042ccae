/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints: the two streams of the ledger, for tracefs and perf. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mhp_standby

#if !defined(MHPS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define MHPS_TRACE_H

#include <linux/tracepoint.h>

#include "core/ledger.h"

TRACE_EVENT(mhp_standby_event,
	TP_PROTO(const struct mhps_row *row),
	TP_ARGS(row),
	TP_STRUCT__entry(
		__array(char, event, 20)
		__field(u32, block)
		__field(unsigned long, start_pfn)
		__field(unsigned long, nr_pages)
		__field(int, result)
		__field(u64, ns)
	),
	TP_fast_assign(
		strscpy(__entry->event, mhps_event_names[row->event], 20);
		__entry->block = row->block;
		__entry->start_pfn = row->start_pfn;
		__entry->nr_pages = row->nr_pages;
		__entry->result = row->result;
		__entry->ns = row->ns;
	),
	TP_printk("%s block=%u start_pfn=%lu nr_pages=%lu result=%d ns=%llu",
		  __entry->event, __entry->block, __entry->start_pfn,
		  __entry->nr_pages, __entry->result, __entry->ns)
);

TRACE_EVENT(mhp_standby_firmware,
	TP_PROTO(const struct mhps_row *row, u32 command),
	TP_ARGS(row, command),
	TP_STRUCT__entry(
		__array(char, call, 20)
		__field(u32, command)
		__field(u32, rn)
		__field(u16, response)
		__field(int, result)
		__field(u64, ns)
	),
	TP_fast_assign(
		strscpy(__entry->call, mhps_event_names[row->event], 20);
		__entry->command = command;
		__entry->rn = row->rn;
		__entry->response = row->response;
		__entry->result = row->result;
		__entry->ns = row->ns;
	),
	TP_printk("%s command=0x%08x rn=%u response=0x%04x result=%d ns=%llu",
		  __entry->call, __entry->command, __entry->rn,
		  __entry->response, __entry->result, __entry->ns)
);

#endif /* MHPS_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH core
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
