/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_priv.h"

#include <zlib.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** What a bare name means, and who reads the lines. */
static void
set_format(struct lists_build *build, enum lists_format format)
{
	static void (*const line[LISTS_NB_FORMATS])(struct lists_build *, struct lists_span) = {
		[LISTS_FORMAT_HOSTS] = lists_hosts_line,
		[LISTS_FORMAT_DOMAINS] = lists_plain_line,
		[LISTS_FORMAT_WILDCARD] = lists_plain_line,
		[LISTS_FORMAT_ADBLOCK] = lists_adblock_line,
		[LISTS_FORMAT_REGEX] = lists_regex_line,
		[LISTS_FORMAT_RPZ] = lists_zone_line,
		[LISTS_FORMAT_PREFIXES] = lists_prefixes_line,
	};

	build->rules->report.format = format;
	build->line = line[format];
	build->bare = format == LISTS_FORMAT_DOMAINS ? LISTS_SUBTREE : LISTS_EXACT;
	if (build->spec->match != LISTS_MATCH_AUTO)
		build->bare = build->spec->match == LISTS_MATCH_EXACT ? LISTS_EXACT : LISTS_SUBTREE;
	if (format == LISTS_FORMAT_RPZ)
		build->error = lists_zone_open(build);
}

/** The first octets of a file: a byte order mark is dropped, the format is decided. */
static void
begin(struct lists_build *build, struct lists_span *data, bool last)
{
	enum lists_format format = build->spec->format;
	struct lists_span window;

	lists_span_take(data, "\xef\xbb\xbf");
	window = *data;
	if (lists_span_len(window) > LISTS_WINDOW)
		window.end = window.at + LISTS_WINDOW;
	if (format == LISTS_FORMAT_AUTO)
		format = lists_auto(
			window, last && window.end == data->end, build->rules->report.how);
	set_format(build, format);
}

static void
one_line(struct lists_build *build, struct lists_span line)
{
	struct lists_report *report = &build->rules->report;

	if (report->lines == UINT32_MAX) {
		build->error = -EFBIG;
		return;
	}
	report->lines++;
	build->bad = false;
	if (lists_span_len(line) <= LISTS_LINE_MAX) {
		build->line(build, line);
	} else {
		report->rule_lines++;
		lists_note_skip(build, LISTS_SKIP_long_line, line);
	}
	report->bad_lines += build->bad;
}

/** The LF of the line that a span begins with, or NULL. */
static const uint8_t *
line_end(struct lists_span data)
{
	return memchr(data.at, '\n', lists_span_len(data));
}

/** The start of the next line of a file, past the rest of one that is too long. */
static struct lists_span
pass_rest(struct lists_build *build, struct lists_span data)
{
	const uint8_t *end = line_end(data);

	build->inside = end == NULL;
	data.at = end == NULL ? data.end : end + 1;
	return data;
}

/**
 * Reads whole lines.
 *
 * @param last nothing follows: the last line needs no LF
 * @return behind the octets that were used; what is left is to be given again, with more behind it
 */
static const uint8_t *
feed(struct lists_build *build, struct lists_span data, bool last)
{
	const uint8_t *end;

	if (build->line == NULL)
		begin(build, &data, last);
	if (build->inside)
		data = pass_rest(build, data);
	while (data.at < data.end && build->error == 0) {
		end = line_end(data);
		if (end == NULL && !last) {
			if (lists_span_len(data) <= LISTS_LINE_MAX)
				break;
			build->inside = true; /* too long already: noted now, dropped as it comes */
		}
		end = end == NULL ? data.end : end;
		one_line(build, (struct lists_span){.at = data.at, .end = end});
		data.at = end < data.end ? end + 1 : end;
	}
	return data.at;
}

/** A sentence for what ended the reading. */
static int
tell_error(const struct lists_build *build, struct base_err *err)
{
	const struct lists_spec *spec = build->spec;

	switch (build->error) {
	case -ENOTSUP:
		return base_fail(err, BASE_EXIT_CONFIG, ENOTSUP,
			"%s: built without libldns (-Drpz): no zone of format rpz can be read",
			spec->path);
	case -EFBIG:
		return base_fail(err, BASE_EXIT_CONFIG, EFBIG,
			"%s: more than 4 GiB of names or lines", spec->path);
	default:
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM,
			"%s: no memory for its rules (%u so far)", spec->path,
			build->rules->nb_rules);
	}
}

/** What every way of reading ends with: the rules, or why there are none. */
static int
finish(struct lists_build *build, struct lists_rules **out, struct base_err *err)
{
	int ret = 0;

	if (build->end != NULL && build->error == 0)
		build->end(build);
	if (build->error == 0)
		ret = lists_note_verdict(&build->rules->report, build->spec, err);
	if (build->error == 0 && ret == 0)
		lists_build_finish(build);
	if (build->error != 0)
		ret = tell_error(build, err);
	if (ret == 0) {
		*out = build->rules;
		build->rules = NULL;
	}
	lists_build_close(build);
	return ret;
}

static int
begin_build(struct lists_build *build, const struct lists_spec *spec, struct base_err *err)
{
	int ret = lists_build_open(build, spec);

	if (ret < 0)
		base_fail(
			err, BASE_EXIT_UNAVAILABLE, ENOMEM, "%s: no memory to read it", spec->path);
	return ret;
}

int
lists_read_bytes(const struct lists_spec *spec, const uint8_t *data, size_t len,
	struct lists_rules **out, struct base_err *err)
{
	struct lists_build build;
	struct lists_span text;
	int ret;

	*out = NULL;
	ret = begin_build(&build, spec, err);
	if (ret < 0)
		return ret;
	build.rules->report.text_bytes = len;
	text.at = len == 0 ? (const uint8_t *)"" : data;
	text.end = text.at + len;
	feed(&build, text, true);
	return finish(&build, out, err);
}

/** A regular file and no other: a pipe could keep a reload waiting for ever. */
static int
open_file(const char *path, gzFile *out, struct base_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	int error;

	if (fd < 0 || fstat(fd, &st) < 0) {
		error = errno;
	} else if (S_ISREG(st.st_mode)) {
		*out = gzdopen(fd, "rb");
		if (*out != NULL)
			return 0;
		close(fd);
		return base_fail(
			err, BASE_EXIT_UNAVAILABLE, ENOMEM, "%s: no memory to read it", path);
	} else {
		error = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	}
	if (fd >= 0)
		close(fd);
	if (error == EINVAL)
		return base_fail(err, BASE_EXIT_CONFIG, error, "%s: not a regular file", path);
	return base_fail(err, BASE_EXIT_CONFIG, error, "%s: %s", path, strerrordesc_np(error));
}

/** What zlib has to say after the last octet, or after a failure. */
static int
gzip_verdict(gzFile file, const char *path, int error, struct base_err *err)
{
	int code;

	gzerror(file, &code);
	switch (code) {
	case Z_OK:
	case Z_STREAM_END:
		return 0;
	case Z_ERRNO:
		return base_fail(
			err, BASE_EXIT_CONFIG, error, "%s: %s", path, strerrordesc_np(error));
	case Z_MEM_ERROR:
		return base_fail(
			err, BASE_EXIT_UNAVAILABLE, ENOMEM, "%s: no memory to read it", path);
	case Z_BUF_ERROR:
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL, "%s: gzip data are cut off", path);
	default:
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL, "%s: gzip data are broken", path);
	}
}

/** Reads until the buffer is full or nothing comes; *len octets are in it already. */
static int
fill(gzFile file, const char *path, uint8_t *buffer, size_t *len, struct base_err *err)
{
	int n;

	do {
		errno = 0;
		n = gzread(file, buffer + *len, (unsigned)(LISTS_WINDOW - *len));
		*len += n > 0 ? (size_t)n : 0;
	} while (n > 0 && *len < LISTS_WINDOW);
	if (n > 0)
		return 0;
	return gzip_verdict(file, path, errno != 0 ? errno : EIO, err);
}

static int
read_lines(struct lists_build *build, gzFile file, uint8_t *buffer, struct base_err *err)
{
	struct lists_span data = {.at = buffer, .end = buffer};
	size_t kept = 0, len = 0;
	bool last;
	int ret;

	do {
		ret = base_cancel_check(build->spec->cancel, err);
		if (ret == 0)
			ret = fill(file, build->spec->path, buffer, &len, err);
		if (ret < 0)
			return ret;
		build->rules->report.text_bytes += len - kept;
		last = len < LISTS_WINDOW;
		data.end = buffer + len;
		data.at = feed(build, (struct lists_span){.at = buffer, .end = data.end}, last);
		kept = len = lists_span_len(data);
		memmove(buffer, data.at, len);
	} while (!last && build->error == 0);
	return 0;
}

int
lists_read(const struct lists_spec *spec, struct lists_rules **out, struct base_err *err)
{
	struct lists_build build;
	uint8_t *buffer;
	gzFile file;
	int ret;

	if (spec->text != NULL)
		return lists_read_bytes(
			spec, (const uint8_t *)spec->text, strlen(spec->text), out, err);
	*out = NULL;
	ret = open_file(spec->path, &file, err);
	if (ret < 0)
		return ret;
	ret = begin_build(&build, spec, err);
	if (ret < 0)
		goto close_file;
	buffer = malloc(LISTS_WINDOW);
	if (buffer == NULL) {
		ret = -ENOMEM;
		build.error = ret;
	} else {
		ret = read_lines(&build, file, buffer, err);
	}
	free(buffer);
	if (ret == 0 || build.error != 0)
		ret = finish(&build, out, err);
	else
		lists_build_close(&build);
close_file:
	gzclose(file);
	return ret;
}
