/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_priv.h"

#include <string.h>

/** `.localdomain`, `.localdomain4`, `.localdomain6` */
static bool
is_localdomain(struct lists_span rest)
{
	if (!lists_span_take(&rest, ".localdomain"))
		return false;
	return rest.at == rest.end || lists_span_equal(rest, "4") || lists_span_equal(rest, "6");
}

/** Names that every machine's own hosts file has: no list means to block them. */
static bool
is_local(struct lists_span name)
{
	static const char *const local[] = {"localhost", "localhost4", "localhost6", "local",
		"broadcasthost", "ip6-localhost", "ip6-loopback", "ip6-localnet", "ip6-mcastprefix",
		"ip6-allnodes", "ip6-allrouters", "ip6-allhosts"};
	const uint8_t *dot = memchr(name.at, '.', lists_span_len(name));
	size_t len = (size_t)((dot == NULL ? name.end : dot) - name.at);

	if (dot != NULL && !is_localdomain((struct lists_span){.at = dot, .end = name.end}))
		return false;
	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
		if (strlen(local[i]) == len && memcmp(name.at, local[i], len) == 0)
			return true;
	}
	return false;
}

/** Multicast and broadcast: `ff02::1 ip6-allnodes` names an address, it blocks nothing. */
static bool
is_many(const struct base_addr *addr)
{
	static const uint8_t broadcast[4] = {255, 255, 255, 255};

	if (addr->family == 6)
		return addr->bytes[0] == 0xff;
	return memcmp(addr->bytes, broadcast, sizeof(broadcast)) == 0;
}

void
lists_hosts_names(struct lists_build *build, const struct base_addr *addr, struct lists_span names)
{
	const struct lists_what what = {.kind = build->bare, .class = LISTS_BLOCK};
	const struct lists_span line = names;
	bool any = false, many = is_many(addr);
	struct lists_span word;

	for (lists_skip_blanks(&names); names.at < names.end; lists_skip_blanks(&names)) {
		if (lists_is_comment(*names.at))
			break;
		any = true;
		word = lists_span_word(&names);
		if (many || is_local(word))
			lists_note_skip(build, LISTS_SKIP_local, word);
		else if (lists_name_read(build, word))
			lists_build_add(build, &what, word);
	}
	if (!any)
		lists_note_skip(build, LISTS_SKIP_no_name, line);
}

void
lists_hosts_line(struct lists_build *build, struct lists_span line)
{
	struct lists_span rest = line, word;
	struct base_addr addr;

	lists_skip_blanks(&rest);
	if (rest.at == rest.end || lists_is_comment(*rest.at))
		return;
	build->rules->report.rule_lines++;
	word = lists_span_word(&rest);
	if (lists_name_address(word, &addr))
		lists_hosts_names(build, &addr, rest);
	else
		lists_note_skip(build, LISTS_SKIP_no_address, line);
}
