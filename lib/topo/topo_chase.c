/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_clock.h"
#include "topo_priv.h"

#include <stdlib.h>

#define ROUND	   32768 /* loads between two looks at the clock, some ms */
#define ROUNDS_MAX 4096
#define ROUNDS_MIN 3

/* One cache line: where the next is. */
struct line {
	struct line *next;
	uint64_t word[TOPO_LINE_BYTES / 8 - 1];
};
_Static_assert(sizeof(struct line) == TOPO_LINE_BYTES, "a line is a cache line");

/* xorshift64*: the ring must be random to a prefetcher, no more. */
static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545f4914f6cdd1d);
}

void
topo_chase_prepare(const struct topo_memory *memory)
{
	struct line *lines = (struct line *)(void *)memory->base, *kept;
	size_t n = memory->bytes / sizeof(*lines), other;
	uint64_t state = 88172645463325252;

	for (size_t i = 0; i < n; i++)
		lines[i].next = &lines[i];
	/* Sattolo's shuffle: one cycle through all lines, never several short ones. */
	for (size_t i = n - 1; i > 0; i--) {
		other = (size_t)(((unsigned __int128)next_random(&state) * i) >> 64);
		kept = lines[i].next;
		lines[i].next = lines[other].next;
		lines[other].next = kept;
	}
}

static struct line *
follow(struct line *at, size_t n)
{
	while (n-- > 0)
		at = at->next;
	__asm__ volatile("" : "+r"(at)); /* the walk has a reader */
	return at;
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
topo_chase(const struct topo_memory *memory, double seconds)
{
	struct line *at = follow((struct line *)(void *)memory->base, ROUND); /* warm up */
	uint64_t start = base_clock_ns(), before = start, now = start;
	double rounds[ROUNDS_MAX];
	size_t n = 0;

	while (n < ROUNDS_MAX && (n < ROUNDS_MIN || (double)(now - start) < seconds * 1e9)) {
		at = follow(at, ROUND);
		now = base_clock_ns();
		rounds[n++] = (double)(now - before) / ROUND;
		before = now;
	}
	qsort(rounds, n, sizeof(rounds[0]), compare_doubles);
	return rounds[n / 2];
}

/* A word of each line: the memory moves whole lines, and a core asks for more of them so. */
static uint64_t
read_lines(const struct line *lines, size_t n)
{
	uint64_t a = 0, b = 0;
	size_t i = 0;

	for (; i + 1 < n; i += 2) {
		a ^= lines[i].word[0];
		b ^= lines[i + 1].word[0];
	}
	return i < n ? a ^ b ^ lines[i].word[0] : a ^ b;
}

double
topo_stream(const struct topo_memory *memory, size_t first, size_t n, double seconds)
{
	const struct line *lines = (const struct line *)(void *)memory->base + first;
	uint64_t start = base_clock_ns(), now, bytes = 0;
	uint64_t sum = 0;

	do {
		sum ^= read_lines(lines, n);
		__asm__ volatile("" : "+r"(sum) : : "memory"); /* each pass reads again */
		bytes += n * sizeof(*lines);
		now = base_clock_ns();
	} while ((double)(now - start) < seconds * 1e9);
	return (double)bytes / ((double)(now - start) / 1e9);
}
