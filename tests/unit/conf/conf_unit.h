/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CONF_UNIT_H
#define CONF_UNIT_H

/** @file What the tests of conf share: a text in, a configuration or everything said about it out.
 */

#include "conf.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SETS_MAX 4

/** A file that was read. */
struct reading {
	struct conf *conf; /**< NULL: it was refused */
	struct conf_report report;
	char said[8192]; /**< every note on a line of its own */
};

static inline void
read_octets(struct reading *reading, const char *text, size_t len, const char *const *sets)
{
	struct conf_input in = {.file = "a.ini", .sets = sets};
	size_t n = 0;
	int rc;

	memset(reading, 0, sizeof(*reading));
	while (sets != NULL && sets[in.n_sets] != NULL)
		in.n_sets++;
	rc = conf_parse(&in, text, len, &reading->conf, &reading->report);
	for (uint32_t i = 0; i < reading->report.n_notes; i++) {
		const struct conf_note *note = &reading->report.notes[i];

		n += (size_t)snprintf(reading->said + n, sizeof(reading->said) - n, "%s%s\n",
			note->exit == BASE_EXIT_OK ? "warning: " : "", note->text);
		assert_true(n < sizeof(reading->said));
	}
	assert_int_equal(rc, reading->report.n_errors > 0 ? -EINVAL : 0);
	assert_true((reading->conf == NULL) == (reading->report.n_errors > 0));
}

static inline void
done(struct reading *reading)
{
	conf_free(reading->conf);
	conf_report_free(&reading->report);
}

/** A good file without warnings; end with done(). */
static inline const struct conf *
good(struct reading *reading, const char *text)
{
	read_octets(reading, text, strlen(text), NULL);
	assert_string_equal(reading->said, "");
	assert_non_null(reading->conf);
	return reading->conf;
}

/** A file, and all that is said of it. */
static inline void
says(const char *text, const char *said)
{
	struct reading reading;

	read_octets(&reading, text, strlen(text), NULL);
	assert_string_equal(reading.said, said);
	done(&reading);
}

/** A file with --set, NULL behind the last, and all that is said of it. */
static inline void
says_with(const char *text, const char *const *sets, const char *said)
{
	struct reading reading;

	read_octets(&reading, text, strlen(text), sets);
	assert_string_equal(reading.said, said);
	done(&reading);
}

#endif
