/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "show.h"

#include "dns_name.h"

#include <rte_cycles.h>

#include <inttypes.h>
#include <string.h>

#define TOP_NAMES 10

static uint64_t
sum_of(const struct boot *b, uint32_t counter)
{
	uint32_t n;
	const struct stats_block *const *blocks = engine_blocks(b->engine, &n);

	return stats_sum(blocks, n, counter);
}

void
show_packets(const struct boot *b)
{
	const struct stats_set *reasons = stats_layout_find(&b->counters.layout, "reason");
	struct engine_totals t;

	engine_read_totals(b->engine, &t);
	printf("packets by reason:\n");
	for (uint32_t i = 0; i < reasons->n; i++) {
		uint64_t n = sum_of(b, reasons->first + i);

		if (n > 0)
			printf("%12" PRIu64 "  %-24s %s\n", n, reasons->names[i],
				classify_reason_help((enum classify_reason)i));
	}
	printf("%12" PRIu64 "  received%s = passed %" PRIu64 " + answered %" PRIu64
	       " + dropped %" PRIu64 "; sent %" PRIu64 ", refused by a device %" PRIu64 "\n",
		t.received, b->plan->n_rings > 0 ? ", of these classified" : "", t.passed,
		t.replied, t.dropped, t.sent, t.refused);
	if (t.unfit > 0)
		printf("%12" PRIu64 "  of those refused: longer than their device sends, or in "
		       "more mbufs than it takes\n",
			t.unfit);
	if (t.down > 0)
		printf("%12" PRIu64 "  of those refused: the link that they would have left by was "
		       "down\n",
			t.down);
	if (t.watched > 0)
		printf("%12" PRIu64 "  would have been sent: [weir] mode = tap sends nothing\n",
			t.watched);
	if (b->plan->n_rings > 0)
		printf("%12" PRIu64 "  bypassed unclassified; refused by rings before "
		       "classification %" PRIu64 ", behind it %" PRIu64
		       "; left in them at the end %" PRIu64 " and %" PRIu64 "\n",
			t.bypassed, t.ring_in, t.ring_out, t.left_in, t.left_out);
}

/* A list that has a category is told by it, too: several lists may share one. */
static void
show_verdict_count(uint64_t n, const char *name, const char *action, const char *category)
{
	printf("%12" PRIu64 "  %-24s %s", n, name, action);
	if (category[0] != '\0')
		printf(" (%s)", category);
	putchar('\n');
}

static void
show_verdicts_of(const struct boot *b, int list, const char *name)
{
	const char *category = list < 0 ? "" : b->conf->lists[list].category;

	for (int action = 0; action < POLICY_NB_ACTIONS; action++) {
		uint64_t n = verdicts_count(b->verdicts, list, (enum policy_action)action);

		if (n > 0)
			show_verdict_count(n, name, policy_action_word((uint8_t)action), category);
	}
}

void
show_verdicts(const struct boot *b)
{
	const struct stats_set *logged = stats_layout_find(&b->counters.layout, "log");

	printf("verdicts by list and action:\n");
	for (uint32_t i = 0; i < b->conf->n_lists; i++) {
		const char *name = policy_list_name(b->policy, (uint16_t)i);
		uint64_t n = sum_of(b, logged->first + i);

		show_verdicts_of(b, (int)i, name);
		if (n > 0)
			show_verdict_count(n, name, policy_action_word(POLICY_LOG),
				b->conf->lists[i].category);
	}
	show_verdicts_of(b, -1, "(no list)");
}

void
show_top_names(const struct boot *b)
{
	struct verdicts_name top[TOP_NAMES + 1];
	char text[DNS_NAME_TEXT_MAX];
	uint32_t n = verdicts_top(b->verdicts, top, TOP_NAMES);

	printf("blocked most often:%s\n", n == 0 ? " nothing" : "");
	for (uint32_t i = 0; i < n; i++) {
		dns_name_format(top[i].wire, top[i].len, text, sizeof(text));
		printf("%12" PRIu64 "  %s\n", top[i].count, text);
	}
}

void
show_rate(const struct boot *b)
{
	struct engine_totals t;
	double seconds;

	engine_read_totals(b->engine, &t);
	if (t.received == 0 || t.cycles == 0)
		return;
	seconds = (double)t.cycles / (double)rte_get_tsc_hz();
	printf("rate: %.0f packets/s of one lcore's time, %.0f cycles a packet, reading and "
	       "writing "
	       "files included (%.3f s)\n",
		(double)t.received / seconds, (double)t.cycles / (double)t.received, seconds);
}

void
show_ports(const struct boot *b)
{
	printf("%-16s %12s %12s %10s %10s %10s %10s %10s %10s %10s\n", "port", "rx", "tx",
		"rx_missed", "rx_errors", "rx_no_mbuf", "tx_errors", "tx_refused", "tx_unfit",
		"tx_down");
	for (uint32_t i = 0; i < b->n_ports; i++) {
		struct port_counters c;

		port_read_counters(&b->ports[i], &c);
		printf("%-16s %12" PRIu64 " %12" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64
		       " %10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64 "\n",
			b->ports[i].name, c.rx, c.tx, c.rx_missed, c.rx_errors, c.rx_no_mbuf,
			c.tx_errors,
			engine_read_port(b->engine, b->ports[i].id, ENGINE_PORT_REFUSED),
			engine_read_port(b->engine, b->ports[i].id, ENGINE_PORT_UNFIT),
			engine_read_port(b->engine, b->ports[i].id, ENGINE_PORT_DOWN));
	}
	for (uint32_t i = 0; i < b->n_ports; i++) {
		if (b->unsent[i] > 0)
			printf("%12" PRIu64 "  that the device of %s took, and had not counted as "
			       "sent when it was stopped\n",
				b->unsent[i], b->ports[i].name);
	}
}

static void
show_xstat(void *arg, const char *name, uint64_t value)
{
	printf("%-16s %-40s %" PRIu64 "\n", (const char *)arg, name, value);
}

void
show_xstats(const struct boot *b)
{
	for (uint32_t i = 0; i < b->n_ports; i++)
		port_walk_xstats(&b->ports[i], show_xstat, (void *)(uintptr_t)b->ports[i].name);
}

static void
show_entry(const struct place_entry *entry, void *arg)
{
	char owner[24], nodes[PLACE_WORDS_MAX], wrong[PLACE_WORDS_MAX];

	(void)arg;
	printf("%12" PRIu64 " %6d %6s  %-10s %-28s %s", entry->bytes, entry->wanted,
		place_nodes_format(entry->nodes, nodes), place_owner_format(&entry->owner, owner),
		entry->call, entry->name);
	if (entry->misplaced > 0)
		printf("  MISPLACED: %s", place_misplaced_format(entry, wrong));
	printf("\n");
}

int
show_placement(struct base_err *err)
{
	struct place_total totals[PLACE_NODES_MAX];
	struct place_verdict verdict;
	unsigned int n;
	int rc = place_verify(&verdict, err);

	if (rc < 0)
		return rc;
	printf("placement (node wanted, nodes found; -: no page was ever touched):\n");
	printf("%12s %6s %6s  %-10s %-28s %s\n", "bytes", "wanted", "found", "for", "call",
		"object");
	place_walk(show_entry, NULL);
	n = place_totals(totals);
	for (unsigned int i = 0; i < n; i++)
		printf("node %d: %" PRIu64 " bytes = objects %" PRIu64 " + DPDK itself %" PRIu64
		       "; heap %" PRIu64 "\n",
			totals[i].node, totals[i].eal_bytes, totals[i].ledger_bytes,
			totals[i].dpdk_bytes, totals[i].heap_bytes);
	printf("misplaced: %u of %u objects, %" PRIu64 " of %" PRIu64 " pages looked at\n",
		verdict.misplaced_objects, verdict.objects, verdict.misplaced_pages, verdict.pages);
	return rc;
}
