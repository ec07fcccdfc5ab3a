/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "clients.h"

#include <zlib.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WINDOW (256u << 10) /* octets of a file that are read at once */

/* One reading of all sections. */
struct reading {
	const struct conf *conf;
	const struct clients_say *say;
	struct base_err *err; /* the first error */
	struct clients *clients;
	uint32_t nb_errors; /* of all sections */
	uint32_t told;	    /* of the section in hand */
	uint16_t section;   /* in hand */
	uint32_t line;	    /* of its file */
};

static void
tell(struct reading *r, const struct base_err *err)
{
	if (r->nb_errors++ == 0 && r->err != NULL)
		*r->err = *err;
	if (r->say != NULL && r->told++ < CLIENTS_TOLD_MAX)
		r->say->say(r->say->arg, err->text);
}

static int
add(struct reading *r, const struct clients_prefix *prefix)
{
	struct clients *clients = r->clients;

	if (clients->nb == clients->cap) {
		uint32_t cap = clients->cap == 0 ? 1024 : clients->cap * 2;
		struct clients_prefix *grown =
			cap <= clients->cap ? NULL
					    : reallocarray(clients->prefixes, cap, sizeof(*grown));

		if (grown == NULL)
			return -ENOMEM;
		clients->prefixes = grown;
		clients->cap = cap;
	}
	clients->prefixes[clients->nb] = *prefix;
	clients->prefixes[clients->nb].section = r->section;
	clients->prefixes[clients->nb++].line = r->line;
	return 0;
}

static const struct conf_clients *
section_of(const struct reading *r)
{
	return &r->conf->clients[r->section];
}

static int
take_line(struct reading *r, const char *line, size_t len)
{
	struct clients_prefix prefix = {.vlan = 0};
	struct base_err err;
	int ret;

	r->line++;
	ret = clients_line(line, len, &prefix, &err);
	if (ret > 0)
		return add(r, &prefix);
	if (ret < 0) {
		base_prefix(&err, "%s:%u: ", section_of(r)->prefix_file.text, r->line);
		tell(r, &err);
	}
	return 0;
}

/* Takes whole lines; *len octets are left at the buffer's start. `last`: nothing follows. */
static int
take_lines(struct reading *r, char *buffer, size_t *len, bool last)
{
	char *at = buffer, *end = buffer + *len, *newline;
	int ret = 0;

	if (r->line == 0 && *len >= 3 && memcmp(buffer, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	while (at < end && ret == 0) {
		newline = memchr(at, '\n', (size_t)(end - at));
		if (newline == NULL && !last && end - at < (ptrdiff_t)WINDOW / 2)
			break;
		ret = take_line(r, at, (size_t)((newline == NULL ? end : newline) - at));
		at = newline == NULL ? end : newline + 1;
	}
	*len = (size_t)(end - at);
	memmove(buffer, at, *len);
	return ret;
}

static int
fail_file(struct reading *r, const char *why)
{
	struct base_err err;

	conf_blame(&err, &section_of(r)->sect, "prefix_file", "%s", why);
	tell(r, &err);
	return 0;
}

/* What zlib says of a file that ends where it does. */
static int
end_file(struct reading *r, gzFile file, int n)
{
	int code;

	gzerror(file, &code);
	if (n == 0 && (code == Z_OK || code == Z_STREAM_END))
		return 0;
	if (code == Z_MEM_ERROR)
		return -ENOMEM;
	if (code == Z_ERRNO)
		return fail_file(r, strerrordesc_np(errno));
	return fail_file(r, code == Z_BUF_ERROR ? "gzip data are cut off" : "gzip data are broken");
}

static int
take_file(struct reading *r, gzFile file)
{
	char *buffer = malloc(WINDOW);
	size_t len = 0;
	int n = 1, ret = buffer == NULL ? -ENOMEM : 0;

	while (ret == 0 && n > 0) {
		n = gzread(file, buffer + len, (unsigned)(WINDOW - len));
		len += n > 0 ? (size_t)n : 0;
		ret = take_lines(r, buffer, &len, n <= 0);
	}
	free(buffer);
	return ret < 0 ? ret : end_file(r, file, n);
}

/* A regular file and no other: a pipe could keep a reload waiting for ever. */
static int
read_file(struct reading *r)
{
	const char *path = section_of(r)->prefix_file.file;
	struct stat st;
	gzFile file;
	int fd, ret;

	if (path[0] == '\0')
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return fail_file(r, strerrordesc_np(errno));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return fail_file(r, "not a regular file");
	}
	file = gzdopen(fd, "rb");
	if (file == NULL) {
		close(fd);
		return -ENOMEM;
	}
	ret = take_file(r, file);
	gzclose(file);
	return ret;
}

static int
read_section(struct reading *r, uint16_t section)
{
	const struct conf_prefixes *prefixes = &r->conf->clients[section].prefixes;
	int ret = 0;

	r->section = section;
	r->told = 0;
	r->line = 0;
	for (uint32_t i = 0; i < prefixes->n && ret == 0; i++)
		ret = add(r, &(struct clients_prefix){.prefix = prefixes->prefix[i].prefix,
				     .vlan = prefixes->prefix[i].vlan});
	return ret < 0 ? ret : read_file(r);
}

/* By prefix, and of equal ones in the order in which they were read. */
static int
order_of_prefixes(const void *left, const void *right)
{
	const struct clients_prefix *a = left, *b = right;
	int order = memcmp(&a->prefix, &b->prefix, sizeof(a->prefix));

	if (order != 0 || a->vlan != b->vlan)
		return order != 0 ? order : a->vlan < b->vlan ? -1 : 1;
	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

static const char *
where_of(const struct reading *r, const struct clients_prefix *prefix, char where[CONF_WHERE_MAX])
{
	const struct conf_clients *section = &r->conf->clients[prefix->section];

	if (prefix->line == 0)
		return conf_where(&section->sect, "prefixes", where);
	snprintf(where, CONF_WHERE_MAX, "%s:%u", section->prefix_file.text, prefix->line);
	return where;
}

static void
tell_twice(
	struct reading *r, const struct clients_prefix *first, const struct clients_prefix *again)
{
	char text[BASE_ADDR_TEXT_MAX], here[CONF_WHERE_MAX], there[CONF_WHERE_MAX], vlan[16] = "";
	struct base_err err;

	if (again->vlan != 0)
		snprintf(vlan, sizeof(vlan), "@%u", again->vlan);
	base_fail(&err, BASE_EXIT_CONFIG, EINVAL,
		"%s: [%s] %s/%u%s is [%s]'s already (%s): a client has one group",
		where_of(r, again, here), r->conf->clients[again->section].sect.title,
		base_addr_format(&again->prefix.addr, text), again->prefix.bits, vlan,
		r->conf->clients[first->section].sect.title, where_of(r, first, there));
	tell(r, &err);
}

/* Most files are in order already, which a look at neighbours tells. */
static void
sort(struct clients *clients)
{
	for (uint32_t i = 1; i < clients->nb; i++) {
		if (order_of_prefixes(&clients->prefixes[i - 1], &clients->prefixes[i]) > 0) {
			qsort(clients->prefixes, clients->nb, sizeof(clients->prefixes[0]),
				order_of_prefixes);
			return;
		}
	}
}

static void
find_twice(struct reading *r)
{
	const struct clients_prefix *prefixes = r->clients->prefixes;

	sort(r->clients);
	r->told = 0;
	for (uint32_t i = 1; i < r->clients->nb; i++) {
		if (memcmp(&prefixes[i - 1].prefix, &prefixes[i].prefix,
			    sizeof(prefixes[i].prefix)) == 0 &&
			prefixes[i - 1].vlan == prefixes[i].vlan)
			tell_twice(r, &prefixes[i - 1], &prefixes[i]);
	}
}

/* Says how many errors were not told, and what comes back. */
static int
judge(struct reading *r)
{
	if (r->nb_errors == 0)
		return 0;
	if (r->nb_errors > 1 && r->err != NULL) {
		struct base_err first = *r->err;

		base_fail(r->err, first.exit, EINVAL, "%s (and %u more: `weir check' tells them)",
			first.text, r->nb_errors - 1);
	}
	return -EINVAL;
}

int
clients_read(const struct conf *conf, const struct clients_say *say, struct clients **out,
	struct base_err *err)
{
	struct reading r = {.conf = conf, .say = say, .err = err};
	int ret = 0;

	*out = NULL;
	r.clients = calloc(1, sizeof(*r.clients));
	if (r.clients == NULL)
		ret = -ENOMEM;
	for (uint32_t i = 0; i < conf->n_clients && ret == 0; i++)
		ret = read_section(&r, (uint16_t)i);
	if (ret == 0) {
		find_twice(&r);
		ret = judge(&r);
	} else {
		base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM,
			"no memory for the prefixes of [clients]");
	}
	if (ret < 0) {
		clients_free(r.clients);
		return ret;
	}
	*out = r.clients;
	return 0;
}

void
clients_free(struct clients *clients)
{
	if (clients == NULL)
		return;
	free(clients->prefixes);
	free(clients);
}
