/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "table.h"

#include <inttypes.h>
#include <string.h>

#define SECOND_NS   1e9
#define NAME_WIDTH  8
#define XSTAT_WIDTH 45

const char *
table_number(uint64_t n, char out[TABLE_NUMBER_MAX])
{
	static const char units[] = "kMGTPE";
	double value = (double)n;
	int unit = -1;

	if (n < 10000000) {
		snprintf(out, TABLE_NUMBER_MAX, "%" PRIu64, n);
		return out;
	}
	for (; value >= 999.95; value /= 1000)
		unit++;
	snprintf(out, TABLE_NUMBER_MAX, "%.*f%c", value < 99.995 ? 2 : 1, value, units[unit]);
	return out;
}

/* Of a sum, what was added since. A counter of a device may have begun anew. */
static uint64_t
since(uint64_t now, uint64_t before)
{
	return now >= before ? now - before : 0;
}

/* Right-aligned, and "-" where there is nothing to divide by. */
static void
write_ratio(FILE *out, int width, uint64_t part, uint64_t whole)
{
	char text[TABLE_NUMBER_MAX];

	if (whole == 0)
		fprintf(out, " %*s", width, "-");
	else if (part / whole >= 1000)
		fprintf(out, " %*s", width, table_number(part / whole, text));
	else
		fprintf(out, " %*.1f", width, (double)part / (double)whole);
}

static void
write_share(FILE *out, int width, uint64_t part, uint64_t whole)
{
	if (whole == 0)
		fprintf(out, " %*s", width, "-");
	else
		fprintf(out, " %*.1f%%", width - 1, 100 * (double)part / (double)whole);
}

static uint64_t
per_second(uint64_t n, uint64_t ns)
{
	return ns == 0 ? 0 : (uint64_t)((double)n * SECOND_NS / (double)ns);
}

static void
write_rows(const struct table_look *before, const struct table_look *now, FILE *out)
{
	uint64_t ns = since(now->at_ns, before->at_ns);
	char rate[TABLE_NUMBER_MAX];

	for (uint32_t i = 0; i < now->n_rows; i++) {
		const struct table_row *row = &now->rows[i];

		if (row->packets == 0 && !row->always)
			continue;
		fprintf(out, "%20" PRIu64 "  %-32s %12s/s\n", row->packets, row->word,
			table_number(per_second(since(row->packets, before->rows[i].packets), ns),
				rate));
	}
}

static void
write_lcore(
	const struct engine_lcore *before, const struct engine_lcore *now, uint64_t ns, FILE *out)
{
	static const char *const roles[] = {[ENGINE_WORKER] = "worker",
		[ENGINE_RX] = "rx",
		[ENGINE_CLASSIFY] = "classify",
		[ENGINE_TX] = "tx"};
	uint64_t busy = since(now->cycles_busy, before->cycles_busy);
	uint64_t idle = since(now->cycles_idle, before->cycles_idle);
	uint64_t packets = since(now->packets, before->packets), bursts = 0;
	char rate[TABLE_NUMBER_MAX];

	for (uint32_t size = 0; size < ENGINE_BURST_SIZES; size++)
		bursts += since(now->bursts[size], before->bursts[size]);
	fprintf(out, "%5u %-8s", now->lcore, roles[now->role]);
	if (now->is_stalled)
		fprintf(out, " %7s", "STALLED");
	else
		write_share(out, 7, busy, busy + idle);
	fprintf(out, " %9s", table_number(per_second(packets, ns), rate));
	write_ratio(out, 8, busy, packets);
	for (uint32_t size = 0; size < ENGINE_BURST_SIZES; size++)
		write_share(out, 6, since(now->bursts[size], before->bursts[size]), bursts);
	fputc('\n', out);
}

static void
write_lcores(const struct table_look *before, const struct table_look *now, FILE *out)
{
	fprintf(out, "%5s %-8s %7s %9s %8s %6s %6s %6s %6s %6s\n", "LCORE", "ROLE", "BUSY",
		"PACKETS/S", "CYC/PKT", "b1", "b2-8", "b9-16", "b17-31", "b32-64");
	for (uint32_t i = 0; i < now->n_lcores; i++)
		write_lcore(&before->lcores[i].did, &now->lcores[i].did,
			since(now->at_ns, before->at_ns), out);
}

static bool
classifies(const struct table_lcore *lcore)
{
	return lcore->did.role == ENGINE_WORKER || lcore->did.role == ENGINE_CLASSIFY;
}

/* What was timed since the look before; where that is nothing, since the start. */
static void
write_times(const struct table_lcore *before, const struct table_lcore *now, FILE *out)
{
	static const struct classify_times none;
	const struct classify_times *from = &before->times;

	if (from->packets == now->times.packets)
		from = &none;
	fprintf(out, "%5u   ", now->did.lcore);
	for (uint32_t stage = 0; stage < CLASSIFY_STAGE_COUNT; stage++)
		write_ratio(out, 7, since(now->times.cycles[stage], from->cycles[stage]),
			since(now->times.packets, from->packets));
	fputc('\n', out);
}

static void
write_stages(const struct table_look *before, const struct table_look *now, FILE *out)
{
	fprintf(out, "CYCLES: ");
	for (uint32_t stage = 0; stage < CLASSIFY_STAGE_COUNT; stage++)
		fprintf(out, " %7s", classify_stage_name((enum classify_stage)stage));
	fputc('\n', out);
	for (uint32_t i = 0; i < now->n_lcores; i++) {
		if (classifies(&now->lcores[i]))
			write_times(&before->lcores[i], &now->lcores[i], out);
	}
}

static void
write_rings(const struct table_look *now, FILE *out)
{
	char refused[TABLE_NUMBER_MAX];

	if (now->n_rings == 0)
		return;
	fprintf(out, " FROM    TO     SIZE      NOW     HIGH  REFUSED  RING\n");
	for (uint32_t i = 0; i < now->n_rings; i++) {
		const struct engine_ring *ring = &now->rings[i];

		fprintf(out, "%5u %5u %8u %8u %8u %8s  %s\n", ring->from, ring->to, ring->size,
			ring->used, ring->high, table_number(ring->refused, refused),
			ring->is_bypass ? "by-pass" : "packets");
	}
}

static void
write_port(const struct table_port *port, FILE *out)
{
	const struct port_counters *c = &port->counters;
	const uint64_t cells[] = {c->rx, c->tx, c->rx_missed, c->rx_errors, c->rx_no_mbuf,
		c->tx_errors, port->refused, port->mbufs, port->free};
	char text[TABLE_NUMBER_MAX];

	/* A name that takes the room of numbers has a line of its own. */
	if (strlen(port->name) > NAME_WIDTH)
		fprintf(out, "%s\n%*s", port->name, NAME_WIDTH, "");
	else
		fprintf(out, "%-*s", NAME_WIDTH, port->name);
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		fprintf(out, " %7s", table_number(cells[i], text));
	fputc('\n', out);
	if (port->unfit > 0)
		fprintf(out, "%*s %s of those refused: too long for it, or in too many mbufs\n",
			NAME_WIDTH, "", table_number(port->unfit, text));
	if (port->down > 0)
		fprintf(out, "%*s %s of those refused: its link was down\n", NAME_WIDTH, "",
			table_number(port->down, text));
}

static void
write_ports(const struct table_look *now, FILE *out)
{
	fprintf(out, "PORT          RX      TX  MISSED  ERRORS NO-MBUF  TX-ERR REFUSED   MBUFS"
		     "    FREE\n");
	for (uint32_t i = 0; i < now->n_ports; i++)
		write_port(&now->ports[i], out);
}

static uint64_t
xstat_of(const struct table_port *port, const char *name)
{
	for (uint32_t i = 0; i < port->n_xstats; i++) {
		if (strcmp(port->xstats[i].name, name) == 0)
			return port->xstats[i].value;
	}
	return 0;
}

static void
write_xstats_of(
	const struct table_port *before, const struct table_port *now, uint64_t ns, FILE *out)
{
	char rate[TABLE_NUMBER_MAX];

	fprintf(out, "XSTATS of %s\n", now->name);
	for (uint32_t i = 0; i < now->n_xstats; i++) {
		const struct table_xstat *x = &now->xstats[i];

		/* Likewise. */
		if (strlen(x->name) > XSTAT_WIDTH)
			fprintf(out, "  %s\n%*s", x->name, XSTAT_WIDTH + 2, "");
		else
			fprintf(out, "  %-*s", XSTAT_WIDTH, x->name);
		fprintf(out, " %20" PRIu64 " %9s/s\n", x->value,
			table_number(
				per_second(since(x->value, xstat_of(before, x->name)), ns), rate));
	}
}

static void
write_xstats(const struct table_look *before, const struct table_look *now, FILE *out)
{
	for (uint32_t i = 0; i < now->n_ports; i++) {
		if (now->ports[i].n_xstats > 0)
			write_xstats_of(&before->ports[i], &now->ports[i],
				since(now->at_ns, before->at_ns), out);
	}
}

void
table_write(
	uint64_t begin_ns, const struct table_look *before, const struct table_look *now, FILE *out)
{
	fprintf(out, "after %.0f s, rates of the last %.1f s\n",
		(double)since(now->at_ns, begin_ns) / SECOND_NS,
		(double)since(now->at_ns, before->at_ns) / SECOND_NS);
	write_rows(before, now, out);
	write_lcores(before, now, out);
	write_stages(before, now, out);
	write_rings(now, out);
	write_ports(now, out);
	write_xstats(before, now, out);
}
