/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_priv.h"

#include <string.h>

#define BLANKS " \t"

struct conf_items
conf_items_init(const char *text)
{
	/* A text without items has none, and not an empty one. */
	return (struct conf_items){.rest = text[strspn(text, BLANKS)] == '\0' ? NULL : text};
}

bool
conf_items_next(struct conf_items *items)
{
	const char *start, *end;
	size_t n;

	if (items->rest == NULL || items->bad)
		return false;
	start = items->rest + strspn(items->rest, BLANKS);
	end = strchrnul(start, ',');
	items->rest = *end == ',' ? end + 1 : NULL;
	n = (size_t)(end - start);
	while (n > 0 && strchr(BLANKS, start[n - 1]) != NULL)
		n--;
	items->bad = n == 0 || n >= sizeof(items->item);
	if (items->bad)
		return false;
	memcpy(items->item, start, n);
	items->item[n] = '\0';
	return true;
}

const char *
conf_path_resolve(struct conf_build *build, const char *text)
{
	const char *dir = build->conf->dir;

	if (text[0] == '/')
		return conf_dup(build, text, strlen(text));
	return conf_print(build, "%s%s%s", dir, dir[1] == '\0' && dir[0] == '/' ? "" : "/", text);
}

/* Whether an argument of a vdev names a file: net_pcap's rx_pcap, tx_pcap. */
static bool
is_file_arg(const char *arg, size_t n)
{
	static const char *const names[] = {"rx_pcap=", "tx_pcap="};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i]);

		if (n > len && strncmp(arg, names[i], len) == 0)
			return true;
	}
	return false;
}

const char *
conf_devargs(struct conf_build *build, const char *device)
{
	const char *out = "";

	for (const char *arg = device; *arg != '\0' && !build->no_memory;) {
		size_t n = strcspn(arg, ",");
		const char *comma = arg == device ? "" : ",";
		const char *file;

		if (is_file_arg(arg, n)) {
			size_t name = strcspn(arg, "=") + 1;

			file = conf_path_resolve(build, conf_dup(build, arg + name, n - name));
			out = conf_print(build, "%s%s%.*s%s", out, comma, (int)name, arg, file);
		} else {
			out = conf_print(build, "%s%s%.*s", out, comma, (int)n, arg);
		}
		arg += n + (arg[n] == ',');
	}
	return out;
}
