/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "topo_priv.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PCI_DIR	      "/sys/bus/pci/devices"
#define NET_DIR	      "/sys/class/net"
#define PCI_CLASS_NET 0x02

static struct topo_nic *
add_nic(struct topo_src *src)
{
	struct topo *topo = src->topo;
	struct topo_nic *grown = realloc(topo->nics, (topo->n_nics + 1) * sizeof(*grown));

	if (grown == NULL) {
		src->no_memory = true;
		return NULL;
	}
	topo->nics = grown;
	grown += topo->n_nics++;
	memset(grown, 0, sizeof(*grown));
	grown->node = TOPO_NODE_NONE;
	return grown;
}

/* src->text as a node: -1 is the kernel's "not told". */
static int
parse_node(struct topo_src *src)
{
	uint64_t node;

	if (strcmp(src->text, "-1") == 0 || !topo_number(src, TOPO_NODE_MAX - 1, &node))
		return TOPO_NODE_NONE;
	return (int)node;
}

static void
read_link(struct topo_src *src, struct topo_nic *nic)
{
	uint64_t mbps;

	if (topo_text(src, NET_DIR "/%s/operstate", nic->name))
		nic->link = strcmp(src->text, "up") == 0	? TOPO_LINK_UP
			    : strcmp(src->text, "unknown") == 0 ? TOPO_LINK_UNKNOWN
								: TOPO_LINK_DOWN;
	/* Reading it fails while the link is down, and is -1 where the driver does not know. */
	if (topo_text_if(src, NET_DIR "/%s/speed", nic->name) &&
		isdigit((unsigned char)src->text[0]) && topo_number(src, UINT32_MAX, &mbps))
		nic->speed_mbps = (uint32_t)mbps;
}

static uint16_t
read_pci_id(struct topo_src *src, const char *address, const char *name)
{
	uint64_t id;

	if (!topo_text(src, PCI_DIR "/%s/%s", address, name) || !topo_number(src, UINT16_MAX, &id))
		return 0;
	return (uint16_t)id;
}

static void
read_pci(struct topo_src *src, struct topo_nic *nic)
{
	nic->pci_vendor = read_pci_id(src, nic->pci, "vendor");
	nic->pci_device = read_pci_id(src, nic->pci, "device");
	/* A kernel without NUMA has no such file. */
	if (topo_text_if(src, PCI_DIR "/%s/numa_node", nic->pci))
		nic->node = parse_node(src);
	topo_link_name(src, nic->driver, sizeof(nic->driver), PCI_DIR "/%s/driver", nic->pci);
}

/* One entry for each interface in a folder "net" of the device. */
static void
add_interfaces(struct topo_src *src, const struct topo_nic *like, const char *below)
{
	struct topo_nic *nic;
	size_t n;
	char **names = topo_names(src, &n, PCI_DIR "/%s/%s", like->pci, below);

	for (size_t i = 0; i < n && names != NULL; i++) {
		nic = add_nic(src);
		if (nic == NULL)
			break;
		*nic = *like;
		snprintf(nic->name, sizeof(nic->name), "%s", names[i]);
		read_link(src, nic);
	}
	topo_names_free(names, n);
}

/* A PCI device of class 02 and its interfaces; virtio puts a device of its own between them. */
static void
add_pci(struct topo_src *src, const char *address)
{
	struct topo_nic like = {.node = TOPO_NODE_NONE}, *nic;
	size_t n, before = src->topo->n_nics;
	uint64_t class;
	char below[64];
	char **names;

	if (!topo_text(src, PCI_DIR "/%s/class", address) || !topo_number(src, 0xffffff, &class) ||
		class >> 16 != PCI_CLASS_NET)
		return;
	snprintf(like.pci, sizeof(like.pci), "%s", address);
	like.pci_class = (uint32_t) class;
	read_pci(src, &like);
	add_interfaces(src, &like, "net");
	names = topo_names(src, &n, PCI_DIR "/%s", address);
	for (size_t i = 0; i < n && names != NULL; i++) {
		if (strncmp(names[i], "virtio", 6) != 0)
			continue;
		snprintf(below, sizeof(below), "%.40s/net", names[i]);
		add_interfaces(src, &like, below);
	}
	topo_names_free(names, n);
	if (src->topo->n_nics == before && (nic = add_nic(src)) != NULL)
		*nic = like;
}

/* Node of an interface that is no PCI device (USB, VMBus, platform): the nearest folder above it
 * that tells one. */
static int
climb_to_node(struct topo_src *src, const char *name)
{
	char at[PATH_MAX];
	const char *below;

	if (!topo_path(src, NET_DIR "/%s", name) || realpath(src->path, at) == NULL)
		return TOPO_NODE_NONE;
	/* The root may itself be behind a link: what counts is the part from /sys on. */
	while ((below = strstr(at, "/sys/devices/")) != NULL) {
		if (topo_text_if(src, "%s/numa_node", below))
			return parse_node(src);
		*strrchr(at, '/') = '\0';
	}
	return TOPO_NODE_NONE;
}

static bool
is_virtual(struct topo_src *src, const char *name)
{
	char real[PATH_MAX];

	return topo_path(src, NET_DIR "/%s", name) && realpath(src->path, real) != NULL &&
	       strstr(real, "/sys/devices/virtual/") != NULL;
}

/* Entries of /sys/class/net that are interfaces: links to folders; bonding_masters is a file. */
static bool
is_interface(struct topo_src *src, const char *name)
{
	struct stat st;

	return topo_path(src, NET_DIR "/%s", name) && stat(src->path, &st) == 0 &&
	       S_ISDIR(st.st_mode) && strlen(name) < TOPO_NIC_NAME;
}

static void
add_others(struct topo_src *src, char **names, size_t n, bool virtual)
{
	struct topo_nic *nic;

	for (size_t i = 0; i < n; i++) {
		if (topo_nic_by_name(src->topo, names[i]) != NULL || !is_interface(src, names[i]) ||
			is_virtual(src, names[i]) != virtual || (nic = add_nic(src)) == NULL)
			continue;
		snprintf(nic->name, sizeof(nic->name), "%s", names[i]);
		nic->is_virtual = virtual;
		read_link(src, nic);
		if (virtual)
			continue;
		topo_link_name(src, nic->driver, sizeof(nic->driver), NET_DIR "/%s/device/driver",
			nic->name);
		nic->node = climb_to_node(src, nic->name);
	}
}

void
topo_read_nics(struct topo_src *src)
{
	size_t n;
	char **names = topo_names(src, &n, PCI_DIR);

	/* A machine without PCI (some virtual machines, small ARM boards) is sound. */
	for (size_t i = 0; i < n && names != NULL; i++) {
		if (strlen(names[i]) < TOPO_PCI_MAX)
			add_pci(src, names[i]);
	}
	topo_names_free(names, n);
	names = topo_names(src, &n, NET_DIR);
	if (names == NULL) {
		topo_warn(src, "%s: cannot be listed: interfaces are not known", src->path);
		return;
	}
	add_others(src, names, n, false);
	add_others(src, names, n, true);
	topo_names_free(names, n);
}
