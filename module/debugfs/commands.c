// SPDX-License-Identifier: GPL-2.0-only
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/numa.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core/command.h"
#include "core/last_error.h"
#include "debugfs/tables.h"
#include "hotplug/extra_subscriber.h"
#include "hotplug/range.h"
#include "hotplug/range_check.h"
#include "storage/manual.h"

#define MHPS_COMMAND_MAX	4095

static int parse_type(const char *text, enum mhps_range_type *type,
		      char *why, size_t why_size)
{
	const struct mhps_name *name =
		mhps_name_find(mhps_range_type_names, text, strlen(text));

	if (!name) {
		snprintf(why, why_size, "type=%.40s is not memory or device",
			 text);
		return -EINVAL;
	}
	*type = name->value;
	return 0;
}

static int run_add(char *text)
{
	enum { START, SIZE, TYPE, NID, GROUP, FLAGS, UNSAFE, NR };
	struct mhps_arg args[NR] = {
		[START] = { "start", MHPS_ARG_SIZE, .required = true, .max = U64_MAX },
		[SIZE] = { "size", MHPS_ARG_SIZE, .required = true, .max = U64_MAX },
		[TYPE] = { "type", MHPS_ARG_WORD },
		[NID] = { "nid", MHPS_ARG_NUMBER, .max = INT_MAX },
		[GROUP] = { "group", MHPS_ARG_WORD },
		[FLAGS] = { "flags", MHPS_ARG_WORD },
		[UNSAFE] = { "unsafe", MHPS_ARG_NUMBER, .max = 1 },
	};
	struct mhps_range_request request = {
		.nid = NUMA_NO_NODE,
	};
	char why[96];
	int err;

	err = mhps_parse_args(text, args, NR, why, sizeof(why));
	if (!err && args[TYPE].present)
		err = parse_type(args[TYPE].word, &request.type, why,
				 sizeof(why));
	if (!err && args[GROUP].present)
		err = mhps_parse_group(args[GROUP].word, &request.group,
				       why, sizeof(why));
	request.flags = mhps_range_default_flags(request.type);
	if (!err && args[FLAGS].present)
		err = mhps_parse_flags(args[FLAGS].word, mhps_range_flag_names,
				       &request.flags, why, sizeof(why));
	if (err)
		return mhps_refuse(err, "add: %s", why);
	request.start = args[START].value;
	request.size = args[SIZE].value;
	request.unsafe = args[UNSAFE].value;
	if (args[NID].present)
		request.nid = args[NID].value;
	return mhps_range_add(&request);
}

static int run_remove(char *text)
{
	struct mhps_arg args[] = {
		{ "start", MHPS_ARG_SIZE, .required = true, .max = U64_MAX },
		{ "size", MHPS_ARG_SIZE, .required = true, .max = U64_MAX },
	};
	char why[96];
	int err;

	err = mhps_parse_args(text, args, ARRAY_SIZE(args), why, sizeof(why));
	if (err)
		return mhps_refuse(err, "remove: %s", why);
	return mhps_range_remove(args[0].value, args[1].value);
}

static int run_manual(char *text, const char *name, int (*run)(u32, u32))
{
	struct mhps_arg arg = {
		"rn", MHPS_ARG_RANGE, .required = true, .min = 1, .max = U16_MAX,
	};
	char why[96];
	int err;

	err = mhps_parse_args(text, &arg, 1, why, sizeof(why));
	if (err)
		return mhps_refuse(err, "%s: %s", name, why);
	return run(arg.value, arg.last);
}

static int run_assign(char *text)
{
	return run_manual(text, "assign", mhps_manual_assign);
}

static int run_unassign(char *text)
{
	return run_manual(text, "unassign", mhps_manual_unassign);
}

/**
 * struct mhps_command - a file that takes commands
 * @name: of the file
 * @usage: what reading it shows, unless there is
 * @show: to show something else
 * @run: carries the command out; NUL-terminated text, cut up in place
 */
struct mhps_command {
	const char *name;
	const char *usage;
	int (*show)(struct seq_file *m, void *unused);
	int (*run)(char *text);
};

static const struct mhps_command commands[] = {
	{
		.name = "add",
		.usage =
		"start=ADDRESS size=BYTES [type=memory|device] [nid=NODE]\n"
		"     [group=static|dynamic[:UNIT]] [flags=FLAG[,FLAG...]] [unsafe=1]\n"
		"  Add standby storage as one range. Numbers are decimal or 0x hex and may\n"
		"  end in K, M, G or T. FLAG is memmap_on_memory, offline_inaccessible,\n"
		"  merge_resource, driver_managed, or none. A group makes the range one memory\n"
		"  group, whose parts come and go together: all of it, or UNIT bytes, default a\n"
		"  memory block. unsafe=1 allows flags that let the kernel access storage in\n"
		"  standby. type=device maps it into ZONE_DEVICE, never to be onlined, its\n"
		"  increments assigned until it is removed; FLAG is memmap_on_memory or none.\n",
		.run = run_add,
	}, {
		.name = "remove",
		.usage =
		"start=ADDRESS size=BYTES\n"
		"  Remove a range that was added here, as a whole; all its blocks offline.\n",
		.run = run_remove,
	}, {
		.name = "assign",
		.usage =
		"rn=FIRST[-LAST]\n"
		"  Assign increments by hand; they stay assigned until unassign.\n",
		.run = run_assign,
	}, {
		.name = "unassign",
		.usage =
		"rn=FIRST[-LAST]\n"
		"  Return increments to standby; none may be needed by a block.\n",
		.run = run_unassign,
	}, {
		.name = "inject",
		.show = mhps_rules_show,
		.run = mhps_inject,
	},
};

/* Read one command from user space; the caller frees it with kfree(). */
static char *command_get(const char *name, const char __user *buffer,
			 size_t count)
{
	char *text;

	if (count > MHPS_COMMAND_MAX)
		return ERR_PTR(mhps_refuse(-E2BIG,
					   "%s: a command has at most %d bytes, this one %zu",
					   name, MHPS_COMMAND_MAX, count));
	text = memdup_user_nul(buffer, count);
	if (IS_ERR(text))
		return ERR_PTR(mhps_refuse(PTR_ERR(text), "%s: the command could not be read",
					   name));
	if (strlen(text) != count) {
		kfree(text);
		return ERR_PTR(mhps_refuse(-EINVAL, "%s: NUL byte in the command",
					   name));
	}
	return text;
}

static ssize_t command_write(struct file *file, const char __user *buffer,
			     size_t count, loff_t *pos)
{
	const struct mhps_command *command = file_inode(file)->i_private;
	char *text = command_get(command->name, buffer, count);
	int err;

	if (IS_ERR(text))
		return PTR_ERR(text);
	err = command->run(text);
	kfree(text);
	return err ?: count;
}

static int command_show(struct seq_file *m, void *unused)
{
	const struct mhps_command *command = m->private;

	seq_printf(m, "%s: %s", command->name, command->usage);
	return 0;
}

static int command_open(struct inode *inode, struct file *file)
{
	const struct mhps_command *command = inode->i_private;

	return single_open(file, command->show ?: command_show,
			   inode->i_private);
}

static const struct file_operations command_fops = {
	.owner = THIS_MODULE,
	.open = command_open,
	.read = seq_read,
	.write = command_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/**
 * mhps_commands_create() - create the files that can be written
 * @root: the module's folder
 */
void mhps_commands_create(struct dentry *root)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		debugfs_create_file(commands[i].name, 0600, root,
				    (void *)&commands[i], &command_fops);
}
