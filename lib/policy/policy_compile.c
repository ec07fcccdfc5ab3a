/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "policy_priv.h"

#include <string.h>

static_assert((int)POLICY_PASS == (int)CONF_ACT_PASS && (int)POLICY_LOG == (int)CONF_ACT_LOG,
	"actions stand in the order of conf's");
static_assert(POLICY_ADDRS_MAX >= CONF_ADDRS_MAX, "every address of a key has a place");

static void
copy_text(const char *text, struct policy_text *out)
{
	size_t len = strlen(text);

	out->len = (uint8_t)(len < POLICY_TEXT_MAX ? len : POLICY_TEXT_MAX);
	memcpy(out->octets, text, out->len);
}

static int
compile_target(const struct conf_list *conf, struct policy_list *out, struct base_err *err)
{
	const char *text = conf->action.target;
	struct dns_name name;

	if (dns_name_from_text(text, strlen(text), &name, NULL) < 0)
		return conf_blame(err, &conf->sect, "action",
			"the target is no domain name: allowed are labels of 1..63 octets, 255 in "
			"all");
	out->target_len = name.len;
	memcpy(out->target, name.wire, name.len);
	return 0;
}

int
policy_compile_list(const struct conf_list *conf, struct policy_list *out, struct base_err *err)
{
	memset(out, 0, sizeof(*out));
	out->action = (uint8_t)conf->action.act;
	out->exact_is_nodata = conf->nxdomain_exact == CONF_EXACT_NODATA;
	out->ede = conf->ede == CONF_AUTO ? POLICY_EDE_NONE : (uint16_t)conf->ede;
	out->ttl = conf->ttl;
	copy_text(conf->text, &out->text);
	out->nb_a = (uint8_t)conf->target_a.n;
	for (uint32_t i = 0; i < conf->target_a.n; i++)
		memcpy(out->a[i], conf->target_a.addr[i].bytes, 4);
	out->nb_aaaa = (uint8_t)conf->target_aaaa.n;
	for (uint32_t i = 0; i < conf->target_aaaa.n; i++)
		memcpy(out->aaaa[i], conf->target_aaaa.addr[i].bytes, 16);
	if (conf->action.act == CONF_ACT_CNAME)
		return compile_target(conf, out, err);
	return 0;
}

void
policy_compile_group(
	const struct conf *conf, const struct conf_group *group, struct policy_group *out)
{
	memset(out, 0, sizeof(*out));
	for (uint32_t i = 0; i < conf->n_lists; i++) {
		if (!base_set_has(&group->lists, (uint8_t)i))
			continue;
		if (conf->lists[i].action.act == CONF_ACT_LOG)
			base_set_add(&out->logging, (uint8_t)i);
		else
			base_set_add(&out->deciding, (uint8_t)i);
	}
	out->default_action = (uint8_t)group->default_action.act;
	out->enforce = group->enforce;
	out->soa = group->soa;
	out->cap_ttl = group->cap_ttl && group->schedule.n > 0;
	out->signed_pass = group->signed_queries == CONF_SIGNED_PASS;
	out->has_sinkhole_a = group->sinkhole_a.family == 4;
	memcpy(out->sinkhole_a, group->sinkhole_a.bytes, 4);
	out->has_sinkhole_aaaa = group->sinkhole_aaaa.family == 6;
	memcpy(out->sinkhole_aaaa, group->sinkhole_aaaa.bytes, 16);
	copy_text(group->text, &out->text);
	out->change_s = BASE_ZONE_NEVER;
}

void
policy_compile_general(const struct conf *conf, struct policy_general *out)
{
	memset(out, 0, sizeof(*out));
	out->amplify = conf->weir.amplify;
	out->max_udp = conf->weir.max_udp;
	out->malformed_drops = conf->weir.malformed == CONF_FATE_DROP;
	out->other_drops = conf->weir.other == CONF_FATE_DROP;
	out->pattern_error_drops = conf->weir.pattern_error == CONF_FATE_DROP;
	out->until_ready_drops = conf->weir.until_ready == CONF_UNTIL_DROP;
	for (uint32_t i = 0; i < conf->dns.ports.n; i++) {
		uint16_t port = conf->dns.ports.port[i];

		out->ports[port / 64] |= UINT64_C(1) << (port % 64);
	}
}
