/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The link of a device. The drivers of net_af_packet and net_af_xdp tell none, that of net_tap none
 * of an interface whose index has changed, so the interface of the kernel is asked itself.
 */
#include "port_priv.h"

#include <rte_ethdev.h>

#include <errno.h>
#include <linux/ethtool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

bool
port_find_iface(const char *devargs, char name[IFNAMSIZ])
{
	return (port_is_of(devargs, "net_af_packet") || port_is_of(devargs, "net_af_xdp")) &&
	       port_argument(devargs, "iface", name, IFNAMSIZ);
}

/* The interface that a device was made of, which may have another name by now: its sockets are
 * bound to the index. 0 or -errno. */
static int
iface_name(const struct port *port, char name[IFNAMSIZ])
{
	if (if_indextoname(port->if_index, name) != NULL)
		return 0;
	return errno == ENXIO ? -ENODEV : -errno;
}

/* Gets an interface's flags, or sets IFF_UP in them; 0 or -errno. */
static int
iface_flags(const char *name, const bool *up, short *flags)
{
	struct ifreq request = {0};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int rc;

	if (fd < 0)
		return -errno;
	memcpy(request.ifr_name, name, strnlen(name, IFNAMSIZ - 1));
	rc = ioctl(fd, SIOCGIFFLAGS, &request) < 0 ? -errno : 0;
	if (rc == 0 && up != NULL) {
		request.ifr_flags =
			(short)(*up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
		rc = ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? -errno : 0;
	}
	*flags = request.ifr_flags;
	close(fd);
	return rc;
}

void
port_note_tap(struct port *port, const struct rte_eth_dev_info *info)
{
	if (strcmp(info->driver_name, "net_tap") != 0 ||
		if_indextoname(info->if_index, port->tap) == NULL)
		port->tap[0] = '\0';
}

/* Where it was made there is none of its name. One that comes back may have another index. */
static bool
is_elsewhere(const struct port *port)
{
	return port->tap[0] != '\0' && if_nametoindex(port->tap) == 0 && errno == ENODEV;
}

/* IFF_RUNNING follows the carrier, as much as a second later; frames leave meanwhile. It stands in
 * for a carrier that the interface's driver does not tell. */
static bool
has_carrier(const char *name, short flags)
{
	struct ethtool_value carrier = {.cmd = ETHTOOL_GLINK};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is_told = fd >= 0 && port_ethtool(fd, name, &carrier);

	if (fd >= 0)
		close(fd);
	return is_told ? carrier.data != 0 : (flags & IFF_RUNNING) != 0;
}

static bool
is_iface_up(const char *name)
{
	short flags;

	return iface_flags(name, NULL, &flags) == 0 && (flags & IFF_UP) != 0 &&
	       has_carrier(name, flags);
}

/* The driver calls every link up, and makes a speed up. */
static void
read_iface(const struct port *port, struct port_link *out)
{
	char name[IFNAMSIZ];
	int rc = iface_name(port, name);

	*out = (struct port_link){.is_gone = rc == -ENODEV, .is_up = rc == 0 && is_iface_up(name)};
}

bool
port_link_read(const struct port *port, struct port_link *out)
{
	struct rte_eth_link link = {0};
	int rc;

	if (port->if_index != 0) {
		read_iface(port, out);
		return out->is_up;
	}
	if (is_elsewhere(port)) {
		*out = (struct port_link){.is_elsewhere = true};
		return false;
	}
	rc = rte_eth_link_get_nowait(port->id, &link);
	*out = (struct port_link){.is_up = rc == 0 && link.link_status == RTE_ETH_LINK_UP};
	out->is_full_duplex = link.link_duplex == RTE_ETH_LINK_FULL_DUPLEX;
	if (rc == 0 && link.link_speed != RTE_ETH_SPEED_NUM_UNKNOWN)
		out->speed_mbps = link.link_speed;
	/* The driver hears nothing of one whose index has changed. */
	if (port->tap[0] != '\0')
		out->is_up = is_iface_up(port->tap);
	return out->is_up;
}

int
port_link_set(const struct port *port, bool up)
{
	char iface[IFNAMSIZ];
	short flags;
	int rc;

	if (port->if_index != 0) {
		rc = iface_name(port, iface);
		return rc < 0 ? rc : iface_flags(iface, &up, &flags);
	}
	return up ? rte_eth_dev_set_link_up(port->id) : rte_eth_dev_set_link_down(port->id);
}

/* In EAL's interrupt thread. */
static int
wake(uint16_t id, enum rte_eth_event_type event, void *arg, void *result)
{
	uint64_t one = 1;

	(void)id;
	(void)event;
	(void)result;
	return write((int)(intptr_t)arg, &one, sizeof(one)) == sizeof(one) ? 0 : -1;
}

bool
port_link_wake(const struct port *port, int fd, bool on)
{
	void *arg = (void *)(intptr_t)fd;

	if (!port->tells_link)
		return false;
	if (on)
		return rte_eth_dev_callback_register(port->id, RTE_ETH_EVENT_INTR_LSC, wake, arg) ==
		       0;
	rte_eth_dev_callback_unregister(port->id, RTE_ETH_EVENT_INTR_LSC, wake, arg);
	return true;
}
