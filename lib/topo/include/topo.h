/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef TOPO_H
#define TOPO_H

/**
 * @file
 * What the machine is: NUMA nodes, CPUs, distances, memory, hugepages, network devices.
 *
 * Threads: any; a struct topo is read-only once topo_read() has returned it.
 * Memory: the C heap, all of it freed by topo_free().
 * Hot path: no.
 *
 * A node is what the kernel calls one (/sys/devices/system/node), never a socket: with sub-NUMA
 * clustering a socket has several, CXL memory is a node without a CPU, and numbers can have gaps.
 */

#include "base_err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOPO_NODE_MAX	 1024 /* the kernel's MAX_NUMNODES at most */
#define TOPO_CPU_MAX	 8192 /* the kernel's NR_CPUS at most */
#define TOPO_PCI_MAX	 16   /* "0000:18:00.0", domains of five digits included */
#define TOPO_NIC_NAME	 16   /* IFNAMSIZ */
#define TOPO_DRIVER_MAX	 32
#define TOPO_NODE_NONE	 (-1) /* as the kernel and DPDK write "no node known" */
#define TOPO_CPU_NO_CORE (-1)

/** The hugepages of one size on one node, in pages. */
struct topo_huge {
	uint64_t page_bytes;
	uint64_t total;	  /**< surplus pages included, as the kernel counts */
	uint64_t free;	  /**< not in use; some may be reserved by a mapping already */
	uint64_t surplus; /**< overcommitted, given back when freed */
};

struct topo_node {
	int id;
	unsigned int online_cpus; /**< 0: memory only (CXL, persistent memory, offlined) */
	uint64_t mem_total_bytes; /**< 0: no memory, or not told (a warning says so) */
	uint64_t mem_free_bytes;
	bool mem_allowed;	/**< this process may allocate here (cpuset.mems) */
	struct topo_huge *huge; /**< ascending page size */
	size_t n_huge;
};

struct topo_cpu {
	unsigned int id; /**< the kernel's number */
	int node;	 /**< TOPO_NODE_NONE: not told */
	int package;	 /**< socket, not node; TOPO_CPU_NO_CORE: not told (offline CPUs) */
	int core;	 /**< core number in the package, TOPO_CPU_NO_CORE: not told */
	unsigned int
		lead; /**< lowest number among the threads of its core: SMT siblings share it */
	uint64_t llc_bytes;    /**< last-level cache that it reaches; 0: not told */
	unsigned int llc_lead; /**< lowest number among those that share that cache */
	bool online;
	bool isolated;	  /**< isolcpus= at boot, or an isolated cpuset partition */
	bool in_cgroup;	  /**< its cpuset lets this process run there */
	bool in_affinity; /**< this process runs there now; inside the cgroup it can change that */
};

enum topo_link {
	TOPO_LINK_UNKNOWN,
	TOPO_LINK_DOWN,
	TOPO_LINK_UP
};

/** A network device: an interface, a PCI device of class 02, or both. */
struct topo_nic {
	char pci[TOPO_PCI_MAX];	      /**< "": none */
	char name[TOPO_NIC_NAME];     /**< interface; "": none (bound to vfio-pci, unbound) */
	char driver[TOPO_DRIVER_MAX]; /**< of the PCI device if it is one; "": unbound */
	int node;		      /**< TOPO_NODE_NONE: the firmware does not say */
	uint32_t pci_class;	      /**< 0x02xxxx, 0: no PCI device */
	uint16_t pci_vendor;
	uint16_t pci_device;
	enum topo_link link;
	uint32_t speed_mbps; /**< 0: unknown */
	bool is_virtual;     /**< lo, veth, tap, bridge …: no device, no node */
};

struct topo {
	struct topo_node *nodes; /**< ascending id */
	size_t n_nodes;
	bool has_nodes;	       /**< false: a kernel without NUMA, node 0 stands for the machine */
	struct topo_cpu *cpus; /**< those present, online or not, ascending id */
	size_t n_cpus;
	struct topo_nic *nics; /**< PCI devices by address, then other interfaces, virtual last */
	size_t n_nics;
	uint32_t *distance; /**< n_nodes × n_nodes by index, row = from; use topo_distance() */
	uint64_t huge_default_bytes; /**< Hugepagesize of /proc/meminfo; 0: not told */
	bool is_live;		     /**< this machine, not a recorded one */
	char **warnings;	     /**< one sentence each, path first: what could not be read */
	size_t n_warnings;
};

/**
 * Reads the machine from /sys and /proc.
 *
 * A file that is missing or unreadable gives a warning in the result, not a failure.
 *
 * @param root folder that holds `sys` and `proc` of a recorded machine; NULL or "": this machine
 * @param out the machine, for topo_free(); NULL on failure
 * @return 0; -ENOENT: nothing could be told (exit class 1); -ENOMEM
 */
int topo_read(const char *root, struct topo **out, struct base_err *err);

/** Frees; NULL is allowed. */
void topo_free(struct topo *topo);

/** The node of that number, NULL: there is none online. */
const struct topo_node *topo_node(const struct topo *topo, int id);

/** The CPU of that number, NULL: none is present. */
const struct topo_cpu *topo_cpu(const struct topo *topo, unsigned int id);

/** The node of a CPU, TOPO_NODE_NONE: no such CPU, or not told. */
int topo_node_of_cpu(const struct topo *topo, unsigned int cpu);

/** Whether two CPUs are different threads of one core. */
bool topo_are_siblings(const struct topo *topo, unsigned int a, unsigned int b);

/**
 * The network device at a PCI address, NULL: none.
 *
 * @param address as DPDK takes it: "0000:18:00.0" or without the domain, "18:00.0"
 */
const struct topo_nic *topo_nic_by_pci(const struct topo *topo, const char *address);

/** The network device of an interface name, NULL: none. */
const struct topo_nic *topo_nic_by_name(const struct topo *topo, const char *name);

/**
 * Whether it is known that there is no interface of that name: of this machine by the kernel, now
 * and in this network namespace; of a recorded one by its list, where there is any.
 */
bool topo_lacks_interface(const struct topo *topo, const char *name);

/**
 * Numbers in the kernel's and EAL's list format.
 *
 * @param ids ascending
 * @return "0-3,8", "" for none, for free(3); NULL: no memory
 */
char *topo_ids_text(const unsigned int *ids, size_t n);

/** ACPI SLIT distance, 10 = local; 0: unknown node or not told. */
unsigned int topo_distance(const struct topo *topo, int from, int to);

#endif
