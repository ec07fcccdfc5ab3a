/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * A device found by EAL's scan (PCI), or made on demand (vdev).
 */
#include "port_priv.h"

#include <rte_common.h>
#include <rte_dev.h>
#include <rte_ethdev.h>

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A run of hexadecimal digits and the character that must follow it. */
static const char *
hex_then(const char *text, char then)
{
	size_t n = strspn(text, "0123456789abcdefABCDEF");

	return n > 0 && text[n] == then ? text + n + 1 : NULL;
}

bool
port_is_pci(const char *devargs)
{
	const char *at = hex_then(devargs, ':');
	const char *next = at == NULL ? NULL : hex_then(at, ':');

	if (next != NULL)
		at = next;
	if (at != NULL)
		at = hex_then(at, '.');
	return at != NULL && at[0] >= '0' && at[0] <= '7' && (at[1] == '\0' || at[1] == ',');
}

bool
port_wants_even(const char *devargs)
{
	return port_is_of(devargs, "net_af_xdp");
}

/* The name is what stands before the first comma. */
static int
split(const struct port_conf *conf, char name[RTE_ETH_NAME_MAX_LEN], const char **args,
	struct base_err *err)
{
	size_t n = strcspn(conf->devargs, ",");

	if (n >= RTE_ETH_NAME_MAX_LEN)
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"the name of the device is longer than %d octets",
			RTE_ETH_NAME_MAX_LEN - 1);
	memcpy(name, conf->devargs, n);
	name[n] = '\0';
	*args = conf->devargs[n] == ',' ? conf->devargs + n + 1 : "";
	return 0;
}

/* The driver of net_tap and net_tun says -EINVAL where the kernel said -EPERM. */
static bool
is_tap(const char *name)
{
	return strncmp(name, "net_tap", 7) == 0 || strncmp(name, "net_tun", 7) == 0;
}

/* Drivers say -1 for any failure, which is also -EPERM: only someone who is not root may lack a
 * right. */
static int
probe_failed(int rc, const char *name, struct base_err *err)
{
	if ((rc == -EPERM || rc == -EACCES || is_tap(name)) && geteuid() != 0)
		return base_fail(err, BASE_EXIT_PERMISSION, EPERM,
			"device %s: its driver failed, it may need root (or CAP_NET_RAW, "
			"CAP_NET_ADMIN)",
			name);
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENODEV,
		"device %s: no driver of that name, or it fails with these arguments", name);
}

/* EAL takes the name of a vdev that is there for that vdev. */
static int
make_vdev(const struct port_conf *conf, const char *name, const char *args, struct base_err *err)
{
	char more[PORT_FRAME_ARGS_MAX], *all;
	uint16_t id;
	int rc;

	if (rte_eth_dev_get_port_by_name(name, &id) == 0)
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"device %s: there is one of that name already", name);
	if (asprintf(&all, "%s%s", args, port_frame_args(conf, more)) < 0)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "device %s: no memory", name);
	rc = rte_eal_hotplug_add("vdev", name, all);
	free(all);
	return rc < 0 ? probe_failed(rc, name, err) : 0;
}

int
port_attach(const struct port_conf *conf, uint16_t *id, struct base_err *err)
{
	char name[RTE_ETH_NAME_MAX_LEN];
	const char *args = NULL;
	int rc = split(conf, name, &args, err);

	if (rc < 0)
		return rc;
	if (!port_is_pci(conf->devargs))
		rc = make_vdev(conf, name, args, err);
	if (rc < 0)
		return rc;
	if (rte_eth_dev_get_port_by_name(name, id) == 0)
		return 0;
	if (port_is_pci(conf->devargs))
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENODEV,
			"device %s: not there, or not bound to a driver that DPDK can use: "
			"`dpdk-devbind.py --status' tells, `dpdk-devbind.py -b vfio-pci %s' binds "
			"it",
			name, name);
	rte_eal_hotplug_remove("vdev", name);
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENODEV,
		"device %s: its driver makes no Ethernet port", name);
}

void
port_detach(const struct port *port)
{
	struct port_conf conf = {.devargs = port->devargs};
	char name[RTE_ETH_NAME_MAX_LEN];
	const char *args;

	/* The flag stays on an interface of the kernel's when its socket is gone. */
	if (rte_eth_promiscuous_get(port->id) == 1)
		rte_eth_promiscuous_disable(port->id);
	rte_eth_dev_close(port->id);
	if (!port_is_pci(port->devargs) && split(&conf, name, &args, NULL) == 0)
		rte_eal_hotplug_remove("vdev", name);
}

void
port_abandon(const struct port *port)
{
	if (port->name == NULL)
		return;
	if (rte_eth_promiscuous_get(port->id) == 1)
		rte_eth_promiscuous_disable(port->id);
	if (port_is_of(port->devargs, "net_af_xdp"))
		rte_eth_dev_close(port->id);
}
