/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Data of a record from presentation form to the wire: libldns knows every type, and RFC 3597's
 * form of those that nobody knows. The owner is not given to it: it cuts long ones.
 */
#include "lists_priv.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef WEIR_RPZ
#include <ldns/ldns.h>

bool
lists_rdata_is_built(void)
{
	return true;
}

const char *
lists_rpz_version(void)
{
	return "ldns " LDNS_VERSION;
}

/** The record as a line, its owner and TTL of no meaning; false: no memory. */
static bool
write_line(struct lists_zone *zone, uint16_t type, struct lists_span text)
{
	size_t len = lists_span_len(text), head;
	char *moved;

	if (zone->cap_line < len + 64) {
		moved = realloc(zone->line, len + 4096);
		if (moved == NULL)
			return false;
		zone->line = moved;
		zone->cap_line = len + 4096;
	}
	head = (size_t)snprintf(zone->line, 64, ". 0 IN TYPE%u ", type);
	memcpy(zone->line + head, text.at, len);
	zone->line[head + len] = '\0';
	return true;
}

#define TYPE_IPSECKEY 45
#define TYPE_AMTRELAY 260

/** Whether libldns may read a text. What it would take wrongly: octets that are no hexadecimal
 * digits in RFC 3597's form. What makes it lose memory: broken data of two types, read in that form
 * alone. */
static bool
is_readable(uint16_t type, struct lists_span text)
{
	struct lists_span word = lists_zone_word(&text);

	if (!lists_span_equal(word, "\\#"))
		return type != TYPE_IPSECKEY && type != TYPE_AMTRELAY;
	for (; text.at < text.end; text.at++) {
		if (!isxdigit(*text.at) && !lists_is_blank(*text.at))
			return false;
	}
	return true;
}

/** The fields of a record, one after the other. */
static int
write_rdata(struct lists_zone *zone, const ldns_rr *rr)
{
	ldns_buffer *wire = ldns_buffer_new(LDNS_MAX_PACKETLEN);
	int len = wire == NULL ? -ENOMEM : 0;

	for (size_t i = 0; i < ldns_rr_rd_count(rr) && len == 0; i++) {
		if (ldns_rdf2buffer_wire(wire, ldns_rr_rdf(rr, i)) != LDNS_STATUS_OK)
			len = -EINVAL;
	}
	if (len == 0 && ldns_buffer_position(wire) > UINT16_MAX)
		len = -EINVAL;
	if (len == 0) {
		len = (int)ldns_buffer_position(wire);
		memcpy(zone->rdata, ldns_buffer_begin(wire), (size_t)len);
	}
	ldns_buffer_free(wire);
	return len;
}

int
lists_rdata_read(struct lists_zone *zone, uint16_t type, struct lists_span text)
{
	const struct dns_name *name = &zone->origin;
	ldns_rdf *origin;
	ldns_rr *rr = NULL;
	ldns_status status;
	int len;

	if (!is_readable(type, text))
		return -EINVAL;
	if (!write_line(zone, type, text))
		return -ENOMEM;
	origin = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, name->len, name->wire);
	if (origin == NULL)
		return -ENOMEM;
	status = ldns_rr_new_frm_str(&rr, zone->line, 0, origin, NULL);
	ldns_rdf_deep_free(origin);
	if (status != LDNS_STATUS_OK)
		return status == LDNS_STATUS_MEM_ERR ? -ENOMEM : -EINVAL;
	len = write_rdata(zone, rr);
	ldns_rr_free(rr);
	return len;
}

#else

bool
lists_rdata_is_built(void)
{
	return false;
}

const char *
lists_rpz_version(void)
{
	return "none";
}

int
lists_rdata_read(struct lists_zone *zone, uint16_t type, struct lists_span text)
{
	(void)zone;
	(void)type;
	(void)text;
	return -EINVAL;
}

#endif
