/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CLIENT_H
#define CLIENT_H

/** @file A client as a command line describes it: --client, --mac, --vlan, --qinq, --port. */

#include "policy_ask.h"

#include <stdbool.h>

struct client {
	struct policy_known known;
	const char *values[POLICY_KNOWN_KEYS]; /**< as given, in the order of policy_known_keys */
};

/** Rows of a `struct option` table that client_option() understands: its values begin with 'A'. */
#define CLIENT_OPTIONS                                                                          \
	{"client", required_argument, NULL, 'A'}, {"mac", required_argument, NULL, 'B'},        \
		{"vlan", required_argument, NULL, 'C'}, {"qinq", required_argument, NULL, 'D'}, \
	{                                                                                       \
		"port", required_argument, NULL, 'E'                                            \
	}

/** What a command's help says of them. */
#define CLIENT_HELP "[--client ADDRESS] [--mac MAC] [--vlan N | --qinq OUTER.INNER] [--port NAME]"

/** Takes an option; false: it is none of these. */
bool client_option(struct client *client, int option, const char *value);

/** Reads what was given: 0; -EINVAL, told: something that no client is, or no port of the INI. */
int client_read(struct client *client, const struct conf *conf, const char *command);

#endif
