/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PLAN_PRIV_H
#define PLAN_PRIV_H

/** @file Inside the room plan: the steps of plan_layout() and plan_fill(). */

#include "plan.h"

/* plan_check.c: a note; exit BASE_EXIT_OK: a warning. Without memory plan->no_memory is set. */
void plan_note(struct plan *plan, enum base_exit exit, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Warns of what is no mistake but costs: CPUs that lcores share, that are not isolated. */
void plan_warn_lcores(struct plan *plan);

/* plan_rings.c: the rings between lcores, which tx lcore sends what. */
void plan_rings_make(struct plan *plan);
/* Warns of both directions of a connection on different lcores, of a tx lcore that gets nothing. */
void plan_warn_ways(struct plan *plan);

/* plan_device.c: what is known of a device by its name and arguments, or by its PCI IDs. */
void plan_device_vdev(const char *device, struct plan_device *out);
void plan_device_pci(const struct topo_nic *nic, struct plan_device *out);
/* An interface that a virtual device needs and the machine has not; false: none is missing. */
bool plan_device_misses(const struct topo *topo, const char *device, char name[TOPO_NIC_NAME]);
/* Refuses what needs more queues than a device is known to have, or leaves some of those unpolled
 * that it fills. */
void plan_check_devices(struct plan *plan);

/* plan_auto.c: without any [lcore]: the map of [eal] lcores = auto; then who does what. */
int plan_auto_map(struct plan *plan, struct base_err *err);
int plan_auto_roles(struct plan *plan, struct base_err *err);

/* plan_layout.c: gives an lcore a role, and room for all queues of every port and for all lcores
 * that it may feed. */
int plan_lcore_employ(struct plan *plan, struct plan_lcore *lcore, enum plan_role role);

/* Whether anything is sent: under [weir] mode = tap a run sends nothing. */
bool plan_sends(const struct plan *plan);

/* plan_map.c: "2-3,8"; for free(3), NULL: no memory. */
char *plan_cpus_text(const cpu_set_t *cpus);

/* plan_ports.c: ports and the nodes that their devices tell; TOPO_NODE_NONE for others. */
int plan_ports_init(struct plan *plan, struct base_err *err);
/* Gives ports without a node that of the lcore that polls them, and queues to send by. */
void plan_ports_finish(struct plan *plan);

/* plan_cpus.c */
/* [eal] lcores = auto: a map of the lcores that the INI names. */
int plan_cpus_choose(struct plan *plan, struct base_err *err);
/* Lcore 0, for the main loop: in the map; home: the node of ports that tell none. */
int plan_cpus_choose_main(struct plan *plan, int *home, struct base_err *err);
/* A row for a worker that is wanted on a node. */
void plan_cpus_add_worker(struct plan *plan, uint32_t lcore, int node);
/* Cores of a node of which no thread is in the map; where CPUs of the node are isolated, of these
 * alone. */
uint32_t plan_cpus_cores(const struct plan *plan, int node);
/* A replay's map: lcores that float over the CPUs of one node, the one with most of them, so
 * that memory is local and replays that run side by side share what CPUs there are. */
int plan_cpus_float(struct plan *plan, struct base_err *err);
/* Holds an explicit map against the machine. */
int plan_cpus_check(const struct plan *plan, struct base_err *err);
/* The node of a set of CPUs, TOPO_NODE_NONE: several. */
int plan_cpus_node(const struct topo *topo, const cpu_set_t *cpus);
/* The best CPU of a node for a worker that no lcore of the map has, NULL: none. */
const struct topo_cpu *plan_cpus_spare(
	const struct topo *topo, const struct plan_map *map, int node);
/* Whether EAL can have memory there: a heap wants memory and a CPU on the node. */
bool plan_has_memory(const struct topo *topo, int node);

/* plan_edges.c: what crosses nodes, with what to change; notes as [weir] numa says. */
void plan_find_edges(struct plan *plan);

/* plan_memory.c: whether hugepages are used and how large the pages are. */
void plan_choose_pages(struct plan *plan);
/* What EAL is asked for, against what the nodes have. */
void plan_ask(struct plan *plan);

#endif
