/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_priv.h"

#include <string.h>

/* Addresses that are nobody's in the world (RFC 6890 and the registries of IANA that follow it,
 * RFC 1918, 4193, 6598): a name that has one leads a browser into its own network. */
#define REBIND                                                                                  \
	"0.0.0.0/8\n10.0.0.0/8\n100.64.0.0/10\n127.0.0.0/8\n169.254.0.0/16\n172.16.0.0/12\n"    \
	"192.0.0.0/24\n192.168.0.0/16\n198.18.0.0/15\n::\n::1\n::ffff:0:0/96\n64:ff9b:1::/48\n" \
	"fc00::/7\nfe80::/10\nfec0::/10\n"

#define REBIND_AT 1

/* Lists that Weir brings, behind those of the file. */
static const struct {
	const char *name;
	enum conf_format format;
	enum conf_act act;
	const char *text;
} builtins[CONF_BUILTINS] = {
	/* RFC 9462 4 and 6.4: a resolver that is not meant to be found answers NODATA; a client
	 * that finds one encrypts past the filter. */
	{"builtin-ddr", CONF_FORMAT_DOMAINS, CONF_ACT_NODATA, "resolver.arpa\n"},
	[REBIND_AT] = {"builtin-rebind", CONF_FORMAT_PREFIXES, CONF_ACT_NODATA, REBIND},
};

bool
conf_builtin_is_name(const char *name)
{
	return strncmp(name, "builtin-", 8) == 0;
}

bool
conf_builtin_is_known(const char *name)
{
	for (uint32_t i = 0; i < CONF_BUILTINS; i++) {
		if (strcmp(builtins[i].name, name) == 0)
			return true;
	}
	return false;
}

/* Whether a key leaves one off: then it is not there at all. */
static bool
is_off(const struct conf *conf, uint32_t i)
{
	return i == REBIND_AT && !conf->dns.rebind;
}

static void
add(struct conf_build *build, uint32_t i)
{
	struct conf_sect *sect = conf_sect_add(build, CONF_KIND_LIST, builtins[i].name);
	struct conf_list *list = (struct conf_list *)(void *)sect;

	list->path = (struct conf_path){.text = builtins[i].name, .file = ""};
	list->format = builtins[i].format;
	list->action.act = builtins[i].act;
	list->builtin = builtins[i].text;
	build->conf->n_builtins++;
}

void
conf_builtin_add(struct conf_build *build)
{
	for (uint32_t i = 0; i < CONF_BUILTINS && !build->no_memory; i++) {
		if (!is_off(build->conf, i))
			add(build, i);
	}
}
