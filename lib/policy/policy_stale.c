/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Lists whose file was refused: what was read of them last stays in force.
 */
#include "policy_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool
policy_stale_is_kin(const struct conf_list *before, const struct conf_list *now)
{
	return before->builtin == NULL && strcmp(before->sect.name, now->sect.name) == 0 &&
	       policy_list_is_read_alike(before, now);
}

/* What is wrong with a file or its path is told as an error of the INI; memory is not. */
int
policy_stale_stand_in(
	const struct policy_renewal *renewal, uint16_t list, const struct base_err *why)
{
	const struct conf_list *conf = &renewal->conf->lists[list];
	const struct policy *before = renewal->before;

	if (before == NULL || why->exit != BASE_EXIT_CONFIG)
		return -1;
	for (uint16_t i = 0; i < before->nb_lists; i++) {
		if (policy_stale_is_kin(&before->conf->lists[i], conf))
			return i;
	}
	return -1;
}

int
policy_stale_copy(struct policy *policy, uint16_t list, const struct policy_stale *before)
{
	if (before == NULL)
		return 0;
	policy->stale[list] = malloc(sizeof(*before));
	if (policy->stale[list] == NULL)
		return -ENOMEM;
	*policy->stale[list] = *before;
	policy->stale[list]->is_tried = false;
	return 0;
}

int
policy_stale_mark(struct policy *policy, uint16_t list, const struct policy_stale *before,
	const struct base_err *why)
{
	struct policy_stale *stale = calloc(1, sizeof(*stale));

	if (stale == NULL)
		return -ENOMEM;
	snprintf(stale->list, sizeof(stale->list), "%s", policy_list_name(policy, list));
	snprintf(stale->why, sizeof(stale->why), "%s", why->text);
	stale->since_s = before != NULL ? before->since_s : (int64_t)time(NULL);
	stale->is_tried = true;
	free(policy->stale[list]);
	policy->stale[list] = stale;
	return 0;
}

void
policy_stale_free(struct policy *policy)
{
	for (uint16_t i = 0; policy->stale != NULL && i < policy->nb_lists; i++)
		free(policy->stale[i]);
	free(policy->stale);
	policy->stale = NULL;
}

int
policy_stale_lists(
	const struct policy *policy, struct policy_stale **out, uint32_t *nb, struct base_err *err)
{
	uint32_t n = 0;

	*out = NULL;
	*nb = 0;
	for (uint16_t i = 0; i < policy->nb_lists; i++)
		n += policy->stale[i] != NULL;
	if (n == 0)
		return 0;
	*out = calloc(n, sizeof(**out));
	if (*out == NULL)
		return base_fail(
			err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory to tell stale lists");
	for (uint16_t i = 0; i < policy->nb_lists; i++) {
		if (policy->stale[i] != NULL)
			(*out)[(*nb)++] = *policy->stale[i];
	}
	return 0;
}
