// covers: lists_read_bytes lists_regex_line lists_regex_names lists_expr_finish
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "fuzz_lists.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_lists(LISTS_FORMAT_REGEX, data, size);
	return 0;
}
