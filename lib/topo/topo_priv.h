/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef TOPO_PRIV_H
#define TOPO_PRIV_H

/** @file Inside the room topo: reading trees like /sys, and the parts that topo_read() calls. */

#include "topo.h"
#include "topo_latency.h"

#include <limits.h>

#define TOPO_SET_BITS TOPO_CPU_MAX
#define TOPO_TEXT_MAX 65536 /* a list of every second of 8192 CPUs has 40 KB */

/** A set of CPU or node numbers. */
struct topo_set {
	uint64_t words[TOPO_SET_BITS / 64];
};

/** Where a machine is read from and what it is read into. */
struct topo_src {
	const char *root; /* "" for this machine */
	struct topo *topo;
	bool no_memory;		  /* an allocation failed: topo_read() ends with -ENOMEM */
	char path[PATH_MAX];	  /* of the last read */
	char text[TOPO_TEXT_MAX]; /* what it held, white space behind it cut */
};

/* topo_set.c */
void topo_set_add(struct topo_set *set, unsigned int n);
bool topo_set_has(const struct topo_set *set, unsigned int n);
unsigned int topo_set_count(const struct topo_set *set);
/* Reads the kernel's list format ("0-3,8"; "" is the empty set): 0, or -EINVAL for anything else
 * and for a number that is not below max. */
int topo_set_parse(const char *text, unsigned int max, struct topo_set *out);

/* topo_src.c: false means not read; those that say "warn" have then left a warning. */
void topo_warn(struct topo_src *src, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A zeroed array of n elements (never NULL for n = 0 … unless memory is out, which is noted). */
void *topo_array(struct topo_src *src, size_t n, size_t bytes);
bool topo_path(struct topo_src *src, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* File to src->text; warn. */
bool topo_text(struct topo_src *src, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* File to src->text; silent: the file may be missing on a sound machine. */
bool topo_text_if(struct topo_src *src, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* src->text as a number (decimal, 0x…) of at most max; warn. */
bool topo_number(struct topo_src *src, uint64_t max, uint64_t *out);
/* src->text as a list of numbers below max; warn. */
bool topo_list(struct topo_src *src, unsigned int max, struct topo_set *out);
/* The line "key: value" of src->text, NULL: none; the value ends at the end of its line. */
const char *topo_field(const struct topo_src *src, const char *key);
/* The numbers N of the entries "prefixN" of a folder; silent. */
bool topo_ids(struct topo_src *src, const char *prefix, unsigned int max, struct topo_set *out,
	const char *folder);
/* Names in a folder in alphabetical order, without those that start with a dot; silent.
 * For topo_names_free(); NULL where there is no folder. */
char **topo_names(struct topo_src *src, size_t *n, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void topo_names_free(char **names, size_t n);
/* Last component of a link's target; silent. */
bool topo_link_name(struct topo_src *src, char *out, size_t cap, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* topo_cpus.c, topo_nodes.c, topo_nics.c: each reads its part; topo_read() coordinates. */
void topo_read_cpus(struct topo_src *src);
void topo_read_nodes(struct topo_src *src);
void topo_read_nics(struct topo_src *src);

/* topo_choose.c: which CPUs and nodes the advice is about. */
struct topo_choice {
	const struct topo *topo;
	const struct topo_cpu *main; /* for the main lcore; NULL: no CPU may be used */
	bool *is_ours;		     /* by index of a node: workers run there */
};
/* A CPU that is online, of a known node, and inside the cgroup. */
bool topo_is_usable(const struct topo_cpu *cpu);
/* Whether a node has isolated CPUs that may be used. */
bool topo_has_isolated(const struct topo *topo, int node);
bool topo_has_usable_cpu(const struct topo *topo, const struct topo_node *node);
/* EAL has a heap only on nodes with a CPU: memory behind CXL is out of its reach. */
bool topo_has_usable_memory(const struct topo *topo, const struct topo_node *node);
/* The node itself if it fulfils `has`, otherwise the nearest that does; NULL: none. */
const struct topo_node *topo_nearest(const struct topo *topo, const struct topo_node *from,
	bool (*has)(const struct topo *, const struct topo_node *));
/* A network device on PCI, each once: the second interface of one device says nothing new. */
bool topo_is_port(const struct topo *topo, const struct topo_nic *nic);
/* Chooses; is_ours has n_nodes elements, all false. */
void topo_choose(struct topo_choice *choice);
/* The CPUs for workers of a node into ids (room for all CPUs): how many. */
size_t topo_list_workers(const struct topo_choice *choice, int node, unsigned int *ids);

/* topo_latency.c: a matrix of zeros, NULL: no memory. */
struct topo_latency *topo_latency_new(size_t n_cpu_nodes, size_t n_memory_nodes);

/* topo_memory.c: memory bound to one node. */
struct topo_memory {
	int node;	   /* set before topo_memory_map() */
	bool is_only_node; /* the same: a kernel that refuses to bind or to tell does no harm then
			    */
	char *base;
	size_t bytes;	   /* a multiple of page_bytes */
	size_t page_bytes; /* of the greatest part of its pages */
	size_t checked;	   /* pages whose node the kernel told; 0: it could not be asked */
};
/* Maps, binds and fills: huge_bytes is the size of the hugepages to take, 0: ordinary memory, made
 * of transparent hugepages where the kernel gives them. 0, -ENOMEM, -EIO. */
int topo_memory_map(
	struct topo_memory *memory, size_t bytes, size_t huge_bytes, struct base_err *err);
/* Asks the kernel where the pages are, several hundred of them at most: 0, -EIO when one is not on
 * the node. */
int topo_memory_verify(struct topo_memory *memory, struct base_err *err);
void topo_memory_unmap(struct topo_memory *memory);

/* topo_chase.c: the two loops that are timed, on the calling thread. */
#define TOPO_LINE_BYTES 64
/* Makes one random ring of all cache lines of the memory. */
void topo_chase_prepare(const struct topo_memory *memory);
/* Median ns of a load that depends on the one before it. */
double topo_chase(const struct topo_memory *memory, double seconds);
/* Reads lines [first, first + n) again and again until the time is over: bytes a second. */
double topo_stream(const struct topo_memory *memory, size_t first, size_t n, double seconds);

#endif
