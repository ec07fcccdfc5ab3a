/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "client.h"

#include "weir_priv.h"

bool
client_option(struct client *client, int option, const char *value)
{
	if (option < 'A' || option >= 'A' + POLICY_KNOWN_KEYS)
		return false;
	client->values[option - 'A'] = value;
	return true;
}

int
client_read(struct client *client, const struct conf *conf, const char *command)
{
	struct base_err err;
	int rc = 0;

	policy_known_init(&client->known);
	for (unsigned key = 0; key < POLICY_KNOWN_KEYS && rc == 0; key++) {
		if (client->values[key] != NULL)
			rc = policy_known_set(&client->known, conf, key, client->values[key], &err);
	}
	if (rc < 0)
		weir_usage_error(command, "%s", err.text);
	return rc;
}
