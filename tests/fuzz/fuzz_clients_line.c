// covers: clients_line conf_prefix_from_text
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "clients.h"
#include "fuzz.h"

#include <stdio.h>
#include <string.h>

/* What a line says is said by the prefix that is read from it, too. */
static void
read_again(const struct clients_prefix *prefix)
{
	char text[BASE_ADDR_TEXT_MAX], line[CLIENTS_LINE_MAX];
	struct clients_prefix again;
	int n = snprintf(line, sizeof(line), "%s/%u", base_addr_format(&prefix->prefix.addr, text),
		prefix->prefix.bits);

	if (prefix->vlan != 0)
		n += snprintf(line + n, sizeof(line) - (size_t)n, "@%u", prefix->vlan);
	FUZZ_CHECK(clients_line(line, (size_t)n, &again, NULL) == 1);
	FUZZ_CHECK(memcmp(&again.prefix, &prefix->prefix, sizeof(again.prefix)) == 0);
	FUZZ_CHECK(again.vlan == prefix->vlan);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *line = size == 0 ? "" : (const char *)data;
	struct clients_prefix prefix = {.vlan = 0};
	struct base_err err = {0};
	int ret = clients_line(line, size, &prefix, &err);

	FUZZ_CHECK(ret == 1 || ret == 0 || (ret < 0 && err.exit == BASE_EXIT_CONFIG));
	FUZZ_CHECK(strchr(err.text, '\n') == NULL || memchr(line, '\n', size) != NULL);
	if (ret != 1)
		return 0;
	FUZZ_CHECK(prefix.prefix.addr.family == 4 || prefix.prefix.addr.family == 6);
	FUZZ_CHECK(prefix.prefix.bits <= (prefix.prefix.addr.family == 4 ? 32 : 128));
	FUZZ_CHECK(prefix.vlan <= CONF_VLAN_MAX);
	read_again(&prefix);
	return 0;
}
