// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "columns.h"
#include "kmsg.h"
#include "model.h"
#include "options.h"
#include "sysroot.h"
#include "util.h"
#include "verb.h"

enum finding { GOOD, NOTE, BAD };

static const char * const finding_names[] = { "good", "note", "bad" };

static const char *comma = "";
static bool bad;

/* One finding: what is looked at, what is so, and the line to use; NULL for none. */
static void say(enum finding finding, const char *what, char *so, const char *use)
{
	bad |= finding == BAD;
	if (options.json) {
		printf("%s      {\"check\": ", comma);
		json_string(stdout, what);
		printf(", \"finding\": \"%s\", \"is\": ", finding_names[finding]);
		json_string(stdout, so);
		fputs(", \"use\": ", stdout);
		if (use)
			json_string(stdout, use);
		else
			fputs("null", stdout);
		putchar('}');
		comma = ",\n";
	} else {
		printf("%-5s %s: %s\n", finding_names[finding], what, so);
		if (use)
			printf("      %s\n", use);
	}
	free(so);
}

static void look_at_user(void)
{
	if (!*sysroot && geteuid())
		say(BAD, "user", xstrdup("not root: nothing can be changed, and debugfs is not seen"),
		    "sudo standbyctl doctor");
}

static void look_at_lockdown(void)
{
	char *line = sys_line("/sys/kernel/security/lockdown");
	bool locked = line && !strstr(line, "[none]");

	if (locked)
		say(BAD, "lockdown", xasprintf("%s: the kernel refuses debugfs and unsigned modules", line),
		    "boot without Secure Boot, or sign the module; online, offline and configure work through sysfs");
	free(line);
}

static void look_at_module(const struct model *model)
{
	char *firmware;

	if (!model->module) {
		say(NOTE, "module",
		    xstrdup(model->why_no_module ?: "not loaded: no increments, no ledger, no reasons of the firmware"),
		    model->why_no_module ? NULL : "modprobe mhp_standby");
		return;
	}
	firmware = model_feature(model, "firmware");
	say(GOOD, "module", xasprintf("loaded, firmware %s, %s", firmware ?: "?",
				      model->drives ? "it assigns storage itself" :
				      "the kernel's own driver assigns storage, the module looks on"),
	    NULL);
	free(firmware);
}

static void look_at_storage(const struct model *model)
{
	uint64_t standby = 0, stuck = 0;
	char *size;
	size_t i;

	for (i = 0; i < model->nr_blocks; i++)
		standby += model->blocks[i].state == BLOCK_STANDBY;
	for (i = 0; i < model->nr_increments; i++)
		stuck += model->increments[i].state == INCREMENT_STUCK;
	size = size_text(standby * model->block_size, false);
	if (model->module || model->firmware)
		say(GOOD, "standby storage", xasprintf("%s that the kernel does not have yet", size),
		    standby ? "standbyctl online SIZE" : NULL);
	free(size);
	if (stuck)
		say(BAD, "stuck increments",
		    xasprintf("%" PRIu64 " that the firmware did not take back", stuck),
		    "standbyctl increments; standbyctl unassign RN");
}

static void look_at_altmaps(const struct model *model)
{
	char *line = sys_line("/sys/module/memory_hotplug/parameters/memmap_on_memory");
	char *can = model_feature(model, "memmap_on_memory");

	if (line && *line != 'N')
		say(!can || !strncmp(can, "yes", 3) ? GOOD : BAD, "memmap on memory",
		    xstrdup(can && strncmp(can, "yes", 3) ? can : "possible"), NULL);
	else
		say(NOTE, "memmap on memory",
		    xstrdup(line ? "off: each block takes its memmap from system memory" :
			    "this kernel has no CONFIG_MHP_MEMMAP_ON_MEMORY"),
		    line ? "on the kernel command line: memory_hotplug.memmap_on_memory=1" : NULL);
	free(can);
	free(line);
}

static void look_at_policy(void)
{
	char *line = sys_line(SYS_MEMORY "/auto_online_blocks");

	if (line && strcmp(line, "offline"))
		say(NOTE, "auto_online_blocks",
		    xasprintf("%s: the kernel brings blocks online the moment they are added", line),
		    !strcmp(line, "online_movable") ? NULL :
		    "so they may never leave again; on the kernel command line: memhp_default_state=offline, or now: echo offline > " SYS_MEMORY "/auto_online_blocks");
	else if (line)
		say(GOOD, "auto_online_blocks", xstrdup("offline: you choose when and where"), NULL);
	free(line);
	line = sys_line("/sys/module/memory_hotplug/parameters/online_policy");
	if (line && strcmp(line, "contig-zones"))
		say(NOTE, "online_policy", xasprintf("%s: 'online' (--zone online) chooses zones by ratio", line),
		    NULL);
	free(line);
}

/* A rule for memory blocks that writes their state is in the way of --zone. */
static void look_at_udev(void)
{
	static const char * const rules[] = {
		"/etc/udev/rules.d/40-redhat.rules", "/usr/lib/udev/rules.d/40-redhat.rules",
		"/usr/lib/udev/rules.d/80-hotplug-cpu-mem.rules", "/etc/udev/rules.d/80-hotplug-cpu-mem.rules",
		"/usr/lib/udev/rules.d/40-vm-hotadd.rules", "/lib/udev/rules.d/40-vm-hotadd.rules",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		char *text = sys_read("%s", rules[i]);

		if (text && strstr(text, "SUBSYSTEM==\"memory\"") && strstr(text, "state"))
			say(NOTE, "udev", xasprintf("%s brings blocks online by itself", rules[i]),
			    "to choose the zone yourself, put an empty file of that name into /etc/udev/rules.d");
		free(text);
	}
}

static void look_at_debug(void)
{
	char *control = sys_read("/proc/dynamic_debug/control");
	char *line = sys_line("/proc/cmdline");

	if (!control || !strstr(control, "]offline_pages "))
		say(NOTE, "dynamic debug", xstrdup("not there: the kernel does not give its reason when an offline fails"),
		    "a kernel with CONFIG_DYNAMIC_DEBUG=y");
	else
		say(GOOD, "dynamic debug", xstrdup("there: reasons of failed offlines are read from it"), NULL);
	if (!line || !strstr(line, "page_owner=on"))
		say(NOTE, "page_owner", xstrdup("off: who allocated a page that cannot move is not known, only who maps it"),
		    "on the kernel command line: page_owner=on (CONFIG_PAGE_OWNER=y)");
	free(line);
	free(control);
}

/* Memory in the kernel's zones is there to stay. */
static void look_at_zones(const struct model *model)
{
	uint64_t kernel = 0;
	size_t i;

	for (i = 0; i < model->nr_blocks; i++) {
		const struct block *block = &model->blocks[i];

		kernel += block->storage && block->state == BLOCK_ONLINE &&
			  block->zone && strcmp(block->zone, "Movable");
	}
	if (kernel)
		say(NOTE, "zones", xasprintf("%" PRIu64 " blocks of standby storage are in the kernel's own zones, and may never go offline",
					     kernel),
		    "standbyctl online --zone movable");
}

/**
 * verb_doctor() - standbyctl doctor
 * @n: arguments, of which it takes none
 * @arguments: unused
 *
 * Return: exit status: EXIT_FAILURE if something is bad.
 */
int verb_doctor(int n __unused, char **arguments __unused)
{
	struct model model;

	model_read(&model);
	if (options.json)
		fputs("{\n   \"version\": 1,\n   \"findings\": [\n", stdout);
	look_at_user();
	look_at_lockdown();
	look_at_module(&model);
	look_at_storage(&model);
	look_at_altmaps(&model);
	look_at_policy();
	look_at_udev();
	look_at_debug();
	look_at_zones(&model);
	if (options.json)
		fputs("\n   ]\n}\n", stdout);
	model_free(&model);
	return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
