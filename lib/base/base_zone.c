/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * TZif files (RFC 9636): changes up to some year, and a rule for the years behind them.
 */
#include "base_zone_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER	    "/usr/share/zoneinfo"
#define FILE_MAX    (1u << 16) /* octets: the longest of the database has a tenth of that */
#define HEADER_LEN  44
#define CHANGES_MAX 4096 /* in a file */
#define OFFSET_MAX  (26 * 3600)
#define YEAR_FIRST  1900 /* that a rule is followed from, in a file without changes */

/* The counts of a header, in its order. */
struct counts {
	uint32_t isut, isstd, leap, time, type, chars;
};

static int
refuse(struct base_err *err, const char *what)
{
	return base_fail(err, BASE_EXIT_CONFIG, EINVAL, "%s", what);
}

static int
no_memory(struct base_err *err)
{
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for a time zone");
}

void
base_zone_add(struct base_zone *zone, int64_t at_s, int64_t offset_s)
{
	/* Of two at one time the later one holds. */
	if (zone->changes[zone->nb - 1].at_s == at_s)
		zone->nb--;
	if (zone->changes[zone->nb - 1].offset_s == offset_s)
		return;
	zone->changes[zone->nb++] = (struct base_zone_change){.at_s = at_s, .offset_s = offset_s};
}

static bool
read_header(struct base_cur *cur, struct counts *out)
{
	const uint8_t *magic = base_cur_take(cur, 4);
	uint8_t version = base_cur_u8(cur);

	base_cur_skip(cur, 15);
	out->isut = base_cur_u32(cur);
	out->isstd = base_cur_u32(cur);
	out->leap = base_cur_u32(cur);
	out->time = base_cur_u32(cur);
	out->type = base_cur_u32(cur);
	out->chars = base_cur_u32(cur);
	return !cur->bad && memcmp(magic, "TZif", 4) == 0 && version >= '2' &&
	       out->time <= CHANGES_MAX && out->type >= 1 && out->type <= 256 &&
	       out->chars <= 4096 && out->leap <= 4096 && out->isut <= 256 && out->isstd <= 256;
}

static int64_t
read_i64(struct base_cur *cur)
{
	uint64_t high = base_cur_u32(cur);

	return (int64_t)(high << 32 | base_cur_u32(cur));
}

/* The offset of a local time type; false: there is no such type, or no clock is so far off. */
static bool
offset_of(const uint8_t *types, uint32_t nb, uint32_t type, int64_t *out)
{
	struct base_cur cur = base_cur_init(types, 6 * nb);

	base_cur_skip(&cur, 6 * type);
	*out = (int32_t)base_cur_u32(&cur);
	return !cur.bad && *out >= -OFFSET_MAX && *out <= OFFSET_MAX;
}

/* The second block: times of 64 bits, their types, the types. */
static bool
read_changes(struct base_cur *cur, const struct counts *n, struct base_zone *zone)
{
	struct base_cur times = base_cur_init(base_cur_take(cur, 8 * n->time), 8 * n->time);
	const uint8_t *index = base_cur_take(cur, n->time);
	const uint8_t *types = base_cur_take(cur, 6 * n->type);
	int64_t offset, at, before = INT64_MIN;

	base_cur_skip(cur, n->chars + 12 * n->leap + n->isstd + n->isut);
	if (cur->bad || !offset_of(types, n->type, 0, &offset))
		return false;
	zone->changes[0] = (struct base_zone_change){.at_s = INT64_MIN, .offset_s = offset};
	zone->nb = 1;
	for (uint32_t i = 0; i < n->time; i++) {
		at = read_i64(&times);
		if (at <= before || !offset_of(types, n->type, index[i], &offset))
			return false;
		before = at;
		base_zone_add(zone, at, offset);
	}
	return true;
}

/* The rule stands between two line feeds. It speaks of what follows the last change. */
static bool
read_footer(struct base_cur *cur, const struct counts *n, struct base_zone *zone)
{
	char text[128];
	uint32_t len = base_cur_left(cur);
	const uint8_t *at = base_cur_take(cur, len);
	int64_t last = zone->changes[zone->nb - 1].at_s;

	if (at == NULL || len < 2 || len - 1 > sizeof(text) || at[0] != '\n' ||
		memchr(at + 1, '\n', len - 1) != at + len - 1)
		return false;
	memcpy(text, at + 1, len - 2);
	text[len - 2] = '\0';
	if (strlen(text) != len - 2)
		return false;
	return text[0] == '\0' ||
	       base_zone_follow(zone, text, n->time == 0 ? INT64_MIN : last, YEAR_FIRST);
}

int
base_zone_read(const uint8_t *octets, uint32_t len, struct base_zone **out, struct base_err *err)
{
	struct base_cur cur = base_cur_init(octets, len);
	struct base_zone *zone;
	struct counts n;

	*out = NULL;
	if (!read_header(&cur, &n))
		return refuse(err, "no time zone: its file is no TZif file of version 2 or later");
	base_cur_skip(&cur, 5 * n.time + 6 * n.type + n.chars + 8 * n.leap + n.isstd + n.isut);
	if (!read_header(&cur, &n))
		return refuse(err, "no time zone: its file is cut off");
	if (n.leap > 0)
		return refuse(err, "a time zone that counts leap seconds, which UNIX time does "
				   "not: leave `right/' out");
	zone = malloc(
		sizeof(*zone) + (1u + n.time + BASE_ZONE_RULE_MAX) * sizeof(zone->changes[0]));
	if (zone == NULL)
		return no_memory(err);
	if (!read_changes(&cur, &n, zone) || !read_footer(&cur, &n, zone)) {
		free(zone);
		return refuse(err, "no time zone: its file is broken");
	}
	*out = zone;
	return 0;
}

/* Letters, digits, `_', `+' and `-', parted by slashes: no dot, so no other folder. */
static bool
is_name(const char *name)
{
	static const char *const octets = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					  "0123456789_+-/";
	size_t len = strlen(name);

	return len > 0 && len <= BASE_ZONE_NAME_MAX && strspn(name, octets) == len &&
	       name[0] != '/' && name[len - 1] != '/';
}

/* Reads a regular file whole. Octets, or a negative errno. */
static int64_t
read_file(const char *path, uint8_t *octets)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int64_t len = 0;
	struct stat st;
	ssize_t n = 1;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		n = -1;
	while (n > 0 && len < FILE_MAX) {
		n = read(fd, octets + len, FILE_MAX - (size_t)len);
		len += n > 0 ? n : 0;
	}
	close(fd);
	return n < 0 ? -EIO : len;
}

static int
load(const char *name, struct base_zone **out, struct base_err *err)
{
	const char *folder = getenv("TZDIR");
	uint8_t *octets = malloc(FILE_MAX);
	char path[512];
	int64_t len;
	int rc;

	if (octets == NULL)
		return no_memory(err);
	folder = folder == NULL ? FOLDER : folder;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	len = read_file(path, octets);
	if (len >= 0)
		rc = base_zone_read(octets, (uint32_t)len, out, err);
	else if (access(folder, F_OK) < 0)
		rc = base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"there are no time zones in %s: Debian's package tzdata brings them; "
			"without, allowed is UTC",
			folder);
	else
		rc = base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"no time zone of that name in %s: allowed are IANA's, as Europe/Berlin, "
			"and UTC",
			folder);
	free(octets);
	return rc;
}

int
base_zone_load(const char *name, struct base_zone **out, struct base_err *err)
{
	*out = NULL;
	if (!is_name(name))
		return refuse(err, "no time zone's name: allowed are IANA's, as Europe/Berlin, and "
				   "UTC");
	if (strcmp(name, "UTC") != 0)
		return load(name, out, err);
	*out = malloc(sizeof(**out) + sizeof((*out)->changes[0]));
	if (*out == NULL)
		return no_memory(err);
	(*out)->nb = 1;
	(*out)->changes[0] = (struct base_zone_change){.at_s = INT64_MIN};
	return 0;
}

void
base_zone_free(struct base_zone *zone)
{
	free(zone);
}
