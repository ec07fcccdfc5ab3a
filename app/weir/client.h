/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CLIENT_H
#define CLIENT_H

/** @file A client as a command line describes it: --client, --mac, --vlan, --qinq, --port. */

#include "conf.h"
#include "policy_group.h"

struct client {
	struct policy_client facts; /**< what a packet of it would tell */
	struct base_addr addr;
	struct conf_mac mac;
	const char *port; /**< as it was named; NULL: not */
};

/** Rows of a `struct option` table that client_option() understands. */
#define CLIENT_OPTIONS                                                                          \
	{"client", required_argument, NULL, 'A'}, {"mac", required_argument, NULL, 'M'},        \
		{"vlan", required_argument, NULL, 'V'}, {"qinq", required_argument, NULL, 'Q'}, \
	{                                                                                       \
		"port", required_argument, NULL, 'P'                                            \
	}

/** What a command's help says of them. */
#define CLIENT_HELP "[--client ADDRESS] [--mac MAC] [--vlan N | --qinq OUTER.INNER] [--port NAME]"

/** A client of which nothing is known. */
void client_init(struct client *client);

/**
 * Takes an option.
 *
 * @param command for the error that is printed
 * @return 1; 0: it is none of these; -EINVAL: wrong, and told
 */
int client_option(struct client *client, int option, const char *text, const char *command);

/** Finds the port that was named: 0; -EINVAL, told: the INI has none such. */
int client_resolve(struct client *client, const struct conf *conf, const char *command);

#endif
