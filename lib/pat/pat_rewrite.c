/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pat_priv.h"

#include <string.h>

/* An expression on its way through. */
struct rewrite {
	const char *at;
	char *out;
	bool alone;
};

static void
copy(struct rewrite *rewrite, size_t n)
{
	while (n-- > 0 && *rewrite->at != '\0')
		*rewrite->out++ = *rewrite->at++;
}

/** `\A`, `\z`, `\Z` see the whole text, `^` and `$` with MULTILINE each line of it. */
static void
copy_escape(struct rewrite *rewrite)
{
	char what = rewrite->at[1];

	if (what == 'Q' || what == 'E' || what == 'G')
		rewrite->alone = true;
	if (what != 'A' && what != 'z' && what != 'Z') {
		copy(rewrite, 2);
		return;
	}
	*rewrite->out++ = what == 'A' ? '^' : '$';
	rewrite->at += 2;
	if (*rewrite->at != '\0' && strchr("*+?{", *rewrite->at) != NULL)
		rewrite->alone = true; /* how often: no sense, and not ours to give it one */
}

/** Octets of `[:word:]` at the start of a text, 0 where none stands: a `:` before the `]` of a
 * class is one of its characters. */
static size_t
posix_class_len(const char *at)
{
	size_t len;

	if (at[0] != '[' || at[1] != ':')
		return 0;
	len = 2 + strspn(at + 2, "^abcdefghijklmnopqrstuvwxyz");
	return at[len] == ':' && at[len + 1] == ']' ? len + 2 : 0;
}

/** `[...]`: nothing in it is an anchor. A `]` right at its start is one of its characters, and one
 * that is quoted by `\Q` may be. */
static void
copy_class(struct rewrite *rewrite)
{
	copy(rewrite, 1);
	if (*rewrite->at == '^')
		copy(rewrite, 1);
	if (*rewrite->at == ']')
		copy(rewrite, 1);
	while (*rewrite->at != '\0' && *rewrite->at != ']') {
		size_t word = posix_class_len(rewrite->at);

		rewrite->alone |= rewrite->at[0] == '\\' && rewrite->at[1] == 'Q';
		if (word == 0)
			word = *rewrite->at == '\\' ? 2 : 1;
		copy(rewrite, word);
	}
	copy(rewrite, 1);
}

/** `(?flags)`, `(?flags:`: those that turn MULTILINE off, or let comments in. `(*`, `(?#` as well.
 */
static bool
is_group_alone(const char *at)
{
	size_t len;

	if (at[1] == '*')
		return true;
	if (at[1] != '?')
		return false;
	if (at[2] == '#')
		return true;
	len = strspn(at + 2, "^-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	if (at[2 + len] != ':' && at[2 + len] != ')')
		return false;
	return memchr(at + 2, 'm', len) != NULL || memchr(at + 2, 'x', len) != NULL ||
	       memchr(at + 2, '^', len) != NULL;
}

enum pat_part
pat_rewrite(const char *text, char *out)
{
	struct rewrite rewrite = {.at = text, .out = out};

	while (*rewrite.at != '\0') {
		if (*rewrite.at == '\\') {
			copy_escape(&rewrite);
		} else if (*rewrite.at == '[') {
			copy_class(&rewrite);
		} else {
			rewrite.alone |= *rewrite.at == '(' && is_group_alone(rewrite.at);
			copy(&rewrite, 1);
		}
	}
	*rewrite.out = '\0';
	if (!rewrite.alone)
		return PAT_JOINED;
	memcpy(out, text, strlen(text) + 1);
	return PAT_ALONE;
}
