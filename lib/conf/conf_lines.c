/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_priv.h"

#include <ini.h>

#include <string.h>

/* libinih splits the lines. What it would do silently is refused before it sees the line: it cuts
 * long lines and sections' names, takes an indented line for a second value of the key above, `key:
 * x` for `key = x`, and drops what follows a section's bracket. A refused line reaches it as a
 * comment, so that the rest of the file is read and every error is found. */

#define REFUSED ";"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *
skip_blanks(const char *at)
{
	while (is_blank(*at))
		at++;
	return at;
}

static void refuse(struct conf_build *build, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void
refuse(struct conf_build *build, const char *fmt, ...)
{
	char sentence[BASE_ERR_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	conf_note_at(build->report, BASE_EXIT_CONFIG, build->line, "%s:%d: %s", build->file,
		(int)build->line, sentence);
}

/* What no line may hold. The octets need not end in a NUL. */
static bool
has_bad_octets(struct conf_build *build, const char *line, size_t len, size_t most)
{
	if (len > most) {
		refuse(build, "a line of %zu octets: allowed are %zu", len, most);
		return true;
	}
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];

		if ((c < ' ' && c != '\t') || c == 0x7f) {
			refuse(build,
				"a control character (octet 0x%02x at %zu): allowed is text in "
				"UTF-8",
				c, i + 1);
			return true;
		}
	}
	return false;
}

/* What follows a section's bracket or a closing quote: nothing, or a comment. */
static bool
is_end(const char *at)
{
	const char *next = skip_blanks(at);

	return *next == '\0' || (*next == ';' && next > at);
}

/* Opens the section of a line that starts with `['; false when libinih must not see it. */
static bool
read_section(struct conf_build *build, const char *line)
{
	const char *end = strchr(line, ']');
	const char *title;

	build->sect = NULL;
	build->skip = true;
	if (end == NULL) {
		refuse(build, "`%.60s': a section's name ends in `]'", line);
		return false;
	}
	if (!is_end(end + 1)) {
		refuse(build, "`%.60s': only a comment that begins with ` ;' may follow the `]'",
			line);
		return false;
	}
	title = conf_dup(build, line + 1, (size_t)(end - line) - 1);
	if (!build->no_memory)
		conf_sect_open(build, title);
	return build->sect != NULL;
}

/* Whether a line is `key = …`. */
static bool
check_key(struct conf_build *build, const char *line)
{
	size_t n = strspn(line, "abcdefghijklmnopqrstuvwxyz0123456789_");
	const char *after = skip_blanks(line + n);

	if (n > 0 && *after == '=')
		return true;
	if (n > 0 && *after == ':')
		refuse(build, "`%.60s': write `%.*s = value'", line, (int)(n < 60 ? n : 60), line);
	else if (strchr(line, '=') != NULL)
		refuse(build, "`%.60s': the name of a key is made of a-z, 0-9 and _", line);
	else
		refuse(build, "`%.60s': neither [section], nor key = value, nor a comment", line);
	return false;
}

/* Whether libinih may see a line. */
static bool
check_line(struct conf_build *build, const char *line)
{
	if (line[0] == ';' || line[0] == '#')
		return true;
	if (*skip_blanks(line) == '\0')
		return true;
	if (is_blank(line[0])) {
		refuse(build, "`%.60s' is indented: every line starts in its first column",
			skip_blanks(line));
		return false;
	}
	if (line[0] == '[')
		return read_section(build, line);
	return check_key(build, line);
}

/* ini_reader: the next line. The buffer is one of CONF_LINE_MAX + 2 octets as long as libinih does
 * what conf_lines_parse() tells it; were it smaller, longer lines are refused and not cut. */
static char *
next_line(char *buffer, int size, void *stream)
{
	struct conf_build *build = stream;
	const char *line = build->rest, *end;
	size_t len;

	if (build->left == 0 || build->no_memory)
		return NULL;
	end = memchr(line, '\n', build->left);
	len = end == NULL ? build->left : (size_t)(end - line);
	build->rest += len + (end != NULL);
	build->left -= len + (end != NULL);
	build->line++;
	if (build->line == 1 && len >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
		line += 3;
		len -= 3;
	}
	if (len > 0 && line[len - 1] == '\r')
		len--;
	if (has_bad_octets(build, line, len, (size_t)size - 2))
		return memcpy(buffer, REFUSED, sizeof(REFUSED));
	memcpy(buffer, line, len);
	buffer[len] = '\0';
	if (!check_line(build, buffer))
		memcpy(buffer, REFUSED, sizeof(REFUSED));
	return buffer;
}

/* Takes a comment and quotes off a value, in place; what is wrong with it, or NULL. */
static const char *
clean_value(char *value)
{
	size_t quotes = 0, n;

	if (value[0] == '"') {
		char *end = strchr(value + 1, '"');

		if (end == NULL)
			return "the double quote is not closed";
		if (!is_end(end + 1))
			return "only a comment that begins with ` ;' may follow the closing quote";
		*end = '\0';
		memmove(value, value + 1, strlen(value));
		return NULL;
	}
	for (n = 0; value[n] != '\0'; n++) {
		if (value[n] == '"')
			quotes++;
		if (n > 0 && !is_blank(value[n - 1]))
			continue;
		if (value[n] == '#')
			return "` #' begins no comment here: use ` ;', or double quotes around the "
			       "value";
		if (value[n] == ';')
			break;
	}
	if (value[n] == ';' && quotes % 2 == 1)
		return "` ;' begins a comment: put double quotes around the whole value";
	while (n > 0 && is_blank(value[n - 1]))
		n--;
	value[n] = '\0';
	return NULL;
}

/* ini_handler; the section is the one that read_section() opened. */
static int
take_pair(void *user, const char *section, const char *key, const char *value)
{
	struct conf_build *build = user;
	char text[CONF_LINE_MAX + 1];
	const char *wrong;
	int index;

	(void)section;
	if (build->sect == NULL) {
		if (!build->skip)
			refuse(build, "%s = %.60s: stands before the first [section]", key, value);
		return 1;
	}
	memcpy(text, value, strlen(value) + 1);
	wrong = clean_value(text);
	if (wrong == NULL) {
		conf_key_read(build, key, text);
		return 1;
	}
	refuse(build, "[%s] %s = %.60s: %s", build->sect->title, key, value, wrong);
	index = conf_key_index(build->sect, key);
	if (index >= 0 && build->sect->keys[index].at == 0)
		build->sect->keys[index].at = build->line; /* wrong, but not missing */
	return 1;
}

void
conf_lines_parse(struct conf_build *build)
{
	int line;

	ini_use_stack = false; /* its stack buffer is one of 200 octets */
	ini_allow_realloc = false;
	ini_max_line = CONF_LINE_MAX + 2;
	ini_initial_alloc = CONF_LINE_MAX + 2;
	ini_allow_inline_comments = false; /* it knows no quotes: clean_value() */
	ini_allow_multiline = false;
	ini_allow_no_value = false;
	ini_allow_bom = false;
	ini_stop_on_first_error = false;
	line = ini_parse_stream(next_line, build, take_pair, build);
	if (line == -2)
		build->no_memory = true;
	else if (line != 0)
		conf_note_at(build->report, BASE_EXIT_CONFIG, line, "%s:%d: not understood",
			build->file, line);
}
