// covers: lists_read_bytes lists_prefixes_line lists_prefix_parse
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "fuzz_lists.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_lists(LISTS_FORMAT_PREFIXES, data, size);
	return 0;
}
