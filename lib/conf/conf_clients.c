/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * [clients NAME]: values that list what a client is known by, and what two sections must not share.
 */
#include "conf_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAC_OCTETS    6
#define MAC_TEXT_MAX  18
#define CLAIMED_TOLD  20 /* things that are claimed twice: so many are told of a kind */
#define CLAIM_KEY_MAX 32

/* Reads an item into its place; false: it is none. */
typedef bool (*item_fn)(const char *item, void *out);

/* A value of any number of items, each of `size` octets. */
static int
parse_items(struct conf_build *build, const struct conf_row *row, const char *text, item_fn parse,
	size_t size, void **array, uint32_t *n, struct base_err *err)
{
	struct conf_items items = conf_items_init(text);
	char allowed[128];
	size_t most = 1;
	bool bad = false;

	*n = 0;
	*array = NULL;
	for (const char *at = text; *at != '\0'; at++)
		most += *at == ',';
	if (text[0] != '\0')
		*array = conf_alloc(build, most, size);
	while (*array != NULL && !bad && conf_items_next(&items)) {
		bad = !parse(items.item, (char *)*array + *n * size);
		*n += !bad;
	}
	if (!bad && !items.bad)
		return 0;
	return base_fail(err, BASE_EXIT_CONFIG, EINVAL, "%s%.40s%sallowed are %s", bad ? "`" : "",
		bad ? items.item : "", bad ? "': " : "",
		conf_allowed(row, allowed, sizeof(allowed)));
}

bool
conf_mac_from_text(const char *item, struct conf_mac *mac)
{
	static const char hex[] = "0123456789abcdef0123456789ABCDEF";
	uint8_t any = 0;

	for (int i = 0; i < MAC_OCTETS; i++, item += 3) {
		const char *high = item[0] == '\0' ? NULL : strchr(hex, item[0]);
		const char *low = high == NULL || item[1] == '\0' ? NULL : strchr(hex, item[1]);
		char end = low == NULL ? 'x' : item[2];

		if (i == MAC_OCTETS - 1 ? end != '\0' : end != ':' && end != '-')
			return false;
		mac->octets[i] = (uint8_t)(((high - hex) % 16) << 4 | (low - hex) % 16);
		any |= mac->octets[i];
	}
	return any != 0 && (mac->octets[0] & 1) == 0;
}

bool
conf_vlan_from_text(const char *item, uint16_t *out)
{
	int64_t vid;

	if (conf_number(item, &vid) < 0 || vid < 1 || vid > CONF_VLAN_MAX)
		return false;
	*out = (uint16_t)vid;
	return true;
}

bool
conf_qinq_from_text(const char *item, struct conf_qinq *pair)
{
	const char *dot = strchr(item, '.');
	char outer[8];

	if (dot == NULL || dot - item >= (ptrdiff_t)sizeof(outer))
		return false;
	snprintf(outer, sizeof(outer), "%.*s", (int)(dot - item), item);
	return conf_vlan_from_text(outer, &pair->outer) &&
	       conf_vlan_from_text(dot + 1, &pair->inner);
}

static bool
parse_mac(const char *item, void *out)
{
	return conf_mac_from_text(item, out);
}

static bool
parse_vlan(const char *item, void *out)
{
	return conf_vlan_from_text(item, out);
}

static bool
parse_pair(const char *item, void *out)
{
	return conf_qinq_from_text(item, out);
}

int
conf_prefix_from_text(const char *text, struct conf_prefix *out, struct base_err *err)
{
	const char *at = strchr(text, '@');
	char prefix[128];

	out->vlan = 0;
	if (at != NULL && !conf_vlan_from_text(at + 1, &out->vlan))
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"`%.60s': behind the @ stands a VLAN ID, 1..%d", text, CONF_VLAN_MAX);
	snprintf(prefix, sizeof(prefix), "%.*s", at == NULL ? 127 : (int)(at - text), text);
	return base_prefix_parse(prefix, &out->prefix, err);
}

/* The sentence tells which item is wrong, and how. */
int
conf_prefixes_parse(struct conf_build *build, const struct conf_row *row, const char *text,
	void *member, struct base_err *err)
{
	struct conf_items items = conf_items_init(text);
	struct conf_prefixes *prefixes = member;
	char allowed[128];
	size_t most = 1;
	int rc = 0;

	*prefixes = (struct conf_prefixes){.n = 0};
	for (const char *at = text; *at != '\0'; at++)
		most += *at == ',';
	if (text[0] != '\0')
		prefixes->prefix = conf_alloc(build, most, sizeof(prefixes->prefix[0]));
	while (prefixes->prefix != NULL && rc == 0 && conf_items_next(&items))
		rc = conf_prefix_from_text(items.item, &prefixes->prefix[prefixes->n++], err);
	if (rc == 0 && items.bad)
		rc = base_fail(err, BASE_EXIT_CONFIG, EINVAL, "allowed are %s",
			conf_allowed(row, allowed, sizeof(allowed)));
	return rc;
}

int
conf_macs_parse(struct conf_build *build, const struct conf_row *row, const char *text,
	void *member, struct base_err *err)
{
	struct conf_macs *macs = member;
	void *array;
	int rc = parse_items(
		build, row, text, parse_mac, sizeof(macs->mac[0]), &array, &macs->n, err);

	macs->mac = array;
	return rc;
}

int
conf_vlans_parse(struct conf_build *build, const struct conf_row *row, const char *text,
	void *member, struct base_err *err)
{
	struct conf_vlans *vlans = member;
	void *array;
	int rc = parse_items(
		build, row, text, parse_vlan, sizeof(vlans->vid[0]), &array, &vlans->n, err);

	vlans->vid = array;
	return rc;
}

int
conf_qinq_parse(struct conf_build *build, const struct conf_row *row, const char *text,
	void *member, struct base_err *err)
{
	struct conf_qinqs *qinq = member;
	void *array;
	int rc = parse_items(
		build, row, text, parse_pair, sizeof(qinq->pair[0]), &array, &qinq->n, err);

	qinq->pair = array;
	return rc;
}

/* Something that a section says belongs to it. */
struct claim {
	uint64_t what;
	const struct conf_clients *clients;
};

/* What one key of all sections claims. */
struct claims {
	const char *key;
	void (*format)(const struct conf *conf, uint64_t what, char text[CLAIM_KEY_MAX]);
	uint32_t n;
	struct claim *claim;
};

static void
format_mac(const struct conf *conf, uint64_t what, char text[CLAIM_KEY_MAX])
{
	(void)conf;
	snprintf(text, CLAIM_KEY_MAX, "%02x:%02x:%02x:%02x:%02x:%02x", (unsigned)(what >> 40 & 255),
		(unsigned)(what >> 32 & 255), (unsigned)(what >> 24 & 255),
		(unsigned)(what >> 16 & 255), (unsigned)(what >> 8 & 255), (unsigned)(what & 255));
}

static void
format_vlan(const struct conf *conf, uint64_t what, char text[CLAIM_KEY_MAX])
{
	(void)conf;
	snprintf(text, CLAIM_KEY_MAX, "%u", (unsigned)what);
}

static void
format_pair(const struct conf *conf, uint64_t what, char text[CLAIM_KEY_MAX])
{
	(void)conf;
	snprintf(text, CLAIM_KEY_MAX, "%u.%u", (unsigned)(what >> 16), (unsigned)(what & 0xffff));
}

static void
format_port(const struct conf *conf, uint64_t what, char text[CLAIM_KEY_MAX])
{
	snprintf(text, CLAIM_KEY_MAX, "%.*s", CLAIM_KEY_MAX - 1, conf->ports[what].sect.name);
}

/* The same things together, each in the order of the sections that claim it. */
static int
order_of_claims(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;

	if (x->what != y->what)
		return x->what < y->what ? -1 : 1;
	return x->clients < y->clients ? -1 : x->clients > y->clients;
}

static void
report_claim(struct conf_build *build, const struct claims *claims, const struct claim *claim)
{
	const struct conf_sect *sect = &claim->clients->sect, *owner = &claim[-1].clients->sect;
	char what[CLAIM_KEY_MAX], where[CONF_WHERE_MAX];

	claims->format(build->conf, claim->what, what);
	if (sect == owner)
		conf_error(build->report, sect, claims->key, "%s stands there twice", what);
	else
		conf_error(build->report, sect, claims->key,
			"%s is [%s]'s already (%s): a client has one group", what, owner->title,
			conf_where(owner, claims->key, where));
}

static void
check_claims(struct conf_build *build, const struct claims *claims)
{
	uint32_t told = 0;

	if (claims->claim == NULL)
		return;
	qsort(claims->claim, claims->n, sizeof(claims->claim[0]), order_of_claims);
	for (uint32_t i = 1; i < claims->n; i++) {
		if (claims->claim[i].what == claims->claim[i - 1].what && told++ < CLAIMED_TOLD)
			report_claim(build, claims, &claims->claim[i]);
	}
}

/* Room for what n claims, which are then made. */
static void
claim_begin(struct conf_build *build, struct claims *claims, uint32_t n)
{
	claims->claim = n == 0 ? NULL : conf_alloc(build, n, sizeof(claims->claim[0]));
}

static void
claim_add(struct claims *claims, const struct conf_clients *clients, uint64_t what)
{
	if (claims->claim != NULL)
		claims->claim[claims->n++] = (struct claim){.what = what, .clients = clients};
}

static void
check_macs(struct conf_build *build)
{
	struct claims claims = {.key = "macs", .format = format_mac};
	const struct conf *conf = build->conf;
	uint32_t n = 0;

	for (uint32_t i = 0; i < conf->n_clients; i++)
		n += conf->clients[i].macs.n;
	claim_begin(build, &claims, n);
	for (uint32_t i = 0; i < conf->n_clients; i++) {
		for (uint32_t k = 0; k < conf->clients[i].macs.n; k++) {
			uint64_t what = 0;

			for (int o = 0; o < MAC_OCTETS; o++)
				what = what << 8 | conf->clients[i].macs.mac[k].octets[o];
			claim_add(&claims, &conf->clients[i], what);
		}
	}
	check_claims(build, &claims);
}

static void
check_vlans(struct conf_build *build)
{
	struct claims claims = {.key = "vlans", .format = format_vlan};
	const struct conf *conf = build->conf;
	uint32_t n = 0;

	for (uint32_t i = 0; i < conf->n_clients; i++)
		n += conf->clients[i].vlans.n;
	claim_begin(build, &claims, n);
	for (uint32_t i = 0; i < conf->n_clients; i++) {
		for (uint32_t k = 0; k < conf->clients[i].vlans.n; k++)
			claim_add(&claims, &conf->clients[i], conf->clients[i].vlans.vid[k]);
	}
	check_claims(build, &claims);
}

static void
check_pairs(struct conf_build *build)
{
	struct claims claims = {.key = "qinq", .format = format_pair};
	const struct conf *conf = build->conf;
	uint32_t n = 0;

	for (uint32_t i = 0; i < conf->n_clients; i++)
		n += conf->clients[i].qinq.n;
	claim_begin(build, &claims, n);
	for (uint32_t i = 0; i < conf->n_clients; i++) {
		for (uint32_t k = 0; k < conf->clients[i].qinq.n; k++) {
			struct conf_qinq pair = conf->clients[i].qinq.pair[k];

			claim_add(&claims, &conf->clients[i],
				(uint64_t)pair.outer << 16 | pair.inner);
		}
	}
	check_claims(build, &claims);
}

static void
check_ports(struct conf_build *build)
{
	struct claims claims = {.key = "ports", .format = format_port};
	const struct conf *conf = build->conf;
	uint32_t n = 0;

	for (uint32_t i = 0; i < conf->n_clients; i++)
		n += conf->clients[i].n_ports;
	claim_begin(build, &claims, n);
	for (uint32_t i = 0; i < conf->n_clients; i++) {
		for (uint32_t k = 0; k < conf->clients[i].n_ports; k++)
			claim_add(&claims, &conf->clients[i], conf->clients[i].ports[k]);
	}
	check_claims(build, &claims);
}

static void
resolve_ports(struct conf_build *build, struct conf_clients *clients)
{
	const char *text = conf_key_origin(&clients->sect, "ports")->text;
	struct conf_items items = conf_items_init(text);
	char names[512];
	size_t most = 1;

	if (text[0] == '\0' || build->has_no_ini)
		return;
	for (const char *at = text; *at != '\0'; at++)
		most += *at == ',';
	clients->ports = conf_alloc(build, most, sizeof(clients->ports[0]));
	while (clients->ports != NULL && conf_items_next(&items)) {
		int port = conf_find_named(build->conf, CONF_KIND_PORT, items.item);

		if (port < 0)
			conf_error(build->report, &clients->sect, "ports",
				"`%.40s' is no port: allowed are %s", items.item,
				conf_names(build->conf, CONF_KIND_PORT, names, sizeof(names)));
		else
			clients->ports[clients->n_ports++] = (uint16_t)port;
	}
	if (items.bad)
		conf_error(build->report, &clients->sect, "ports",
			"an empty name between commas, or one that is too long");
}

static void
resolve_group(struct conf_build *build, struct conf_clients *clients)
{
	int group = conf_find_named(build->conf, CONF_KIND_GROUP, clients->sect.name);
	char names[512];

	clients->group = group < 0 ? 0 : (uint32_t)group;
	if (group < 0)
		conf_error(build->report, &clients->sect, NULL,
			"bears the name of no group: allowed are %s",
			conf_names(build->conf, CONF_KIND_GROUP, names, sizeof(names)));
}

/* A group that is declared and that nobody can be in. */
static void
warn_of_nobody(struct conf_build *build, uint32_t group)
{
	const struct conf_group *self = &build->conf->groups[group];

	for (uint32_t i = 0; i < build->conf->n_clients; i++) {
		if (build->conf->clients[i].group == group)
			return;
	}
	conf_warn(build->report, &self->sect, NULL, "nobody is in it: there is no [clients %s]",
		self->sect.name);
}

void
conf_clients_resolve(struct conf_build *build)
{
	for (uint32_t i = 0; i < build->conf->n_clients; i++) {
		resolve_group(build, &build->conf->clients[i]);
		resolve_ports(build, &build->conf->clients[i]);
	}
	for (uint32_t i = 1; i < build->conf->n_groups; i++)
		warn_of_nobody(build, i);
	check_macs(build);
	check_vlans(build);
	check_pairs(build);
	check_ports(build);
}
