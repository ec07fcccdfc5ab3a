/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_priv.h"

void
classify_scan(struct classify *c, const struct policy_view *view)
{
	struct pat_name names[CLASSIFY_BURST_MAX];
	struct policy_query query;
	uint16_t n = 0;

	if (view->patterns == NULL)
		return;
	for (uint16_t i = 0; i < c->nb_open; i++) {
		classify_query(c, view, i, &query);
		c->scanned[i] = CLASSIFY_NOT_SCANNED;
		if (!policy_is_open(view, &query))
			continue;
		names[n] = (struct pat_name){
			.wire = query.name, .deciding = &view->groups[query.group].deciding};
		c->scanned[i] = (uint8_t)n++;
	}
	if (n > 0)
		pat_scan_burst(view->patterns, view->scratch, names, n, c->patterns);
}
