/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "shared_json.h"

#include <stdlib.h>
#include <string.h>

json_t *
json_from_text(const char *text)
{
	json_t *json = json_string(text);
	char *copy = json == NULL ? strdup(text) : NULL;

	if (copy == NULL)
		return json;
	for (char *at = copy; *at != '\0'; at++) {
		if ((unsigned char)*at >= 0x80)
			*at = '?';
	}
	json = json_string(copy);
	free(copy);
	return json;
}

void
json_append(json_t **array, json_t *item)
{
	if (json_array_append_new(*array, item) < 0) {
		json_decref(*array);
		*array = NULL;
	}
}
