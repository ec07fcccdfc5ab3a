/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "engine_loop.h"

#include <rte_pause.h>

#define TX_TRIES 64 /* of a burst that the device does not take at once, a pause between them */

void
engine_send(struct engine_worker *w, uint16_t port, struct engine_bunch *out)
{
	uint16_t sent;

	enter(w, ENGINE_AT_send);
	if (w->watch) {
		count(w, ENGINE_WATCHED, out->n);
		rte_pktmbuf_free_bulk(out->pkts, out->n);
		return;
	}
	sent = rte_eth_tx_burst(port, w->tx_queues[port], out->pkts, out->n);
	for (uint16_t i = 0; unlikely(sent < out->n) && i < TX_TRIES; i++) {
		rte_pause();
		sent = (uint16_t)(sent + rte_eth_tx_burst(port, w->tx_queues[port],
						 out->pkts + sent, (uint16_t)(out->n - sent)));
	}
	count_port(w, port, ENGINE_PORT_TX, sent);
	if (unlikely(sent < out->n)) {
		count_port(w, port, ENGINE_PORT_REFUSED, (uint16_t)(out->n - sent));
		rte_pktmbuf_free_bulk(out->pkts + sent, (uint16_t)(out->n - sent));
	}
}
