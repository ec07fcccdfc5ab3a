// covers: dns_name_from_wire dns_name_from_text dns_name_format dns_name_suffix dns_fp_suffixes
// dns_fp_wire
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_fp.h"
#include "dns_name.h"
#include "fuzz.h"

#include <string.h>

/* Laws of every canonical name. */
static void
check_name(const struct dns_name *name)
{
	uint32_t off = 0;

	FUZZ_CHECK(name->len >= 1 && name->labels <= DNS_LABELS_MAX);
	for (uint32_t i = 0; i < name->labels; i++) {
		FUZZ_CHECK(name->start[i] == off);
		FUZZ_CHECK(name->wire[off] >= 1 && name->wire[off] <= DNS_LABEL_MAX);
		off += 1U + name->wire[off];
	}
	FUZZ_CHECK(off + 1 == name->len && name->wire[off] == 0);
	for (uint32_t i = 0; i < name->len; i++)
		FUZZ_CHECK(name->wire[i] < 'A' || name->wire[i] > 'Z');
}

/* Its text reads back as the same name. */
static void
check_text(const struct dns_name *name, const uint8_t *wire)
{
	char text[DNS_NAME_TEXT_MAX];
	struct dns_name again;
	int n = dns_name_format(wire, name->len, text, sizeof(text));

	FUZZ_CHECK(n > 0 && strlen(text) == (size_t)n);
	for (int i = 0; i < n; i++)
		FUZZ_CHECK(text[i] > 32 && text[i] < 127);
	FUZZ_CHECK(dns_name_from_text(text, (size_t)n, &again, NULL) == 0);
	FUZZ_CHECK(again.len == name->len && again.labels == name->labels);
	FUZZ_CHECK(memcmp(again.wire, name->wire, name->len) == 0);
}

/* Each suffix has the fingerprint that it has as a name of its own. */
static void
check_fingerprints(const struct dns_name *name)
{
	static const uint8_t seed[DNS_FP_SEED_LEN] = "an open key";
	struct dns_fp fps[DNS_LABELS_MAX + 1];
	struct dns_fp_key key;

	dns_fp_key_init(&key, seed);
	dns_fp_suffixes(&key, name, fps);
	for (uint8_t k = 0; k <= name->labels; k++) {
		uint8_t len;
		const uint8_t *wire = dns_name_suffix(name, k, &len);
		struct dns_fp fp = dns_fp_wire(&key, wire, len);

		FUZZ_CHECK(fp.lo == fps[k].lo && fp.hi == fps[k].hi);
		FUZZ_CHECK(fp.hi >> 63 == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *why = NULL;
	struct dns_name name;
	char text[64];

	if (size > UINT16_MAX)
		return 0;
	if (dns_name_from_wire(data, (uint32_t)size, &name) == DNS_ok) {
		FUZZ_CHECK(name.len <= size);
		check_name(&name);
		check_text(&name, data);
		check_fingerprints(&name);
	}
	dns_name_format(data, (uint32_t)size, text, sizeof(text)); /* often too long */
	if (dns_name_from_text((const char *)data, size, &name, &why) == 0) {
		check_name(&name);
		check_text(&name, name.wire);
	} else {
		FUZZ_CHECK(why != NULL);
	}
	return 0;
}
