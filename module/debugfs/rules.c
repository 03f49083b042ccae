// SPDX-License-Identifier: GPL-2.0-only
#include <linux/seq_file.h>

#include "core/fault.h"
#include "core/row.h"
#include "debugfs/tables.h"

static void show_rule(const struct mhps_fault_rule *rule, void *arg)
{
	struct seq_file *m = arg;

	seq_printf(m, "%u %s ", rule->id, mhps_fault_what(rule));
	if (rule->rn)
		seq_printf(m, "%u ", rule->rn);
	else
		seq_puts(m, "- ");
	if (rule->block != MHPS_ROW_NO_BLOCK)
		seq_printf(m, "%u ", rule->block);
	else
		seq_puts(m, "- ");
	seq_printf(m, "%llu ", rule->skip);
	if (rule->times || rule->spent)
		seq_printf(m, "%llu ", rule->times);
	else
		seq_puts(m, "- ");
	seq_printf(m, "%d ", rule->fault.error);
	if (rule->fault.response)
		seq_printf(m, "0x%04x ", rule->fault.response);
	else
		seq_puts(m, "- ");
	seq_printf(m, "%u ", rule->fault.delay_ms);
	if (rule->extra_subscriber)
		seq_printf(m, "%d ", rule->priority);
	else
		seq_puts(m, "- ");
	seq_printf(m, "%llu\n", rule->hits);
}

/**
 * mhps_rules_show() - print the fault rules, with what is left of skip and times
 * @m: where to
 * @unused: for seq_file
 *
 * Return: 0.
 */
int mhps_rules_show(struct seq_file *m, void *unused)
{
	seq_puts(m, "id what rn block skip times errno response delay_ms priority hits\n");
	mhps_fault_rules_walk(show_rule, m);
	return 0;
}
