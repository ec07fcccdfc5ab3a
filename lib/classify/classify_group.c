/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_priv.h"
#include "pkt_addr.h"

#define VLAN_ID 0x0fff /* IEEE 802.1Q: the tag's lower 12 bits */

/* Tags of VLAN 0 bear a priority and no VLAN. */
void
classify_client(const struct classify *c, const struct classify_job *job, bool is_answer,
	struct policy_client *out)
{
	const struct classify_port *port = &c->ports[job->mbuf->port];
	const struct pkt_layers *layers = &job->layers;
	uint16_t ids[PKT_TAGS_MAX + 1] = {0};
	uint8_t n = 0;

	for (uint8_t i = 0; i < layers->tags; i++) {
		ids[n] = layers->tci[i] & VLAN_ID;
		n = (uint8_t)(n + (ids[n] != 0));
	}
	out->mac = is_answer ? pkt_dst_mac(job->frame) : pkt_src_mac(job->frame);
	out->addr = is_answer ? pkt_dst_ip(job->frame, layers) : pkt_src_ip(job->frame, layers);
	out->family = layers->ip_version;
	out->vlan = ids[0];
	out->inner = ids[1];
	out->port = is_answer ? port->peer : port->index;
}

static void
find_groups(struct classify *c, const struct policy_view *view,
	const struct policy_client clients[], const uint8_t jobs[], uint16_t n)
{
	struct policy_member members[CLASSIFY_BURST_MAX];

	policy_group_burst(view, clients, n, members);
	for (uint16_t i = 0; i < n; i++)
		c->jobs[jobs[i]].group = members[i].group;
}

void
classify_group(struct classify *c, const struct policy_view *view)
{
	struct policy_client clients[CLASSIFY_BURST_MAX];

	if ((view->clients == NULL && view->client_nets == NULL) || c->nb_open == 0)
		return; /* there is one group, and observe has written it */
	for (uint16_t i = 0; i < c->nb_open; i++)
		classify_client(c, &c->jobs[c->open[i]], false, &clients[i]);
	if (view->clients != NULL)
		find_groups(c, view, clients, c->open, c->nb_open);
	if (view->client_nets != NULL)
		policy_client_burst(view, clients, c->nb_open, c->by_client);
}

void
classify_group_answers(struct classify *c, const struct policy_view *view)
{
	struct policy_client clients[CLASSIFY_BURST_MAX];

	if (view->clients == NULL || c->nb_answers == 0)
		return; /* as above */
	for (uint16_t i = 0; i < c->nb_answers; i++)
		classify_client(c, &c->jobs[c->answers[i]], true, &clients[i]);
	find_groups(c, view, clients, c->answers, c->nb_answers);
}
