/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PLAN_H
#define PLAN_H

/**
 * @file
 * Who polls what, and what memory lives on which node: made from the configuration and the machine
 * before EAL or a device is touched.
 *
 * Threads: any; a plan belongs to whoever makes it and changes in plan_fill() alone.
 * Memory: the C heap, freed by plan_free(); conf, topo and latency are borrowed for its life.
 * Hot path: no.
 */

#include "base_err.h"
#include "conf.h"
#include "topo.h"
#include "topo_latency.h"

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAN_NAME_MAX	 64
#define PLAN_PARTS_MAX	 64
#define PLAN_NO_QUEUE	 UINT16_MAX
#define PLAN_REPLAY_PORT "replay" /* name of a replay's only port */

/** An lcore of EAL's map and the CPUs that it may run on. */
struct plan_row {
	uint32_t lcore;
	cpu_set_t cpus; /**< at least one */
};

/** EAL's map of lcores (--lcores), ascending. */
struct plan_map {
	uint32_t n;
	struct plan_row rows[CONF_LCORES_MAX];
};

/**
 * Reads a map in EAL's grammar: `lcores[@cpus]`, comma between; each a number, a range `2-5`, or
 * a group of these in parentheses; without `@cpus` a group runs on all CPUs of its numbers, any
 * other lcore on the CPU of its own number (EAL 22.11, `--lcores`).
 *
 * EAL takes an lcore twice and silently drops the first; this refuses it.
 *
 * @return 0; -EINVAL with what is wrong and where in err (BASE_EXIT_CONFIG)
 */
int plan_map_parse(const char *text, struct plan_map *out, struct base_err *err);

/** The map as EAL takes it: "0@0,1@(2-3)"; for free(3), NULL: no memory. */
char *plan_map_text(const struct plan_map *map);

enum plan_kind {
	PLAN_RUN,    /**< the ports and lcores of the INI */
	PLAN_REPLAY, /**< one net_pcap port that is its own peer, one worker or a pipeline; no
			hugepages, and [port], [lcore] and [eal] lcores are not read */
};

#define PLAN_REPLAY_LCORES_MAX CONF_FEEDS_MAX /**< that classify in a replay */
#define PLAN_REPLAY_WINDOW     1024	      /**< frames of a replay on their way between lcores */

/** What a plan is made from. */
struct plan_input {
	enum plan_kind kind;
	uint32_t replay_lcores; /**< lcores that classify, between one that receives and one that
				   sends; 0: one worker does all */
	const struct conf *conf;
	const struct topo *topo;
	const struct topo_latency *latency; /**< NULL: not measured */
};

/** Where a port's node was learnt. */
enum plan_node_from {
	PLAN_FROM_DEVICE,
	PLAN_FROM_INI,	/**< [port] node */
	PLAN_FROM_LCORE /**< that of the lcore that polls it: the device has none */
};

/** What is known of a device before it is opened. */
struct plan_device {
	uint32_t usual;		   /**< queues that a lay-out without [lcore] may count on */
	uint32_t most_rx, most_tx; /**< queues that it has; 0: not known */
	const char *spread;	   /**< who spreads packets over queues, when it is not Weir by
				      RSS; NULL: Weir, or not known */
	const char *fills;	   /**< it receives by all its queues, polled or not: the argument
				      that says how many these are; NULL: by those that are polled */
	bool even;		   /**< it takes as many queues to send as to receive */
};

/** A port, in the order of the INI. */
struct plan_port {
	const char *name;
	const char *device;	     /**< for EAL; "": the capture of a replay */
	const struct conf_port *ini; /**< NULL: a replay's */
	bool is_pci;
	struct plan_device can;
	int node; /**< where its pool lies */
	enum plan_node_from node_from;
	uint32_t peer; /**< index of a port */
	enum conf_side side;
	uint16_t rx_queues, tx_queues;
	uint16_t rx_desc, tx_desc;
	uint16_t mtu;
	bool promiscuous;
	bool is_parted;	  /**< its queues lead to different lcores that classify */
	uint32_t n_users; /**< lcores that have its packets in hand */
};

enum plan_role {
	PLAN_MAIN,
	PLAN_WORKER,
	PLAN_RX,
	PLAN_CLASSIFY,
	PLAN_TX,
	PLAN_IDLE /**< in the map, but without [lcore] */
};

/** A receive queue. */
struct plan_queue {
	uint16_t port; /**< index of a port */
	uint16_t queue;
};

/** An lcore. */
struct plan_lcore {
	uint32_t lcore;
	enum plan_role role;
	cpu_set_t cpus;
	int node; /**< of its CPUs */
	uint32_t n_queues;
	struct plan_queue *queues;
	uint16_t tx_queue[CONF_PORTS_MAX]; /**< by port: its own queue to send by, PLAN_NO_QUEUE */
	uint32_t n_feeds;
	uint32_t *feeds; /**< PLAN_RX, PLAN_CLASSIFY: lcores that its packets go to */
	uint32_t sends;	 /**< PLAN_TX: bit n: it sends by port n */
};

/** A ring from one lcore to another. */
struct plan_ring {
	uint32_t from, to; /**< lcores */
	int node;	   /**< of the lcore that empties it */
	uint32_t slots;
	uint32_t ports; /**< to a PLAN_TX: bit n: what leaves by port n goes in here */
	bool bypass;	/**< past the classify lcores, when their rings are full */
};

enum plan_owner {
	PLAN_OWNER_PROCESS,
	PLAN_OWNER_NODE,
	PLAN_OWNER_LCORE,
	PLAN_OWNER_PORT,
};

/** Something that will be allocated. */
struct plan_object {
	char name[PLAN_NAME_MAX]; /**< as the ledger will have it */
	const char *call;	  /**< function that allocates it */
	int node;
	enum plan_owner owner;
	uint32_t id; /**< node, lcore or index of a port */
	uint64_t bytes;
	bool renewed; /**< a reload makes the next one before it frees this one */
};

/** A node on which something will lie. */
struct plan_node {
	int node;
	uint64_t object_bytes;	/**< sum of its objects */
	uint64_t renewed_bytes; /**< of these, what a reload needs twice */
	uint64_t dpdk_bytes;	/**< set aside for DPDK itself: EAL, drivers */
	uint64_t ask_mb;	/**< what EAL is asked for */
	uint64_t huge_free_bytes, huge_total_bytes;
};

enum plan_edge_kind {
	PLAN_EDGE_POLL, /**< an lcore polls a port of another node */
	PLAN_EDGE_SEND, /**< an lcore sends by a port of another node */
	PLAN_EDGE_RING, /**< an lcore fills the ring of an lcore of another node */
};

/** An edge that crosses nodes. */
struct plan_edge {
	enum plan_edge_kind kind;
	uint32_t lcore;
	uint16_t port; /**< index; not of PLAN_EDGE_RING */
	uint16_t queue;
	uint32_t to; /**< PLAN_EDGE_RING: the lcore that empties it */
	int lcore_node;
	int port_node;		    /**< of the port, or of the lcore `to` */
	double local_ns, remote_ns; /**< latency of one load; 0: not measured */
	char *what;		    /**< one sentence */
	char *fix;		    /**< what to change */
};

/** Something to be told. */
struct plan_note {
	enum base_exit exit; /**< BASE_EXIT_OK: a warning; else the start is refused with it */
	char *text;
};

/** All of it. */
struct plan {
	struct plan_input in;
	struct plan_map map;
	uint32_t n_lcores;
	struct plan_lcore lcores[CONF_LCORES_MAX]; /**< those of the map */
	uint32_t main_lcore;
	uint32_t n_workers; /**< those of any role but main and idle */
	uint32_t n_rings;
	struct plan_ring *rings;
	uint32_t n_ports;
	struct plan_port ports[CONF_PORTS_MAX];
	uint32_t n_edges;
	struct plan_edge *edges;
	uint32_t n_notes;
	struct plan_note *notes;

	/* From plan_layout(): what EAL is told. */
	char *eal_lcores;    /**< of --lcores; --main-lcore is main_lcore */
	bool huge;	     /**< false: --no-huge */
	uint64_t page_bytes; /**< of the memory that EAL will have */

	/* From plan_fill(). */
	uint32_t n_objects;
	struct plan_object *objects;
	uint32_t n_nodes;
	struct plan_node nodes[CONF_NODES_MAX]; /**< ascending */
	uint64_t ask_mb;			/**< over all nodes */
	char *eal_memory;			/**< "-m" or "--socket-mem", and its value behind
						   a `=' or blank: one argument "--socket-mem=64,0",
						   "-m64" */
	bool no_memory;				/**< private */
};

/**
 * Lays out lcores, ports and queues; finds the edges that cross nodes.
 *
 * @param out the plan, without objects; NULL on failure
 * @return 0; -EINVAL: a map that makes no sense, an lcore or CPU that there is not, no lcore left
 *   for the main loop, a run without [port] (BASE_EXIT_CONFIG); -ENODEV: no such PCI device
 *   (BASE_EXIT_UNAVAILABLE); -ENOMEM. What `numa = strict` refuses is a note: plan_check().
 */
int plan_layout(const struct plan_input *in, struct plan **out, struct base_err *err);

/**
 * The map as sections of an INI: [eal] lcores and an [lcore N] for each lcore that works. Put into
 * the file, in place of what it says of lcores, it gives the same plan.
 *
 * @return for free(3), NULL: no memory
 */
char *plan_ini(const struct plan *plan);

/** How often a part is there, and where. */
enum plan_scope {
	PLAN_A_PORT,	  /**< once, on the node of port `port` */
	PLAN_EACH_WORKER, /**< for each lcore that classifies, on its node */
	PLAN_EACH_LCORE,  /**< for each lcore of any role but main and idle, on its node */
	PLAN_EACH_TX,	  /**< for each lcore that sends what others classify, on its node */
	PLAN_EACH_RING,	  /**< on the node of the lcore that empties it; */
	PLAN_EACH_NODE,	  /**< on each node that has an lcore that classifies */
	PLAN_ONCE,	  /**< on the main lcore's node */
};

/** An object, or the like objects of all lcores. */
struct plan_part {
	const char *name; /**< as the ledger has it, `*` for the lcore, the node, the port's name */
	const char *call;
	enum plan_scope scope;
	uint32_t port; /**< index; PLAN_A_PORT alone */
	uint64_t bytes;
	bool renewed; /**< by a reload */
};

/** What the rooms that allocate say of themselves. */
struct plan_cost {
	uint32_t n;
	struct plan_part parts[PLAN_PARTS_MAX];
	uint64_t dpdk_bytes;			  /**< DPDK itself, on the main lcore's node */
	uint64_t dpdk_port_bytes[CONF_PORTS_MAX]; /**< a port's driver, on the port's node */
};

/** Adds a part. The program has fewer than PLAN_PARTS_MAX of them: more are not taken. */
void plan_cost_add(struct plan_cost *cost, const struct plan_part *part);

/**
 * Makes the objects, the totals of the nodes and what EAL is asked for, and holds them against the
 * machine's memory. Once for a plan.
 *
 * @return 0, -ENOMEM
 */
int plan_fill(struct plan *plan, const struct plan_cost *cost, struct base_err *err);

/**
 * Whether the program may start: fails with the first note that refuses it.
 *
 * @return 0; -EINVAL with the note's sentence and exit class in err
 */
int plan_check(const struct plan *plan, struct base_err *err);

/** The lcore of that number in the plan, or NULL. */
const struct plan_lcore *plan_lcore(const struct plan *plan, uint32_t lcore);

/** Whether an lcore polls, classifies or sends. */
bool plan_works(const struct plan_lcore *lcore);

/** Whether an lcore classifies: it has a view of the policy. */
bool plan_classifies(const struct plan_lcore *lcore);

/** "worker" for PLAN_WORKER. */
const char *plan_role_word(enum plan_role role);

/** The lowest CPU of an lcore. */
unsigned int plan_cpu(const struct plan_lcore *lcore);

/** Frees; NULL is fine. */
void plan_free(struct plan *plan);

#endif
