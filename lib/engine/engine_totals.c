/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The sums of all lcores, and the law that they obey.
 */
#include "engine_priv.h"

#include <errno.h>
#include <inttypes.h>

static uint64_t
sum(const struct engine *engine, uint32_t counter)
{
	return stats_sum(engine->blocks, engine->n_workers, engine->conf.stats_base + counter);
}

uint64_t
engine_read_port(const struct engine *engine, uint16_t port, enum engine_port_counter counter)
{
	return sum(engine, ENGINE_NB_COUNTERS + port * ENGINE_NB_PORT_COUNTERS + counter);
}

void
engine_read_totals(const struct engine *engine, struct engine_totals *out)
{
	*out = (struct engine_totals){.passed = sum(engine, ENGINE_PASSED),
		.replied = sum(engine, ENGINE_REPLIED),
		.dropped = sum(engine, ENGINE_DROPPED),
		.bypassed = sum(engine, ENGINE_BYPASSED),
		.ring_in = sum(engine, ENGINE_RING_IN),
		.ring_out = sum(engine, ENGINE_RING_OUT),
		.watched = sum(engine, ENGINE_WATCHED),
		.left_in = engine->left_in,
		.left_out = engine->left_out,
		.cycles = sum(engine, ENGINE_CYCLES)};
	for (uint16_t port = 0; port < ENGINE_PORTS_MAX; port++) {
		out->received += engine_read_port(engine, port, ENGINE_PORT_RX);
		out->sent += engine_read_port(engine, port, ENGINE_PORT_TX);
		out->refused += engine_read_port(engine, port, ENGINE_PORT_REFUSED);
		out->unfit += engine_read_port(engine, port, ENGINE_PORT_UNFIT);
		out->down += engine_read_port(engine, port, ENGINE_PORT_DOWN);
	}
}

int
engine_check(const struct engine *engine, const struct stats_set *reasons, struct base_err *err)
{
	uint64_t ended = stats_sum_set(engine->blocks, engine->n_workers, reasons);
	struct engine_totals t;

	engine_read_totals(engine, &t);
	if (t.received == ended + t.bypassed + t.ring_in + t.left_in &&
		ended == t.passed + t.replied + t.dropped &&
		t.passed + t.replied + t.bypassed ==
			t.sent + t.refused + t.watched + t.ring_out + t.left_out)
		return 0;
	return base_fail(err, BASE_EXIT_FAILURE, EPROTO,
		"packets are not all accounted for: received %" PRIu64 ", reasons %" PRIu64
		", bypassed %" PRIu64 ", refused by rings %" PRIu64 " and %" PRIu64
		", left in them %" PRIu64 " and %" PRIu64 ", passed %" PRIu64 " + replied %" PRIu64
		" + dropped %" PRIu64 ", sent %" PRIu64 " + refused %" PRIu64 " + watched %" PRIu64,
		t.received, ended, t.bypassed, t.ring_in, t.ring_out, t.left_in, t.left_out,
		t.passed, t.replied, t.dropped, t.sent, t.refused, t.watched);
}
