/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The plan: which lcore polls what, which memory all of it takes, and what EAL is told of it.
 */
#include "boot.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define MB (UINT64_C(1) << 20)

/* Octets that the kernel says can be had without swapping; UINT64_MAX: it does not say. */
static uint64_t
available_bytes(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	uint64_t kb = UINT64_MAX / 1024;
	char line[128];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "MemAvailable: %" SCNu64 " kB", &kb) == 1)
			break;
	}
	if (file != NULL)
		fclose(file);
	return kb * 1024;
}

/* Without hugepages EAL's heap is made once and never grows: it must hold all there will be. */
static int
check_memory(const struct boot *b, struct base_err *err)
{
	uint64_t have = available_bytes();

	if (b->plan->huge || b->plan->ask_mb * MB <= have)
		return 0;
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM,
		"%" PRIu64 " MB of memory are needed, %" PRIu64 " MB are available",
		b->plan->ask_mb, have / MB);
}

/* Takes the workers of the plan over. */
static void
take_workers(struct boot *b)
{
	for (uint32_t i = 0; i < b->plan->n_lcores; i++) {
		const struct plan_lcore *lcore = &b->plan->lcores[i];

		if (plan_works(lcore))
			b->workers[b->n_workers++] = (struct boot_worker){
				.lcore = lcore->lcore, .node = lcore->node, .planned = lcore};
	}
}

static void
tell_warnings(const struct boot *b)
{
	for (uint32_t i = 0; i < b->plan->n_notes; i++) {
		if (b->plan->notes[i].exit == BASE_EXIT_OK)
			fprintf(stderr, "%s: warning: %s\n", b->command, b->plan->notes[i].text);
	}
}

static int
fill_plan(struct boot *b, struct base_err *err)
{
	struct cost_input in = {.plan = b->plan,
		.policy = b->policy,
		.longest = b->replay == NULL ? 0 : b->capture.longest};
	struct plan_cost cost;
	int rc;

	cost_look(&in);
	for (b->n_ports = 0; b->n_ports < b->plan->n_ports; b->n_ports++)
		cost_port(&in, b->n_ports, &b->port_confs[b->n_ports]);
	if (b->replay != NULL)
		b->port_confs[0].devargs = b->devargs;
	rc = cost_check(&in, err);
	if (rc < 0)
		return rc;
	cost_tell(&in, &cost);
	rc = plan_fill(b->plan, &cost, err);
	tell_warnings(b);
	if (rc == 0)
		rc = plan_check(b->plan, err);
	return rc < 0 ? rc : check_memory(b, err);
}

void
boot_free_plan(struct boot *b)
{
	plan_free(b->plan);
}

int
boot_plan(struct boot *b, struct base_err *err)
{
	struct plan_input in = {.kind = b->replay == NULL ? PLAN_RUN : PLAN_REPLAY,
		.replay_lcores = b->replay == NULL ? 0 : b->replay->lcores,
		.conf = b->conf,
		.topo = b->topo};
	int rc = plan_layout(&in, &b->plan, err);

	cost_count(&b->counters);
	if (rc == 0) {
		take_workers(b);
		rc = fill_plan(b, err);
	}
	if (rc < 0)
		boot_free_plan(b);
	return rc;
}

static void
add_devices(struct boot *b)
{
	uint32_t n_pci = 0;

	for (uint32_t i = 0; i < b->n_ports; i++) {
		if (!b->plan->ports[i].is_pci)
			continue;
		eal_add(&b->args, "-a");
		eal_add(&b->args, "%s", b->port_confs[i].devargs);
		n_pci++;
	}
	if (n_pci == 0)
		eal_add(&b->args, "--no-pci");
}

static void
add_memory(struct boot *b)
{
	/* No file of a hugepage outlives us, however we end. */
	eal_add(&b->args, b->plan->huge ? "--huge-unlink" : "--no-huge");
	eal_add(&b->args, "%s", b->plan->eal_memory);
}

void
boot_plan_eal(struct boot *b)
{
	eal_add(&b->args, "weir");
	eal_add(&b->args, "--log-level");
	eal_add(&b->args, "error");
	eal_add(&b->args, "--lcores");
	eal_add(&b->args, "%s", b->plan->eal_lcores);
	eal_add(&b->args, "--main-lcore");
	eal_add(&b->args, "%u", b->plan->main_lcore);
	add_memory(b);
	add_devices(b);
	eal_add(&b->args, "--file-prefix");
	if (b->replay != NULL) {
		/* Nothing is shared, so that replays run side by side and leave nothing. */
		eal_add(&b->args, "weir_replay_%d", (int)getpid());
		eal_add(&b->args, "--no-shconf");
		eal_add(&b->args, "--no-telemetry");
	} else {
		eal_add(&b->args, "%s", b->conf->eal.file_prefix);
		eal_add_words(&b->args, b->conf->eal.args);
	}
}
