/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_priv.h"

#include <string.h>

/* Lists that every policy has, behind those of the file. */
static const struct {
	const char *name;
	enum conf_format format;
	enum conf_act act;
	const char *text;
} builtins[CONF_BUILTINS] = {
	/* RFC 9462 4 and 6.4: a resolver that is not meant to be found answers NODATA; a client
	 * that finds one encrypts past the filter. */
	{"builtin-ddr", CONF_FORMAT_DOMAINS, CONF_ACT_NODATA, "resolver.arpa\n"},
};

bool
conf_builtin_is_name(const char *name)
{
	return strncmp(name, "builtin-", 8) == 0;
}

void
conf_builtin_add(struct conf_build *build)
{
	for (uint32_t i = 0; i < CONF_BUILTINS && !build->no_memory; i++) {
		struct conf_sect *sect = conf_sect_add(build, CONF_KIND_LIST, builtins[i].name);
		struct conf_list *list = (struct conf_list *)(void *)sect;

		list->path = (struct conf_path){.text = builtins[i].name, .file = ""};
		list->format = builtins[i].format;
		list->action.act = builtins[i].act;
		list->builtin = builtins[i].text;
	}
}
