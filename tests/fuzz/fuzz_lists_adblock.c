// covers: lists_read_bytes lists_adblock_line lists_modifiers dns_type_from_text
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "fuzz_lists.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_lists(LISTS_FORMAT_ADBLOCK, data, size);
	return 0;
}
