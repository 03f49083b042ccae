# SPDX-License-Identifier: GPL-2.0-only
#
# split.awk - who keeps memory that was allocated while kmem events were traced, with
# stacks: "OWNER BYTES", what was freed again not counted.
#	awk -f split.awk /sys/kernel/tracing/trace
# Pages that slab caches took are not told: their objects are.

function owner(s) {
	if (s ~ /debugfs_create|start_creating/) return "debugfs"
	if (s ~ /sysfs_|kernfs_|device_add|bus_add_device|dpm_sysfs|device_create_file/) return "sysfs"
	if (s ~ /vmemmap_populate|vmem_add_range|vmem_add_mapping|modify_pagetable|init_memory_mapping|kernel_physical_mapping|vmem_crst_alloc|vmem_pte_alloc/)
		return s ~ /vmemmap_alloc_block|vmemmap_alloc_block_buf/ ? "memmap" : "page_tables"
	if (s ~ /sparse_add_section|section_activate|sparse_index/) return "section"
	if (s ~ /add_memory_block|init_memory_block|create_memory_block_devices|device_register|dev_set_name|device_initialize/) return "memory_block"
	if (s ~ /add_memory/) return "add_memory"
	# All of it is on our behalf; some kernels say which module a function is of.
	if (s ~ /mhps_|mhp_standby/) return "module"
	return "other"
}

function number_of(name,    s) {
	if (!match($0, name "=[^ ]+")) return ""
	s = substr($0, RSTART, RLENGTH)
	sub(/.*=/, "", s)
	return s
}

# The awk of busybox has no ^.
function power_of_2(n,    p) {
	for (p = 1; n > 0; n--) p *= 2
	return p
}

function settle() {
	if (what == "") return
	if (stack !~ /allocate_slab|new_slab|___slab_alloc/ || what ~ /^o/) {
		bytes[what] = size
		who[what] = owner(stack)
		if (who[what] == "other") from[what] = stack
	}
	what = stack = ""
}

/<stack trace>/ { next }
/^ => / { stack = stack " " $2 $3; next }
/: kmalloc: / || /: kmem_cache_alloc: / {
	settle()
	what = "o" number_of("ptr"); size = number_of("bytes_alloc") + 0
	next
}
/: mm_page_alloc: / { settle(); what = "p" number_of("pfn"); size = 4096 * power_of_2(number_of("order")); next }
/: kfree: / || /: kmem_cache_free: / { settle(); delete bytes["o" number_of("ptr")]; next }
/: mm_page_free: / { settle(); delete bytes["p" number_of("pfn")]; next }
{ settle() }
END {
	settle()
	for (w in bytes) {
		sum[who[w]] += bytes[w]
		if (who[w] == "other") n_other[from[w]] += bytes[w]
	}
	for (o in sum) print o, sum[o]
	for (f in n_other) print "# other", n_other[f], f
}
