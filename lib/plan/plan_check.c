/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What is told of a plan: what refuses it, what is warned of.
 */
#include "plan_priv.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
plan_note(struct plan *plan, enum base_exit exit, const char *fmt, ...)
{
	struct plan_note *grown =
		realloc(plan->notes, (plan->n_notes + 1) * sizeof(plan->notes[0]));
	struct plan_note note = {.exit = exit};
	va_list args;
	int n;

	if (grown == NULL) {
		plan->no_memory = true;
		return;
	}
	plan->notes = grown;
	va_start(args, fmt);
	n = vasprintf(&note.text, fmt, args);
	va_end(args);
	if (n < 0) {
		plan->no_memory = true;
		return;
	}
	plan->notes[plan->n_notes++] = note;
}

int
plan_check(const struct plan *plan, struct base_err *err)
{
	for (uint32_t i = 0; i < plan->n_notes; i++) {
		if (plan->notes[i].exit != BASE_EXIT_OK)
			return base_fail(
				err, plan->notes[i].exit, EINVAL, "%s", plan->notes[i].text);
	}
	return 0;
}

/* A CPU of lcore a that lcore b has too, or whose core's other thread b has; -1: none. */
static int
shared_cpu(const struct plan *plan, const struct plan_lcore *a, const struct plan_lcore *b,
	bool siblings)
{
	for (unsigned int i = 0; i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET(i, &a->cpus))
			continue;
		if (!siblings && CPU_ISSET(i, &b->cpus))
			return (int)i;
		for (unsigned int k = 0; k < CPU_SETSIZE && siblings; k++) {
			if (CPU_ISSET(k, &b->cpus) && topo_are_siblings(plan->in.topo, i, k))
				return (int)i;
		}
	}
	return -1;
}

static void
warn_pair(struct plan *plan, const struct plan_lcore *a, const struct plan_lcore *b)
{
	int cpu = shared_cpu(plan, a, b, false);

	if (!plan_works(a) && !plan_works(b))
		return;
	if (cpu >= 0) {
		plan_note(plan, BASE_EXIT_OK, "lcores %u and %u share CPU %d: they take turns",
			a->lcore, b->lcore, cpu);
		return;
	}
	cpu = shared_cpu(plan, a, b, true);
	if (cpu >= 0)
		plan_note(plan, BASE_EXIT_OK,
			"lcores %u and %u are threads of one core, that of CPU %d: they share its "
			"caches and units",
			a->lcore, b->lcore, cpu);
}

/* Workers' CPUs on which the kernel may run anything else: one line for all. */
static void
warn_not_isolated(struct plan *plan)
{
	cpu_set_t bare;
	char *text;

	CPU_ZERO(&bare);
	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		for (unsigned int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
			const struct topo_cpu *found = topo_cpu(plan->in.topo, cpu);

			if (plan_works(&plan->lcores[i]) && found != NULL &&
				CPU_ISSET(cpu, &plan->lcores[i].cpus) && !found->isolated)
				CPU_SET(cpu, &bare);
		}
	}
	if (CPU_COUNT(&bare) == 0)
		return;
	text = plan_cpus_text(&bare);
	if (text == NULL)
		plan->no_memory = true;
	else
		plan_note(plan, BASE_EXIT_OK,
			"not isolated, the kernel may run others there: CPU %s of the workers "
			"(isolcpus=%s at boot, or a cpuset partition)",
			text, text);
	free(text);
}

void
plan_warn_lcores(struct plan *plan)
{
	if (plan->in.kind == PLAN_REPLAY)
		return;
	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		const struct plan_lcore *lcore = &plan->lcores[i];

		for (uint32_t k = i + 1; k < plan->n_lcores; k++)
			warn_pair(plan, lcore, &plan->lcores[k]);
		if (plan_works(lcore) && CPU_COUNT(&lcore->cpus) > 1)
			plan_note(plan, BASE_EXIT_OK,
				"lcore %u polls and has several CPUs: the kernel may move it "
				"between them",
				lcore->lcore);
		if (lcore->role == PLAN_IDLE)
			plan_note(plan, BASE_EXIT_OK, "lcore %u polls nothing: no [lcore %u]",
				lcore->lcore, lcore->lcore);
	}
	warn_not_isolated(plan);
	plan_warn_ways(plan);
}
