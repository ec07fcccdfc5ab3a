/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_reason.h"

static const struct {
	enum dns_class class;
	const char *name;
	const char *help;
} reasons[DNS_REASON_COUNT] = {
#define X(id, class, help) {DNS_CLASS_##class, #id, help},
	DNS_REASONS(X)
#undef X
};

enum dns_class
dns_reason_class(enum dns_reason reason)
{
	return reasons[reason].class;
}

const char *
dns_reason_name(enum dns_reason reason)
{
	return (unsigned int)reason < DNS_REASON_COUNT ? reasons[reason].name : "?";
}

const char *
dns_reason_help(enum dns_reason reason)
{
	return (unsigned int)reason < DNS_REASON_COUNT ? reasons[reason].help : "?";
}
