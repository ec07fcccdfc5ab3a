/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * [eal] lcores in EAL's own grammar, as eal_parse_lcores() of DPDK 22.11 reads it.
 */
#include "plan_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_MAX 40 /* octets of the map that an error quotes */

/* A place in the map. */
struct scan {
	const char *at;
	const char *element; /* where the element began, for errors */
	struct base_err *err;
};

static int
fail(const struct scan *scan, const char *why)
{
	size_t n = strlen(scan->element);

	return base_fail(scan->err, BASE_EXIT_CONFIG, EINVAL, "at `%.*s%s': %s",
		(int)(n < SHOWN_MAX ? n : SHOWN_MAX), scan->element, n < SHOWN_MAX ? "" : "...",
		why);
}

static void
skip_blanks(struct scan *scan)
{
	scan->at += strspn(scan->at, " \t");
}

static int
scan_number(struct scan *scan, unsigned int max, unsigned int *out)
{
	unsigned long n;
	char *end;

	skip_blanks(scan);
	if (*scan->at < '0' || *scan->at > '9')
		return fail(scan, "a number is missing; allowed are 0@0,1@1 or 2-3@2 or "
				  "(2-3,6)@(2,4-5)");
	errno = 0;
	n = strtoul(scan->at, &end, 10);
	if (errno != 0 || n >= max)
		return max == CONF_LCORES_MAX ? fail(scan, "lcores are numbered 0..127")
					      : fail(scan, "CPUs are numbered 0..1023");
	scan->at = end;
	skip_blanks(scan);
	*out = (unsigned int)n;
	return 0;
}

/* A number or a range, which EAL takes in either direction. */
static int
scan_range(struct scan *scan, unsigned int max, cpu_set_t *set)
{
	unsigned int first, last;
	int rc = scan_number(scan, max, &first);

	last = first;
	if (rc == 0 && *scan->at == '-') {
		scan->at++;
		rc = scan_number(scan, max, &last);
	}
	if (rc < 0)
		return rc;
	for (unsigned int n = first < last ? first : last; n <= (first < last ? last : first); n++)
		CPU_SET(n, set);
	return 0;
}

/* A number, a range or a group. */
static int
scan_set(struct scan *scan, unsigned int max, cpu_set_t *set, bool *group)
{
	int rc;

	CPU_ZERO(set);
	skip_blanks(scan);
	*group = *scan->at == '(';
	if (!*group)
		return scan_range(scan, max, set);
	do {
		scan->at++;
		rc = scan_range(scan, max, set);
	} while (rc == 0 && *scan->at == ',');
	if (rc < 0)
		return rc;
	if (*scan->at != ')')
		return fail(scan, "a `)' is missing");
	scan->at++;
	skip_blanks(scan);
	return 0;
}

/* Where the row of an lcore is or would be. */
static uint32_t
find_row(const struct plan_map *map, uint32_t lcore)
{
	uint32_t i = 0;

	while (i < map->n && map->rows[i].lcore < lcore)
		i++;
	return i;
}

static int
add_row(const struct scan *scan, struct plan_map *map, uint32_t lcore, const cpu_set_t *cpus)
{
	uint32_t i = find_row(map, lcore);
	char why[64];

	if (i < map->n && map->rows[i].lcore == lcore) {
		snprintf(why, sizeof(why), "lcore %u is there twice", lcore);
		return fail(scan, why);
	}
	memmove(&map->rows[i + 1], &map->rows[i], (map->n - i) * sizeof(map->rows[0]));
	map->rows[i] = (struct plan_row){.lcore = lcore, .cpus = *cpus};
	map->n++;
	return 0;
}

static int
scan_element(struct scan *scan, struct plan_map *map)
{
	cpu_set_t lcores, cpus;
	bool group, ignored;
	bool each; /* an lcore runs on the CPU of its own number */
	int rc = scan_set(scan, CONF_LCORES_MAX, &lcores, &group);

	each = !group;
	cpus = lcores;
	if (rc == 0 && *scan->at == '@') {
		scan->at++;
		each = false;
		rc = scan_set(scan, CPU_SETSIZE, &cpus, &ignored);
	}
	if (rc == 0 && *scan->at != ',' && *scan->at != '\0')
		rc = fail(scan, "after a number or a `)' comes `@', a comma or the end");
	for (uint32_t lcore = 0; lcore < CONF_LCORES_MAX && rc == 0; lcore++) {
		if (!CPU_ISSET(lcore, &lcores))
			continue;
		if (each) {
			CPU_ZERO(&cpus);
			CPU_SET(lcore, &cpus);
		}
		rc = add_row(scan, map, lcore, &cpus);
	}
	return rc;
}

int
plan_map_parse(const char *text, struct plan_map *out, struct base_err *err)
{
	struct scan scan = {.at = text, .element = text, .err = err};
	int rc;

	out->n = 0;
	for (;;) {
		skip_blanks(&scan);
		scan.element = scan.at;
		rc = scan_element(&scan, out);
		if (rc < 0)
			return rc;
		if (*scan.at == '\0')
			return 0;
		scan.at++;
	}
}

char *
plan_cpus_text(const cpu_set_t *cpus)
{
	unsigned int ids[CPU_SETSIZE];
	size_t n = 0;

	for (unsigned int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, cpus))
			ids[n++] = cpu;
	}
	return topo_ids_text(ids, n);
}

static bool
print_row(FILE *out, const struct plan_row *row)
{
	char *cpus = plan_cpus_text(&row->cpus);
	bool several = CPU_COUNT(&row->cpus) > 1;

	if (cpus == NULL)
		return false;
	fprintf(out, "%u@%s%s%s", row->lcore, several ? "(" : "", cpus, several ? ")" : "");
	free(cpus);
	return true;
}

char *
plan_map_text(const struct plan_map *map)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	bool good = out != NULL;

	for (uint32_t i = 0; i < map->n && good; i++) {
		if (i > 0)
			fputc(',', out);
		good = print_row(out, &map->rows[i]);
	}
	if (out != NULL && fclose(out) != 0)
		good = false;
	if (!good) {
		free(text);
		text = NULL;
	}
	return text;
}
