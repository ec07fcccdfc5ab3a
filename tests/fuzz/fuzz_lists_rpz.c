// covers: lists_read_bytes lists_zone_line lists_rpz_record lists_rdata_read lists_trigger_prefix
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "fuzz_lists.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Each record costs libldns a few microseconds. */
	if (size <= 65536)
		fuzz_lists(LISTS_FORMAT_RPZ, data, size);
	return 0;
}
