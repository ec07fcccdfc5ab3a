// covers: lists_read_bytes lists_plain_line lists_name_read
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "fuzz_lists.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_lists(LISTS_FORMAT_WILDCARD, data, size);
	return 0;
}
