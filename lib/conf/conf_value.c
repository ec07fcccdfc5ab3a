/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_zone.h"
#include "conf_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ALLOWED_MAX 256

/* How a type of value is read: stores it and returns 0, or says in err what is wrong. */
typedef int (*parse_fn)(struct conf_build *build, const struct conf_row *row, const char *text,
	void *member, struct base_err *err);

/* The failure that says only what is allowed. */
static int
fail_allowed(const struct conf_row *row, struct base_err *err)
{
	char allowed[ALLOWED_MAX];

	return base_fail(err, BASE_EXIT_CONFIG, EINVAL, "allowed %s",
		conf_allowed(row, allowed, sizeof(allowed)));
}

static int
fail(struct base_err *err, const char *what)
{
	return base_fail(err, BASE_EXIT_CONFIG, EINVAL, "%s", what);
}

static int
find_word(const char *const *words, const char *text)
{
	for (int i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], text) == 0)
			return i;
	}
	return -1;
}

static int
parse_int(struct conf_build *build, const struct conf_row *row, const char *text, void *member,
	struct base_err *err)
{
	int64_t n;

	(void)build;
	if (conf_number(text, &n) < 0 || n < row->min || n > row->max)
		return fail_allowed(row, err);
	*(uint32_t *)member = (uint32_t)n;
	return 0;
}

static int
parse_int_or(struct conf_build *build, const struct conf_row *row, const char *text, void *member,
	struct base_err *err)
{
	if (strcmp(text, row->words[0]) != 0)
		return parse_int(build, row, text, member, err);
	*(int32_t *)member = CONF_AUTO;
	return 0;
}

static int
parse_bool(struct conf_build *build, const struct conf_row *row, const char *text, void *member,
	struct base_err *err)
{
	bool yes = strcmp(text, "yes") == 0;

	(void)build;
	if (!yes && strcmp(text, "no") != 0)
		return fail_allowed(row, err);
	*(bool *)member = yes;
	return 0;
}

static int
parse_duration(struct conf_build *build, const struct conf_row *row, const char *text, void *member,
	struct base_err *err)
{
	int64_t ms;

	(void)build;
	if (conf_duration(text, &ms) < 0 || ms < row->min || ms > row->max)
		return fail_allowed(row, err);
	*(uint64_t *)member = (uint64_t)ms * 1000000;
	return 0;
}

static int
parse_enum(struct conf_build *build, const struct conf_row *row, const char *text, void *member,
	struct base_err *err)
{
	int word = find_word(row->words, text);

	(void)build;
	if (word < 0)
		return fail_allowed(row, err);
	*(unsigned int *)member = (unsigned int)word;
	return 0;
}

/* The octets of the UTF-8 sequence that a text begins with; 0: none that is well formed (RFC 3629).
 */
static size_t
utf8_len(const unsigned char *at)
{
	size_t n = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;

	if (at[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	}
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
		(at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	return n;
}

static int
parse_text(struct conf_build *build, const struct conf_row *row, const char *text, void *member,
	struct base_err *err)
{
	size_t n, len = strlen(text);

	if (len > (size_t)row->max)
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"a text of %zu octets: allowed are %lld", len, (long long)row->max);
	for (size_t i = 0; i < len; i += n) {
		n = utf8_len((const unsigned char *)text + i);
		if (n == 0)
			return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
				"octet %zu is not UTF-8: allowed is text in UTF-8", i + 1);
	}
	*(const char **)member = conf_dup(build, text, len);
	return 0;
}

static int
parse_word(struct conf_build *build, const struct conf_row *row, const char *text, void *member,
	struct base_err *err)
{
	if (!conf_is_name(text))
		return fail_allowed(row, err);
	*(const char **)member = conf_dup(build, text, strlen(text));
	return 0;
}

static int
parse_file(struct conf_build *build, const struct conf_row *row, const char *text, void *member,
	struct base_err *err)
{
	struct conf_path *path = member;

	if (text[0] == '\0' && row->min > 0)
		return fail_allowed(row, err);
	path->text = conf_dup(build, text, strlen(text));
	path->file = path->text;
	if (text[0] != '\0')
		path->file = conf_path_resolve(build, text);
	return 0;
}

static int
parse_map(struct conf_build *build, const struct conf_row *row, const char *text, void *member,
	struct base_err *err)
{
	const char **lcores = member;

	if (strcmp(text, row->words[0]) == 0) {
		*lcores = "";
		return 0;
	}
	if (text[0] == '\0')
		return fail_allowed(row, err);
	*lcores = conf_dup(build, text, strlen(text));
	return 0;
}

static int
parse_mem(struct conf_build *build, const struct conf_row *row, const char *text, void *member,
	struct base_err *err)
{
	struct conf_items items = conf_items_init(text);
	struct conf_mem mem = {.n = 0};
	int64_t mb;

	(void)build;
	while (strcmp(text, row->words[0]) != 0 && conf_items_next(&items)) {
		if (mem.n == CONF_NODES_MAX || conf_number(items.item, &mb) < 0 || mb < row->min ||
			mb > row->max)
			return fail_allowed(row, err);
		mem.mb[mem.n++] = (uint32_t)mb;
	}
	if (items.bad || text[0] == '\0')
		return fail_allowed(row, err);
	memcpy(member, &mem, sizeof(mem));
	return 0;
}

/* A PCI address, domain:bus:device.function with or without its domain; n octets. */
static bool
is_pci(const char *text, size_t n)
{
	static const char *const forms[] = {"xxxx:xx:xx.d", "xx:xx.d"};
	static const char *const hex = "0123456789abcdefABCDEF";

	for (size_t f = 0; f < 2; f++) {
		const char *form = forms[f];
		size_t i = 0;

		while (i < n && (form[i] == 'x'		 ? strchr(hex, text[i]) != NULL
					: form[i] == 'd' ? text[i] >= '0' && text[i] <= '7'
							 : text[i] == form[i]))
			i++;
		if (i == n && form[i] == '\0')
			return true;
	}
	return false;
}

static int
parse_device(struct conf_build *build, const struct conf_row *row, const char *text, void *member,
	struct base_err *err)
{
	size_t n = strcspn(text, ",");
	bool vdev = text[0] >= 'a' && text[0] <= 'z' &&
		    strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == n && n < 64;

	if (text[n] != '\0' && text[n + 1] == '\0')
		return fail(err, "no argument follows the last comma");
	if (!vdev && !is_pci(text, n))
		return fail_allowed(row, err);
	if (vdev && strncmp(text, "net_", 4) != 0 && strncmp(text, "eth_", 4) != 0)
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"vdevs begin with net_: for a network interface of the kernel write "
			"net_af_packet0,iface=%.*s",
			(int)n, text);
	if (strlen(text) > (size_t)row->max || strpbrk(text, " \t") != NULL)
		return fail(err, "EAL takes devices of at most 1024 octets without blanks");
	*(const char **)member = conf_dup(build, text, strlen(text));
	((struct conf_port *)(void *)((char *)member - row->off))->devargs =
		conf_devargs(build, text);
	return 0;
}

/* A domain name: labels of 1..63 letters, digits, `-` and `_`, 253 octets in all, a dot at the end
 * or not. */
static bool
is_domain(const char *name)
{
	size_t len = strlen(name), label = 0;

	if (len > 0 && name[len - 1] == '.')
		len--;
	if (len == 0 || len > 253)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 32) : name[i];

		if (c == '.' && label == 0)
			return false;
		label = c == '.' ? 0 : label + 1;
		if (label > 63 || strchr("abcdefghijklmnopqrstuvwxyz0123456789-_.", c) == NULL)
			return false;
	}
	return label > 0;
}

static int
parse_action(struct conf_build *build, const struct conf_row *row, const char *text, void *member,
	struct base_err *err)
{
	struct conf_action *action = member;
	size_t n = strcspn(text, " \t");
	const char *target = text + n + strspn(text + n, " \t");
	char word[16];
	int act;

	snprintf(word, sizeof(word), "%.*s", (int)(n < sizeof(word) ? n : sizeof(word) - 1), text);
	act = find_word(row->words, word);
	if (act < 0 || (row->max >> act & 1) == 0)
		return fail_allowed(row, err);
	if (act == CONF_ACT_CNAME && !is_domain(target))
		return fail(err, "wants the target's name: cname blocked.example.org");
	if (act != CONF_ACT_CNAME && target[0] != '\0')
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"`%.60s' follows the action: only cname takes a name", target);
	action->act = (enum conf_act)act;
	action->target = conf_dup(build, target, strlen(target));
	return 0;
}

static int
parse_addr(const char *text, uint8_t family, struct base_addr *out)
{
	return base_addr_parse(text, out, NULL) < 0 || out->family != family ? -EINVAL : 0;
}

static int
parse_addr_or_none(struct conf_build *build, const struct conf_row *row, const char *text,
	void *member, struct base_err *err)
{
	struct base_addr addr = {.family = 0};

	(void)build;
	if (text[0] != '\0' && parse_addr(text, row->type == CONF_ADDR4 ? 4 : 6, &addr) < 0)
		return fail_allowed(row, err);
	memcpy(member, &addr, sizeof(addr));
	return 0;
}

static int
parse_addrs(struct conf_build *build, const struct conf_row *row, const char *text, void *member,
	struct base_err *err)
{
	struct conf_items items = conf_items_init(text);
	struct conf_addrs addrs = {.n = 0};
	uint8_t family = row->type == CONF_ADDRS4 ? 4 : 6;

	(void)build;
	while (conf_items_next(&items)) {
		if (addrs.n == CONF_ADDRS_MAX ||
			parse_addr(items.item, family, &addrs.addr[addrs.n]) < 0)
			return fail_allowed(row, err);
		addrs.n++;
	}
	if (items.bad)
		return fail_allowed(row, err);
	memcpy(member, &addrs, sizeof(addrs));
	return 0;
}

static int
parse_udp(struct conf_build *build, const struct conf_row *row, const char *text, void *member,
	struct base_err *err)
{
	struct conf_items items = conf_items_init(text);
	struct conf_udp udp = {.n = 0};
	int64_t port;

	(void)build;
	while (conf_items_next(&items)) {
		if (udp.n == CONF_UDP_MAX || conf_number(items.item, &port) < 0 ||
			port < row->min || port > row->max)
			return fail_allowed(row, err);
		for (uint32_t i = 0; i < udp.n; i++) {
			if (udp.port[i] == port)
				return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
					"%lld stands there twice", (long long)port);
		}
		udp.port[udp.n++] = (uint16_t)port;
	}
	if (items.bad || udp.n == 0)
		return fail_allowed(row, err);
	memcpy(member, &udp, sizeof(udp));
	return 0;
}

static int
parse_zone(struct conf_build *build, const struct conf_row *row, const char *text, void *member,
	struct base_err *err)
{
	struct base_zone *zone;
	int rc = base_zone_load(text, &zone, err);

	(void)row;
	build->no_memory |= rc == -ENOMEM;
	base_zone_free(zone);
	if (rc < 0)
		return rc;
	*(const char **)member = conf_dup(build, text, strlen(text));
	return 0;
}

static const parse_fn parsers[] = {
	[CONF_INT] = parse_int,
	[CONF_INT_OR] = parse_int_or,
	[CONF_BOOL] = parse_bool,
	[CONF_DURATION] = parse_duration,
	[CONF_ENUM] = parse_enum,
	[CONF_TEXT] = parse_text,
	[CONF_WORD] = parse_word,
	[CONF_FILE] = parse_file,
	[CONF_MAP] = parse_map,
	[CONF_MEM] = parse_mem,
	[CONF_DEVICE] = parse_device,
	[CONF_ACTION] = parse_action,
	[CONF_ADDR4] = parse_addr_or_none,
	[CONF_ADDR6] = parse_addr_or_none,
	[CONF_ADDRS4] = parse_addrs,
	[CONF_ADDRS6] = parse_addrs,
	[CONF_UDP] = parse_udp,
	[CONF_PREFIXES] = conf_prefixes_parse,
	[CONF_MACS] = conf_macs_parse,
	[CONF_VLANS] = conf_vlans_parse,
	[CONF_QINQ] = conf_qinq_parse,
	[CONF_ZONE] = parse_zone,
	[CONF_SCHEDULE] = conf_schedule_parse,
};

int
conf_value_parse(struct conf_build *build, const struct conf_row *row, const char *text,
	void *member, struct base_err *err)
{
	return parsers[row->type](build, row, text, member, err);
}
