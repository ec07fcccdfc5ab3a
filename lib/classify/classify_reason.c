/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_reason.h"

const char *const classify_reason_names[CLASSIFY_REASON_COUNT] = {
#define X(id, help) "pkt_" #id,
	PKT_REASONS(X)
#undef X
#define X(id, class, help) "dns_" #id,
		DNS_REASONS(X)
#undef X
#define X(id, help) #id,
			CLASSIFY_REASONS(X)
#undef X
};

const char *
classify_reason_help(enum classify_reason reason)
{
	static const char *const help[CLASSIFY_REASON_COUNT] = {
#define X(id, words) words,
		PKT_REASONS(X)
#undef X
#define X(id, class, words) words,
			DNS_REASONS(X)
#undef X
#define X(id, words) words,
				CLASSIFY_REASONS(X)
#undef X
	};

	return (unsigned int)reason < CLASSIFY_REASON_COUNT ? help[reason] : "?";
}
