/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "policy_priv.h"

/* The first `bits` of a number's 64. */
static inline uint64_t
mask(unsigned bits)
{
	return bits == 0 ? 0 : bits >= 64 ? UINT64_MAX : ~(UINT64_MAX >> bits);
}

/* The rule of a run with this prefix; NULL: none. */
static const struct policy_addr_rule *
search(const struct policy_addr_table *table, const struct policy_addr_run *run, uint64_t high,
	uint64_t low)
{
	const struct policy_addr_rule *rules = table->rules + run->first;
	uint32_t from = 0, end = run->nb;

	while (from < end) {
		uint32_t middle = from + (end - from) / 2;
		const struct policy_addr_rule *rule = &rules[middle];

		if (rule->high < high || (rule->high == high && rule->low < low))
			from = middle + 1;
		else
			end = middle;
	}
	return from < run->nb && rules[from].high == high && rules[from].low == low ? &rules[from]
										    : NULL;
}

const struct policy_addr_rule *
policy_addr_next(const struct policy_addr_table *table, uint8_t list, const uint8_t *addr,
	uint8_t family, uint32_t *run)
{
	const struct policy_addr_rule *found;
	uint64_t high, low;

	policy_addr_words(addr, family, &high, &low);
	for (uint32_t at = table->first_run[list] + *run; at < table->first_run[list + 1]; at++) {
		const struct policy_addr_run *one = &table->runs[at];

		++*run;
		if (one->family != family)
			continue;
		found = search(table, one, high & mask(one->bits),
			low & mask(one->bits < 64 ? 0 : one->bits - 64u));
		if (found != NULL)
			return found;
	}
	return NULL;
}

const struct base_set *
policy_address_lists(const struct policy_view *view, const struct base_addr *addr)
{
	const struct nets_query query = {.addr = addr->bytes, .family = addr->family};
	struct nets_hit hit;

	if (view->address_nets == NULL)
		return NULL;
	nets_lookup_burst(view->address_nets, &query, 1, &hit);
	return hit.value == NETS_NONE ? NULL : nets_set(view->address_nets, hit.value);
}

void
policy_client_burst(const struct policy_view *view, const struct policy_client clients[],
	uint16_t n, const struct base_set *out[])
{
	struct nets_query queries[NETS_BURST_MAX];
	struct nets_hit hits[NETS_BURST_MAX];

	if (n == 0)
		return;
	for (uint16_t i = 0; i < n; i++)
		queries[i] =
			(struct nets_query){.addr = clients[i].addr, .family = clients[i].family};
	nets_lookup_burst(view->client_nets, queries, n, hits);
	for (uint16_t i = 0; i < n; i++)
		out[i] = hits[i].value == NETS_NONE ? NULL
						    : nets_set(view->client_nets, hits[i].value);
}
