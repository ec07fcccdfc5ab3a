/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pkt_decode.h"

static const struct {
	const char *name;
	const char *help;
} reasons[PKT_REASON_COUNT] = {
#define ROW(word, text) [PKT_##word] = {.name = #word, .help = text},
	PKT_REASONS(ROW)
#undef ROW
};

const char *
pkt_reason_name(enum pkt_reason reason)
{
	return (unsigned int)reason < PKT_REASON_COUNT ? reasons[reason].name : "?";
}

const char *
pkt_reason_help(enum pkt_reason reason)
{
	return (unsigned int)reason < PKT_REASON_COUNT ? reasons[reason].help : "?";
}
