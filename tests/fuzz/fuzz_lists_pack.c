// covers: lists_unpack lists_pack lists_pack_bytes
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "fuzz.h"
#include "lists_pack.h"

#include <errno.h>
#include <string.h>

/* What is taken is lawful, and written again it is the same octets. */
static void
check_taken(const struct lists_rules *rules, const uint8_t *bytes, size_t size)
{
	uint8_t *again = malloc(size);

	FUZZ_CHECK(again != NULL && lists_pack_bytes(rules) == size);
	lists_pack(rules, again);
	FUZZ_CHECK(memcmp(again, bytes, size) == 0);
	for (uint32_t i = 0; i < rules->nb_rules; i++) {
		uint8_t len;
		const uint8_t *wire = lists_rule_name(rules, &rules->rules[i], &len);
		struct base_prefix prefix;

		if (lists_rule_is_address(&rules->rules[i])) {
			FUZZ_CHECK(wire + len <= rules->names + rules->names_bytes);
			FUZZ_CHECK(lists_prefix_read(wire - 1, &prefix));
			continue;
		}
		FUZZ_CHECK(wire + len <= rules->names + rules->names_bytes && wire[len - 1] == 0);
		FUZZ_CHECK(rules->rules[i].cond <= rules->nb_conds);
	}
	for (uint32_t i = 0; i < rules->nb_exprs; i++) {
		const char *text = lists_expr_text(rules, &rules->exprs[i]);

		FUZZ_CHECK(strlen(text) == rules->exprs[i].len);
	}
	free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *bytes = aligned_alloc(8, (size + 8) & ~(size_t)7);
	struct base_err err = {0};
	struct lists_rules *rules;
	int rc;

	FUZZ_CHECK(bytes != NULL);
	if (size > 0)
		memcpy(bytes, data, size);
	rc = lists_unpack(bytes, size, &rules, &err);
	FUZZ_CHECK((rc == 0) == (rules != NULL) && (rc == 0) == (err.text[0] == '\0'));
	if (rc == 0)
		check_taken(rules, bytes, size);
	lists_free(rules);
	free(bytes);
	return 0;
}
