/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "table_run.h"

#include "base_clock.h"
#include "run_out.h"
#include "table.h"

#include <rte_mempool.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define N_TOTALS 10
#define LOG_ROWS 6 /* below the table */

struct table_run {
	const struct boot *boot;
	bool is_terminal; /* stdout */
	bool shows_log;	  /* with it: stderr leads to a terminal, too */
	bool xstats;
	uint64_t begin_ns;
	struct table_look looks[2]; /* the last one, and the one before */
	uint32_t last;
};

static void
count_ring(void *arg, const struct engine_ring *ring)
{
	uint32_t *n = arg;

	(void)ring;
	++*n;
}

static int
make_look(const struct boot *b, struct table_look *look)
{
	engine_walk_rings(b->engine, count_ring, &look->n_rings);
	look->n_rows = N_TOTALS + stats_layout_find(&b->counters.layout, "reason")->n;
	look->n_lcores = engine_n_lcores(b->engine);
	look->n_ports = b->n_ports;
	look->rows = calloc(look->n_rows, sizeof(*look->rows));
	look->lcores = calloc(look->n_lcores + 1, sizeof(*look->lcores));
	look->rings = calloc(look->n_rings + 1, sizeof(*look->rings));
	look->ports = calloc(look->n_ports + 1, sizeof(*look->ports));
	if (look->rows == NULL || look->lcores == NULL || look->rings == NULL ||
		look->ports == NULL)
		return -ENOMEM;
	return 0;
}

static void
look_at_packets(const struct boot *b, struct table_row *rows)
{
	const struct stats_set *reasons = stats_layout_find(&b->counters.layout, "reason");
	const struct stats_block *const *blocks;
	struct engine_totals t;
	uint32_t n;

	engine_read_totals(b->engine, &t);
	memcpy(rows,
		(const struct table_row[N_TOTALS]){{"received", t.received, true},
			{"passed", t.passed, true}, {"answered", t.replied, true},
			{"dropped", t.dropped, false}, {"bypassed unclassified", t.bypassed, false},
			{"refused by rings, unclassified", t.ring_in, false},
			{"refused by rings, classified", t.ring_out, false}, {"sent", t.sent, true},
			{"refused by devices", t.refused, false},
			{"not sent: [weir] mode = tap", t.watched, false}},
		N_TOTALS * sizeof(*rows));
	blocks = engine_blocks(b->engine, &n);
	for (uint32_t i = 0; i < reasons->n; i++)
		rows[N_TOTALS + i] = (struct table_row){
			reasons->names[i], stats_sum(blocks, n, reasons->first + i), false};
}

static void
look_at_lcores(const struct boot *b, struct table_lcore *lcores)
{
	uint32_t base = stats_layout_find(&b->counters.layout, "stage")->first, n;
	const struct stats_block *const *blocks = engine_blocks(b->engine, &n);

	for (uint32_t i = 0; i < n; i++) {
		engine_read_lcore(b->engine, i, &lcores[i].did);
		classify_stage_times(blocks[i], base, &lcores[i].times);
	}
}

static void
take_ring(void *arg, const struct engine_ring *ring)
{
	struct engine_ring **next = arg;

	*(*next)++ = *ring;
}

#define MORE_XSTATS 64

/* One that there is no memory for is not shown. */
static void
take_xstat(void *arg, const char *name, uint64_t value)
{
	struct table_port *port = arg;

	if (port->n_xstats == port->max_xstats) {
		struct table_xstat *more =
			reallocarray(port->xstats, port->max_xstats + MORE_XSTATS, sizeof(*more));

		if (more == NULL)
			return;
		port->xstats = more;
		port->max_xstats += MORE_XSTATS;
	}
	port->xstats[port->n_xstats].value = value;
	snprintf(port->xstats[port->n_xstats++].name, TABLE_XSTAT_MAX, "%s", name);
}

static void
look_at_xstats(const struct boot *b, struct table_port *ports)
{
	for (uint32_t i = 0; i < b->n_ports; i++) {
		ports[i].n_xstats = 0;
		port_walk_xstats(&b->ports[i], take_xstat, &ports[i]);
	}
}

static void
look_at_ports(const struct boot *b, struct table_port *ports)
{
	for (uint32_t i = 0; i < b->n_ports; i++) {
		ports[i].name = b->ports[i].name;
		port_read_counters(&b->ports[i], &ports[i].counters);
		ports[i].refused = engine_read_port(b->engine, b->ports[i].id, ENGINE_PORT_REFUSED);
		ports[i].unfit = engine_read_port(b->engine, b->ports[i].id, ENGINE_PORT_UNFIT);
		ports[i].down = engine_read_port(b->engine, b->ports[i].id, ENGINE_PORT_DOWN);
		ports[i].mbufs = b->ports[i].pool->size;
		ports[i].free = rte_mempool_avail_count(b->ports[i].pool);
	}
}

static void
look_at(const struct table_run *table, struct table_look *look)
{
	const struct boot *b = table->boot;
	struct engine_ring *ring = look->rings;

	look->at_ns = base_clock_ns();
	look_at_packets(b, look->rows);
	look_at_lcores(b, look->lcores);
	engine_walk_rings(b->engine, take_ring, &ring);
	look_at_ports(b, look->ports);
	if (table->xstats)
		look_at_xstats(b, look->ports);
}

int
table_run_new(const struct boot *b, bool xstats, struct table_run **out, struct base_err *err)
{
	struct table_run *table = calloc(1, sizeof(*table));

	*out = NULL;
	if (table == NULL || make_look(b, &table->looks[0]) < 0 ||
		make_look(b, &table->looks[1]) < 0) {
		table_run_free(table);
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for --stats");
	}
	table->boot = b;
	table->xstats = xstats;
	table->is_terminal = isatty(STDOUT_FILENO) == 1;
	table->shows_log = isatty(STDERR_FILENO) == 1;
	look_at(table, &table->looks[0]);
	table->begin_ns = table->looks[0].at_ns;
	*out = table;
	return 0;
}

/* Of the terminal; a serial console says that it has none. */
static struct winsize
window(void)
{
	struct winsize size = {0};

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0 || size.ws_col == 0)
		size = (struct winsize){.ws_row = 24, .ws_col = TABLE_COLUMNS};
	return size;
}

/* Lines of the log, as many as rows are meant for them: the last ones. */
struct log {
	struct run_out_line lines[RUN_OUT_RECENT];
	uint32_t first, n;
	int rows; /* that they take */
};

static int
rows_of(const struct run_out_line *line, int columns)
{
	return (int)(strlen(line->text) + (size_t)columns - 1) / columns;
}

/* The log, where it goes to the terminal that the table is written over. */
static void
take_log(const struct table_run *table, int columns, struct log *log)
{
	log->rows = 0;
	log->first = log->n = table->shows_log ? run_out_recent(log->lines) : 0;
	while (log->first > 0 &&
		log->rows + rows_of(&log->lines[log->first - 1], columns) <= LOG_ROWS)
		log->rows += rows_of(&log->lines[--log->first], columns);
}

/* In columns, each row anew. */
static void
print_rows(const char *text, size_t n, int columns)
{
	do {
		size_t some = n < (size_t)columns ? n : (size_t)columns;

		printf("%.*s\033[K\n", (int)some, text);
		text += some;
		n -= some;
	} while (n > 0);
}

/* Over what was there: as many lines as the terminal has, and columns; the last line stays free for
 * what is told until the next table. */
static void
print_over(const struct table_run *table, const char *text)
{
	struct winsize size = window();
	int lines = 0, room;
	struct log log;

	take_log(table, size.ws_col, &log);
	room = size.ws_row - 1 - log.rows;
	fputs("\033[H", stdout);
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		if (++lines >= room && text[n + 1] != '\0') {
			fputs("(more: the terminal has no room)\033[K\n", stdout);
			break;
		}
		print_rows(text, n < size.ws_col ? n : size.ws_col, size.ws_col);
		text += n + 1;
	}
	for (uint32_t i = log.first; i < log.n; i++)
		print_rows(log.lines[i].text, strlen(log.lines[i].text), size.ws_col);
	fputs("\033[J", stdout);
}

void
table_run_print(void *arg)
{
	struct table_run *table = arg;
	const struct table_look *before = &table->looks[table->last];
	struct table_look *now = &table->looks[table->last ^= 1];
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	look_at(table, now);
	if (out == NULL)
		return;
	table_write(table->begin_ns, before, now, out);
	if (fclose(out) == 0) {
		if (table->is_terminal)
			print_over(table, text);
		else
			printf("%s\n", text);
	}
	free(text);
	fflush(stdout);
}

void
table_run_free(struct table_run *table)
{
	for (uint32_t i = 0; table != NULL && i < 2; i++) {
		free(table->looks[i].rows);
		free(table->looks[i].lcores);
		free(table->looks[i].rings);
		for (uint32_t k = 0; table->looks[i].ports != NULL && k < table->looks[i].n_ports;
			k++)
			free(table->looks[i].ports[k].xstats);
		free(table->looks[i].ports);
	}
	free(table);
}
