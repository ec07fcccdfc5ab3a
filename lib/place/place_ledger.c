/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "place_priv.h"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_malloc.h>

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static_assert(PLACE_NODES_MAX == RTE_MAX_NUMA_NODES, "place_total has a row for every node of EAL");

/* One for the process, as EAL's heaps are. */
static struct {
	pthread_mutex_t lock;
	struct place_line *first;
} ledger = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void
ledger_append(struct place_line *line)
{
	struct place_line **at = &ledger.first;

	while (*at != NULL)
		at = &(*at)->next;
	*at = line;
}

static struct place_line *
ledger_take(const void *object)
{
	struct place_line **at = &ledger.first, *line;

	while (*at != NULL && (*at)->object != object)
		at = &(*at)->next;
	line = *at;
	if (line != NULL)
		*at = line->next;
	return line;
}

static void
line_free(struct place_line *line)
{
	place_heap_clear(&line->heap);
	free(line);
}

int
place_node_check(const struct place_what *what, uint64_t bytes, struct base_err *err)
{
	char nodes[PLACE_NODES_MAX * 4] = "";
	size_t len = 0;

	for (unsigned i = 0; i < rte_socket_count(); i++) {
		if (rte_socket_id_by_idx(i) == what->node)
			return 0;
		len += (size_t)snprintf(
			nodes + len, sizeof(nodes) - len, " %d", rte_socket_id_by_idx(i));
	}
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENODEV,
		"%s: %" PRIu64
		" bytes wanted on node %d, which this machine does not have (nodes:%s): "
		"give its lcore or port to one of them",
		what->name, bytes, what->node, nodes);
}

int
place_fail(const struct place_what *what, const struct place_maker *maker, int error,
	struct base_err *err)
{
	struct rte_malloc_socket_stats stats = {0};
	bool huge = rte_eal_has_hugepages() != 0;

	/* Without hugepages all of EAL's memory is in the heap of its first node. */
	rte_malloc_get_socket_stats(huge ? what->node : rte_socket_id_by_idx(0), &stats);
	/* rte_fib_create() says EINVAL when it had no memory. */
	if (error != ENOMEM && (error != EINVAL || stats.greatest_free_size >= maker->bytes))
		return base_fail(err, BASE_EXIT_UNAVAILABLE, error, "%s: %s: %s", what->name,
			maker->call, rte_strerror(error));
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM,
		"%s: %s: no %" PRIu64 " bytes to be had on node %d (EAL's heap: %zu of %zu bytes "
		"free, %zu of them in a piece): %s",
		what->name, maker->call, maker->bytes, what->node, stats.heap_freesz_bytes,
		stats.heap_totalsz_bytes, stats.greatest_free_size,
		huge ? "reserve more hugepages on that node or raise [eal] socket_mem"
		     : "raise [eal] socket_mem; without hugepages the heap does not grow");
}

/* Fills a line with what lies between the two readings of the heaps. */
static int
line_measure(struct place_line *line, const struct place_heap *before,
	const struct place_charge *charged, struct base_err *err)
{
	struct place_heap after;
	int ret = place_heap_read(&after, err);

	if (ret != 0)
		return ret;
	ret = place_heap_diff(before, &after, &line->heap);
	place_heap_clear(&after);
	if (ret != 0)
		return base_fail(err, BASE_EXIT_FAILURE, ENOMEM, "no memory for the ledger");
	if (line->is_listed)
		place_heap_strike_entries(&line->heap, line->entry.wanted);
	place_charge_read(&line->charge);
	for (unsigned i = 0; i < PLACE_NODES_MAX; i++) {
		line->charge.bytes[i] -= charged->bytes[i];
		line->entry.bytes += line->charge.bytes[i];
	}
	line->entry.extents = line->heap.extents;
	line->entry.nb_extents = line->heap.nb;
	return 0;
}

static struct place_line *
line_new(const struct place_what *what, const struct place_maker *maker)
{
	struct place_line *line = calloc(1, sizeof(*line));

	if (line == NULL)
		return NULL;
	snprintf(line->entry.name, sizeof(line->entry.name), "%s", what->name);
	line->entry.call = maker->call;
	line->entry.owner = what->owner;
	line->entry.wanted = what->node;
	line->entry.actual = -1;
	line->unmake = maker->unmake;
	line->is_listed = maker->is_listed;
	return line;
}

/* rte_malloc() sets no rte_errno when memory runs out, so rte_hash_create() and others then leave
 * what a lookup of a name inside them wrote there. */
static int
make_error(void)
{
	return rte_errno == 0 || rte_errno == ENOENT ? ENOMEM : rte_errno;
}

static int
make_locked(struct place_line *line, const struct place_what *what, const struct place_maker *maker,
	struct base_err *err)
{
	struct place_charge charged;
	struct place_heap before;
	int ret = place_heap_read(&before, err);

	if (ret != 0)
		return ret;
	place_charge_read(&charged);
	rte_errno = 0;
	line->object = maker->make(maker->arg);
	if (line->object == NULL) {
		ret = place_fail(what, maker, make_error(), err);
	} else {
		ret = line_measure(line, &before, &charged, err);
		if (ret != 0)
			maker->unmake(line->object);
	}
	place_heap_clear(&before);
	return ret;
}

int
place_make(const struct place_what *what, const struct place_maker *maker, void **out,
	struct base_err *err)
{
	struct place_line *line;
	int ret;

	*out = NULL;
	ret = place_node_check(what, maker->bytes, err);
	if (ret != 0)
		return ret;
	line = line_new(what, maker);
	if (line == NULL)
		return base_fail(err, BASE_EXIT_FAILURE, ENOMEM, "no memory for the ledger");
	pthread_mutex_lock(&ledger.lock);
	ret = make_locked(line, what, maker, err);
	if (ret == 0)
		ledger_append(line);
	pthread_mutex_unlock(&ledger.lock);
	if (ret != 0) {
		line_free(line);
		return ret;
	}
	*out = line->object;
	return 0;
}

void
place_free(const void *object)
{
	struct place_line *line;

	if (object == NULL)
		return;
	pthread_mutex_lock(&ledger.lock);
	line = ledger_take(object);
	if (line != NULL)
		line->unmake(line->object);
	pthread_mutex_unlock(&ledger.lock);
	if (line != NULL)
		line_free(line);
}

static void
verdict_add(struct place_verdict *verdict, const struct place_entry *entry)
{
	verdict->objects++;
	verdict->pages += entry->pages;
	verdict->misplaced_pages += entry->misplaced;
	verdict->misplaced_objects += entry->misplaced > 0;
}

int
place_verify(struct place_verdict *verdict, struct base_err *err)
{
	struct place_verdict sums = {0};
	int ret = 0;

	pthread_mutex_lock(&ledger.lock);
	for (struct place_line *line = ledger.first; line != NULL && ret == 0; line = line->next) {
		ret = place_line_verify(line, err);
		verdict_add(&sums, &line->entry);
	}
	pthread_mutex_unlock(&ledger.lock);
	if (verdict != NULL)
		*verdict = sums;
	return ret != 0 ? ret : (int)sums.misplaced_objects;
}

void
place_walk(void (*visit)(const struct place_entry *entry, void *arg), void *arg)
{
	pthread_mutex_lock(&ledger.lock);
	for (const struct place_line *line = ledger.first; line != NULL; line = line->next)
		visit(&line->entry, arg);
	pthread_mutex_unlock(&ledger.lock);
}

static void
total_read(struct place_total *total, unsigned index)
{
	struct rte_malloc_socket_stats stats = {0};

	total->node = rte_socket_id_by_idx(index);
	total->ledger_bytes = 0;
	for (const struct place_line *line = ledger.first; line != NULL; line = line->next)
		total->ledger_bytes += line->charge.bytes[index];
	rte_malloc_get_socket_stats(total->node, &stats);
	total->eal_bytes = stats.heap_allocsz_bytes;
	total->heap_bytes = stats.heap_totalsz_bytes;
	total->dpdk_bytes = total->eal_bytes - total->ledger_bytes;
}

unsigned
place_totals(struct place_total totals[PLACE_NODES_MAX])
{
	unsigned nb = rte_socket_count();

	pthread_mutex_lock(&ledger.lock);
	for (unsigned i = 0; i < nb; i++)
		total_read(&totals[i], i);
	pthread_mutex_unlock(&ledger.lock);
	return nb;
}

const char *
place_owner_format(const struct place_owner *owner, char text[24])
{
	static const char *const words[] = {
		[PLACE_OWNER_PROCESS] = "process",
		[PLACE_OWNER_NODE] = "node",
		[PLACE_OWNER_LCORE] = "lcore",
		[PLACE_OWNER_PORT] = "port",
	};

	if (owner->kind == PLACE_OWNER_PROCESS)
		snprintf(text, 24, "%s", words[owner->kind]);
	else
		snprintf(text, 24, "%s %u", words[owner->kind], owner->id);
	return text;
}
