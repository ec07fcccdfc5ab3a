/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * A device as DPDK writes it: NAME,ARGUMENT=VALUE,... (rte_devargs(3), rte_kvargs(3)).
 */
#include "port_priv.h"

#include <stdio.h>
#include <string.h>

bool
port_is_of(const char *devargs, const char *driver)
{
	size_t len = strlen(driver);

	return strncmp(devargs, driver, len) == 0 && strchr("0123456789,", devargs[len]) != NULL;
}

bool
port_argument(const char *devargs, const char *key, char *value, size_t size)
{
	size_t len = strlen(key), n;

	value[0] = '\0';
	for (const char *at = strchr(devargs, ','); at != NULL; at = strchr(at, ',')) {
		at++;
		if (strncmp(at, key, len) != 0 || at[len] != '=')
			continue;
		n = strcspn(at + len + 1, ",");
		snprintf(value, size, "%.*s", n < size ? (int)n : 0, at + len + 1);
	}
	return value[0] != '\0';
}
