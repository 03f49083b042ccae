// SPDX-License-Identifier: GPL-2.0-only
/*
 * Touch storage that may not be there, and live to tell. For tests of real
 * firmware on s390, where an access to a standby increment is an addressing
 * exception (Principles of Operation, program interruption 0005).
 *
 * Write `load ADDRESS`, `store ADDRESS VALUE` (through the kernel's direct map;
 * the address must belong to a block that was added), or `lura ADDRESS`,
 * `stura ADDRESS VALUE` (real addresses, mapped or not) to
 * /sys/kernel/debug/standby_access. The write fails with EFAULT if the access
 * faults. Reading gives the last word loaded, in hex.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>

#include <asm/asm-extable.h>

/**
 * struct access - one access, carried out by a thread of its own
 * @how: load, store, lura or stura
 * @address: physical, multiple of 8
 * @value: to store, or what was loaded
 * @err: 0 or -EFAULT
 * @done: the thread has finished
 */
struct access {
	char how[8];
	unsigned long address;
	unsigned long value;
	int err;
	struct completion done;
};

static DEFINE_MUTEX(access_mutex);
static unsigned long access_last;	/* under access_mutex */
static struct dentry *access_file;

/* err stays -EFAULT if the first instruction faults. */
#define ACCESS(instruction, value, address)				\
({									\
	int __err = -EFAULT;						\
									\
	asm volatile("0:	" instruction "\n"			\
		     "1:	lghi	%[err],0\n"			\
		     "2:\n"						\
		     EX_TABLE(0b, 2b) EX_TABLE(1b, 2b)			\
		     : [word] "+d" (value), [err] "+d" (__err)		\
		     : [where] "a" (address)				\
		     : "memory");					\
	__err;								\
})

static int access_thread(void *data)
{
	struct access *access = data;
	unsigned long mapped = (unsigned long)phys_to_virt(access->address);

	if (!strcmp(access->how, "load"))
		access->err = ACCESS("lg %[word],0(%[where])",
				     access->value, mapped);
	else if (!strcmp(access->how, "store"))
		access->err = ACCESS("stg %[word],0(%[where])",
				     access->value, mapped);
	else if (!strcmp(access->how, "lura"))
		access->err = ACCESS("lurag %[word],%[where]",
				     access->value, access->address);
	else
		access->err = ACCESS("sturg %[word],%[where]",
				     access->value, access->address);
	complete(&access->done);
	return 0;
}

static int access_parse(struct access *access, const char *text)
{
	int words = sscanf(text, "%7s %li %li", access->how,
			   (long *)&access->address, (long *)&access->value);
	bool stores = !strcmp(access->how, "store") ||
		      !strcmp(access->how, "stura");

	if (!stores && strcmp(access->how, "load") && strcmp(access->how, "lura"))
		return -EINVAL;
	if (words != (stores ? 3 : 2) || access->address % 8)
		return -EINVAL;
	return 0;
}

static ssize_t access_write(struct file *file, const char __user *buffer,
			    size_t count, loff_t *pos)
{
	struct access access = { };
	struct task_struct *task;
	char text[80] = "";
	int err;

	if (count >= sizeof(text))
		return -E2BIG;
	if (copy_from_user(text, buffer, count))
		return -EFAULT;
	err = access_parse(&access, text);
	if (err)
		return err;
	init_completion(&access.done);
	mutex_lock(&access_mutex);
	task = kthread_run(access_thread, &access, "standby_access");
	if (IS_ERR(task)) {
		mutex_unlock(&access_mutex);
		return PTR_ERR(task);
	}
	wait_for_completion(&access.done);
	if (!access.err)
		access_last = access.value;
	mutex_unlock(&access_mutex);
	return access.err ?: count;
}

static ssize_t access_read(struct file *file, char __user *buffer,
			   size_t count, loff_t *pos)
{
	char text[24];
	int len;

	mutex_lock(&access_mutex);
	len = scnprintf(text, sizeof(text), "0x%016lx\n", access_last);
	mutex_unlock(&access_mutex);
	return simple_read_from_buffer(buffer, count, pos, text, len);
}

static const struct file_operations access_fops = {
	.owner = THIS_MODULE,
	.read = access_read,
	.write = access_write,
	.llseek = default_llseek,
};

static int __init access_init(void)
{
	access_file = debugfs_create_file("standby_access", 0600, NULL, NULL,
					  &access_fops);
	return 0;
}

static void __exit access_exit(void)
{
	debugfs_remove(access_file);
}

module_init(access_init);
module_exit(access_exit);

MODULE_DESCRIPTION("Tests of standby memory: access storage that may fault");
MODULE_LICENSE("GPL");
