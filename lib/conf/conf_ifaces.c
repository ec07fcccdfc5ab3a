/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Ports made of interfaces of the kernel's: two on one would each hear what the other one hears, or
 * sends.
 */
#include "conf_priv.h"

#include <stdlib.h>
#include <string.h>

/* The interface, and the queues, that a device takes. */
struct use {
	const char *iface;
	size_t len;
	bool has_queues; /* of its own: net_af_xdp; else it takes all */
	unsigned long first, n;
};

/* The value of an argument, NULL: it is not given. */
static const char *
argument(const char *device, const char *key)
{
	size_t len = strlen(key);

	for (const char *at = strchr(device, ','); at != NULL; at = strchr(at, ',')) {
		at++;
		if (strncmp(at, key, len) == 0 && at[len] == '=')
			return at + len + 1;
	}
	return NULL;
}

static unsigned long
number(const char *device, const char *key, unsigned long none)
{
	const char *text = argument(device, key);

	return text == NULL ? none : strtoul(text, NULL, 10);
}

static bool
find_use(const char *device, struct use *out)
{
	bool xdp = device != NULL && strncmp(device, "net_af_xdp", 10) == 0;

	if (device == NULL || (!xdp && strncmp(device, "net_af_packet", 13) != 0))
		return false;
	out->iface = argument(device, "iface");
	if (out->iface == NULL)
		return false;
	out->len = strcspn(out->iface, ",");
	out->has_queues = xdp;
	out->first = number(device, "start_queue", 0);
	out->n = number(device, "queue_count", 1);
	return true;
}

static bool
is_same_interface(const struct use *a, const struct use *b)
{
	return a->len == b->len && strncmp(a->iface, b->iface, a->len) == 0;
}

static bool
have_queues_of_their_own(const struct use *a, const struct use *b)
{
	return a->has_queues && b->has_queues &&
	       (a->first + a->n <= b->first || b->first + b->n <= a->first);
}

void
conf_ifaces_check(struct conf_build *build, uint32_t self)
{
	const struct conf_port *ports = build->conf->ports;
	struct use own, other;
	char where[CONF_WHERE_MAX];

	if (!find_use(ports[self].device, &own))
		return;
	for (uint32_t i = 0; i < self; i++) {
		if (!find_use(ports[i].device, &other) || !is_same_interface(&own, &other) ||
			have_queues_of_their_own(&own, &other))
			continue;
		conf_error(build->report, &ports[self].sect, "device",
			"the interface %.*s is [%s]'s already (%s): %s", (int)own.len, own.iface,
			ports[i].sect.title, conf_where(&ports[i].sect, "device", where),
			own.has_queues && other.has_queues
				? "each wants queues of its own by start_queue and queue_count"
				: "each port wants one of its own");
		return;
	}
}
