/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "topo_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void
topo_set_add(struct topo_set *set, unsigned int n)
{
	if (n < TOPO_SET_BITS)
		set->words[n / 64] |= UINT64_C(1) << (n % 64);
}

bool
topo_set_has(const struct topo_set *set, unsigned int n)
{
	return n < TOPO_SET_BITS && (set->words[n / 64] >> (n % 64) & 1) != 0;
}

unsigned int
topo_set_count(const struct topo_set *set)
{
	unsigned int count = 0;

	for (size_t i = 0; i < sizeof(set->words) / sizeof(set->words[0]); i++)
		count += (unsigned int)__builtin_popcountll(set->words[i]);
	return count;
}

/* A decimal number at *at below max; moves *at behind it. */
static int
parse_one(const char **at, unsigned int max, unsigned int *out)
{
	unsigned long n;
	char *end;

	if (**at < '0' || **at > '9')
		return -EINVAL;
	errno = 0;
	n = strtoul(*at, &end, 10);
	if (errno != 0 || n >= max)
		return -EINVAL;
	*at = end;
	*out = (unsigned int)n;
	return 0;
}

int
topo_set_parse(const char *text, unsigned int max, struct topo_set *out)
{
	unsigned int first, last;

	memset(out, 0, sizeof(*out));
	if (*text == '\0')
		return 0;
	for (;; text++) {
		if (parse_one(&text, max, &first) < 0)
			return -EINVAL;
		last = first;
		if (*text == '-') {
			text++;
			if (parse_one(&text, max, &last) < 0 || last < first)
				return -EINVAL;
		}
		for (unsigned int n = first; n <= last; n++)
			topo_set_add(out, n);
		if (*text == '\0')
			return 0;
		if (*text != ',')
			return -EINVAL;
	}
}
