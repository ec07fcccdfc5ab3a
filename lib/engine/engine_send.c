/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "engine_loop.h"

#include <rte_pause.h>

#define TX_TRIES 64 /* of a burst that the device does not take at once, a pause between them */

/* Whether a device sends a frame, in as many mbufs as it lies in. */
static bool
is_fit(const struct engine_sends *sends, const struct rte_mbuf *pkt)
{
	return ((pkt->pkt_len > sends->frame_max) | (pkt->nb_segs > sends->segs_max)) == 0;
}

/* Into its first mbuf, where that has the room. */
static bool
make_fit(const struct engine_sends *sends, struct rte_mbuf *pkt)
{
	return pkt->pkt_len <= sends->frame_max && rte_pktmbuf_linearize(pkt) == 0;
}

/* Frees what does not leave by a port. */
static void
refuse(struct engine_worker *w, uint16_t port, struct rte_mbuf **pkts, uint16_t n)
{
	count_port(w, port, ENGINE_PORT_REFUSED, n);
	rte_pktmbuf_free_bulk(pkts, n);
}

/* Frees what the device would send cut or corrupt, or throw away and call sent. */
static void
refuse_unfit(struct engine_worker *w, uint16_t port, struct engine_bunch *out)
{
	const struct engine_sends *sends = &w->sends[port];
	struct engine_bunch unfit;
	uint16_t n = 0;

	unfit.n = 0;
	for (uint16_t i = 0; i < out->n; i++) {
		if (unlikely(!is_fit(sends, out->pkts[i])) && !make_fit(sends, out->pkts[i]))
			unfit.pkts[unfit.n++] = out->pkts[i];
		else
			out->pkts[n++] = out->pkts[i];
	}
	out->n = n;
	if (unlikely(unfit.n > 0)) {
		count_port(w, port, ENGINE_PORT_UNFIT, unfit.n);
		refuse(w, port, unfit.pkts, unfit.n);
	}
}

/* A device of which there is nothing to look for. */
static bool
sends_all(const struct engine_sends *sends)
{
	return sends->frame_max == UINT32_MAX && sends->segs_max == UINT16_MAX;
}

void
engine_send(struct engine_worker *w, uint16_t port, struct engine_bunch *out)
{
	uint16_t sent;

	enter(w, ENGINE_AT_send);
	if (w->watch) {
		watch(w, out);
		return;
	}
	if (unlikely(atomic_load_explicit(&w->is_down[port], memory_order_relaxed))) {
		count_port(w, port, ENGINE_PORT_DOWN, out->n);
		refuse(w, port, out->pkts, out->n);
		return;
	}
	if (!sends_all(&w->sends[port]))
		refuse_unfit(w, port, out);
	if (unlikely(out->n == 0))
		return;
	sent = rte_eth_tx_burst(port, w->tx_queues[port], out->pkts, out->n);
	for (uint16_t i = 0; unlikely(sent < out->n) && i < TX_TRIES; i++) {
		rte_pause();
		sent = (uint16_t)(sent + rte_eth_tx_burst(port, w->tx_queues[port],
						 out->pkts + sent, (uint16_t)(out->n - sent)));
	}
	count_port(w, port, ENGINE_PORT_TX, sent);
	if (unlikely(sent < out->n))
		refuse(w, port, out->pkts + sent, (uint16_t)(out->n - sent));
}
