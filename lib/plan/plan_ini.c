/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The map of a plan as sections of an INI.
 */
#include "plan_priv.h"

#include <stdio.h>
#include <stdlib.h>

static void
print_queues(const struct plan *plan, const struct plan_lcore *lcore, FILE *out)
{
	fputs("ports = ", out);
	for (uint32_t i = 0; i < lcore->n_queues; i++)
		fprintf(out, "%s%s:%u", i == 0 ? "" : ", ", plan->ports[lcore->queues[i].port].name,
			lcore->queues[i].queue);
	fputc('\n', out);
}

static void
print_sends(const struct plan *plan, const struct plan_lcore *lcore, FILE *out)
{
	const char *between = "";

	fputs("ports = ", out);
	for (uint32_t i = 0; i < plan->n_ports; i++) {
		if ((lcore->sends >> i & 1) == 0)
			continue;
		fprintf(out, "%s%s", between, plan->ports[i].name);
		between = ", ";
	}
	fputc('\n', out);
}

static void
print_lcore(const struct plan *plan, const struct plan_lcore *lcore, FILE *out)
{
	static const char *const roles[] = {[PLAN_WORKER] = "worker",
		[PLAN_RX] = "rx",
		[PLAN_CLASSIFY] = "classify",
		[PLAN_TX] = "tx"};

	fprintf(out, "[lcore %u]\nrole = %s\n", lcore->lcore, roles[lcore->role]);
	if (lcore->n_queues > 0)
		print_queues(plan, lcore, out);
	if (lcore->role == PLAN_TX)
		print_sends(plan, lcore, out);
	for (uint32_t i = 0; i < lcore->n_feeds; i++)
		fprintf(out, "%s%u", i == 0 ? "feeds = " : ",", lcore->feeds[i]);
	if (lcore->n_feeds > 0)
		fputc('\n', out);
}

char *
plan_ini(const struct plan *plan)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		return NULL;
	fprintf(out, "[eal]\nlcores = %s\n", plan->eal_lcores);
	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		if (plan_works(&plan->lcores[i]))
			print_lcore(plan, &plan->lcores[i], out);
	}
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
