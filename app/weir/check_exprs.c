/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "check_exprs.h"

#include "pat.h"
#include "say.h"

#include <inttypes.h>

int
check_exprs(const struct conf *conf, struct lists_rules **kept)
{
	struct pat_report report;
	struct base_err err = {0};

	if (policy_check_patterns(conf, kept, &weir_policy_say, &report, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return (int)err.exit;
	}
	if (report.nb + report.nb_bad == 0)
		return BASE_EXIT_OK;
	printf("expressions: compiled %" PRIu32 ", refused %" PRIu32 "\n", report.nb,
		report.nb_bad);
	printf("  memory: %" PRIu64 " bytes on each node, %" PRIu64 " for each lcore\n",
		report.db_bytes, report.scratch_bytes);
	return BASE_EXIT_OK;
}
