/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "clients.h"

#include <errno.h>
#include <string.h>

/* The line without blanks, comment and CR, as a string. */
static int
tidy(const char *line, size_t len, char text[CLIENTS_LINE_MAX], struct base_err *err)
{
	const char *comment = memchr(line, '#', len);

	if (comment != NULL)
		len = (size_t)(comment - line);
	comment = memchr(line, ';', len);
	if (comment != NULL)
		len = (size_t)(comment - line);
	while (len > 0 && strchr(" \t\r", line[len - 1]) != NULL && line[len - 1] != '\0')
		len--;
	while (len > 0 && (*line == ' ' || *line == '\t')) {
		line++;
		len--;
	}
	if (len >= CLIENTS_LINE_MAX)
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL, "a line of %zu octets", len);
	if (memchr(line, '\0', len) != NULL)
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL, "a NUL in the line");
	memcpy(text, line, len);
	text[len] = '\0';
	return len > 0;
}

/* A whole IPv4 address is what most lines are, and read here; anything else is left to
 * conf_prefix_from_text(). */
static bool
take_host4(const char *text, struct clients_prefix *out)
{
	uint8_t octets[4];

	for (int i = 0; i < 4; i++) {
		unsigned n = 0, digits = 0;

		for (; *text >= '0' && *text <= '9' && digits < 3; text++, digits++)
			n = n * 10 + (unsigned)(*text - '0');
		if (digits == 0 || n > 255 || (digits > 1 && text[-(int)digits] == '0') ||
			*text != (i < 3 ? '.' : '\0'))
			return false;
		octets[i] = (uint8_t)n;
		text++;
	}
	out->prefix = (struct base_prefix){.addr.family = 4, .bits = 32};
	memcpy(out->prefix.addr.bytes, octets, sizeof(octets));
	out->vlan = 0;
	return true;
}

int
clients_line(const char *line, size_t len, struct clients_prefix *out, struct base_err *err)
{
	char text[CLIENTS_LINE_MAX];
	struct conf_prefix prefix;
	int ret = tidy(line, len, text, err);

	if (ret <= 0 || take_host4(text, out))
		return ret;
	ret = conf_prefix_from_text(text, &prefix, err);
	if (ret < 0)
		return ret;
	out->prefix = prefix.prefix;
	out->vlan = prefix.vlan;
	return 1;
}
