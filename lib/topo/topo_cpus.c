/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "topo_priv.h"

#include <stdio.h>
#include <string.h>

#define CPU_DIR "/sys/devices/system/cpu"

/* What the lists of numbers say of all CPUs. */
struct cpu_lists {
	struct topo_set present;
	struct topo_set online;
	struct topo_set isolated;
	struct topo_set cgroup;
	struct topo_set affinity;
};

static void
add_all(struct topo_set *to, const struct topo_set *from)
{
	for (size_t i = 0; i < sizeof(to->words) / sizeof(to->words[0]); i++)
		to->words[i] |= from->words[i];
}

static bool
read_list(struct topo_src *src, const char *name, struct topo_set *out)
{
	return topo_text(src, CPU_DIR "/%s", name) && topo_list(src, TOPO_CPU_MAX, out);
}

/* isolcpus=, and what root's cpuset says of isolated partitions (Linux 6.7). */
static void
read_isolated(struct topo_src *src, struct topo_set *out)
{
	struct topo_set more;

	if (topo_text_if(src, CPU_DIR "/isolated"))
		topo_list(src, TOPO_CPU_MAX, out);
	if (topo_text_if(src, "/sys/fs/cgroup/cpuset.cpus.isolated") &&
		topo_list(src, TOPO_CPU_MAX, &more))
		add_all(out, &more);
}

static bool
read_affinity(struct topo_src *src, struct topo_set *out)
{
	const char *value;

	if (!topo_text(src, "/proc/self/status"))
		return false;
	value = topo_field(src, "Cpus_allowed_list");
	if (value == NULL) {
		topo_warn(src, "%s: no line Cpus_allowed_list", src->path);
		return false;
	}
	memmove(src->text, value, strlen(value) + 1);
	src->text[strcspn(src->text, "\n")] = '\0';
	return topo_list(src, TOPO_CPU_MAX, out);
}

/* Finds this process's cpuset in /proc/self/cgroup: the line of version 1 that names the controller
 * ("3:cpuset:/a"), or version 2's ("0::/a"), which counts only without such a line.
 * Gives the group's path, and whether it is version 1. */
static bool
find_cgroup(struct topo_src *src, char *group, size_t cap, bool *is_v1)
{
	char *line, *controllers, *path, *rest;
	bool found = false;

	*is_v1 = false;
	if (!topo_text_if(src, "/proc/self/cgroup"))
		return false;
	for (line = strtok_r(src->text, "\n", &rest); line != NULL && !*is_v1;
		line = strtok_r(NULL, "\n", &rest)) {
		controllers = strchr(line, ':');
		path = controllers == NULL ? NULL : strchr(controllers + 1, ':');
		if (path == NULL)
			continue;
		*path++ = '\0';
		controllers++;
		*is_v1 = strcmp(controllers, "cpuset") == 0;
		if (!*is_v1 && *controllers != '\0')
			continue;
		snprintf(group, cap, "%s", path);
		found = true;
	}
	return found;
}

/* The CPUs of the nearest group, from this process's own upward, that has a cpuset. A path that is
 * not there (seen from inside a container) climbs to its root, which is the container's. */
static bool
read_cgroup(struct topo_src *src, struct topo_set *out)
{
	char group[PATH_MAX / 2], *slash;
	bool is_v1;

	if (!find_cgroup(src, group, sizeof(group), &is_v1))
		return false;
	for (;;) {
		if (is_v1 ? topo_text_if(
				    src, "/sys/fs/cgroup/cpuset%s/cpuset.effective_cpus", group)
			  : topo_text_if(src, "/sys/fs/cgroup%s/cpuset.cpus.effective", group))
			return src->text[0] != '\0' && topo_list(src, TOPO_CPU_MAX, out);
		slash = strrchr(group, '/');
		if (slash == NULL)
			return false;
		*slash = '\0';
	}
}

static void
read_lists(struct topo_src *src, struct cpu_lists *lists)
{
	if (!read_list(src, "present", &lists->present))
		topo_ids(src, "cpu", TOPO_CPU_MAX, &lists->present, CPU_DIR);
	if (!read_list(src, "online", &lists->online))
		lists->online = lists->present;
	add_all(&lists->present, &lists->online);
	read_isolated(src, &lists->isolated);
	if (!read_affinity(src, &lists->affinity))
		lists->affinity = lists->online;
	if (!read_cgroup(src, &lists->cgroup))
		lists->cgroup = lists->affinity;
}

static int
read_core_number(struct topo_src *src, unsigned int cpu, const char *name)
{
	uint64_t n;

	/* -1 is what kernels write that know no package (some ARM machines). */
	if (!topo_text(src, CPU_DIR "/cpu%u/topology/%s", cpu, name) ||
		strcmp(src->text, "-1") == 0 || !topo_number(src, INT32_MAX, &n))
		return TOPO_CPU_NO_CORE;
	return (int)n;
}

/* The lowest CPU of the list in src->text, the CPU itself when it is no list. */
static unsigned int
lowest_of_list(struct topo_src *src, unsigned int cpu)
{
	struct topo_set set;

	if (!topo_list(src, TOPO_CPU_MAX, &set))
		return cpu;
	for (unsigned int n = 0; n < cpu; n++) {
		if (topo_set_has(&set, n))
			return n;
	}
	return cpu;
}

/* "32768K", "32M" → bytes; 0 for anything else. */
static uint64_t
parse_cache_size(const char *text)
{
	char unit = '\0';
	unsigned long n;

	if (sscanf(text, "%9lu%c", &n, &unit) < 1)
		return 0;
	return unit == 'K'   ? n << 10
	       : unit == 'M' ? (uint64_t)n << 20
	       : unit == 'G' ? (uint64_t)n << 30
			     : n;
}

/* The cache of the highest level. Many virtual machines show no caches: no warning. */
static void
read_llc(struct topo_src *src, struct topo_cpu *cpu)
{
	uint64_t level, best = 0;

	for (unsigned int i = 0;
		topo_text_if(src, CPU_DIR "/cpu%u/cache/index%u/level", cpu->id, i); i++) {
		if (!topo_number(src, 99, &level) || level <= best ||
			!topo_text_if(src, CPU_DIR "/cpu%u/cache/index%u/size", cpu->id, i))
			continue;
		best = level;
		cpu->llc_bytes = parse_cache_size(src->text);
		cpu->llc_lead = cpu->id;
		if (topo_text_if(src, CPU_DIR "/cpu%u/cache/index%u/shared_cpu_list", cpu->id, i))
			cpu->llc_lead = lowest_of_list(src, cpu->id);
	}
}

static void
read_one(struct topo_src *src, const struct cpu_lists *lists, struct topo_cpu *cpu)
{
	cpu->node = TOPO_NODE_NONE;
	cpu->package = cpu->core = TOPO_CPU_NO_CORE;
	cpu->lead = cpu->llc_lead = cpu->id;
	cpu->online = topo_set_has(&lists->online, cpu->id);
	cpu->isolated = topo_set_has(&lists->isolated, cpu->id);
	cpu->in_cgroup = topo_set_has(&lists->cgroup, cpu->id);
	cpu->in_affinity = topo_set_has(&lists->affinity, cpu->id);
	if (!cpu->online) /* the kernel takes its topology folder away */
		return;
	cpu->package = read_core_number(src, cpu->id, "physical_package_id");
	cpu->core = read_core_number(src, cpu->id, "core_id");
	if (topo_text(src, CPU_DIR "/cpu%u/topology/thread_siblings_list", cpu->id))
		cpu->lead = lowest_of_list(src, cpu->id);
	read_llc(src, cpu);
}

void
topo_read_cpus(struct topo_src *src)
{
	struct topo *topo = src->topo;
	struct cpu_lists lists = {0};

	read_lists(src, &lists);
	topo->cpus = topo_array(src, topo_set_count(&lists.present), sizeof(*topo->cpus));
	if (topo->cpus == NULL)
		return;
	for (unsigned int id = 0; id < TOPO_CPU_MAX; id++) {
		if (!topo_set_has(&lists.present, id))
			continue;
		topo->cpus[topo->n_cpus].id = id;
		read_one(src, &lists, &topo->cpus[topo->n_cpus++]);
	}
}
