/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CLIENTS_H
#define CLIENTS_H

/**
 * @file
 * The prefixes of all [clients] sections, those of their files too, each with its group; and every
 * prefix that two of them claim.
 *
 * Threads: any; a table belongs to its caller.
 * Memory: malloc(3)'s, 32 octets a prefix.
 * Hot path: no.
 */

#include "base_addr.h"
#include "base_err.h"
#include "conf.h"

#include <stddef.h>
#include <stdint.h>

#define CLIENTS_LINE_MAX 256 /**< octets of a line of a prefix file */
#define CLIENTS_TOLD_MAX 20  /**< errors of a section that are told one by one */

/** A prefix and whose it is. */
struct clients_prefix {
	struct base_prefix prefix;
	uint16_t vlan;	  /**< 0: on every VLAN and on none */
	uint16_t section; /**< index into conf.clients */
	uint32_t line;	  /**< of the section's file; 0: it stands in the INI */
};

/** All of them, in no order that is promised. */
struct clients {
	struct clients_prefix *prefixes;
	uint32_t nb, cap;
};

/** Takes the errors: one sentence each, without a newline. */
struct clients_say {
	void (*say)(void *arg, const char *sentence);
	void *arg;
};

/**
 * Reads the prefixes of a configuration and their files: one a line, ADDRESS or ADDRESS/BITS, with
 * @VLAN where it counts on that VLAN alone; `#` and `;` begin a comment; plain or gzip. A line that
 * is none is an error, for who stands in it would be in the wrong group.
 *
 * @param say is told every error, also the one that comes back in err; NULL: nothing is told
 * @param out NULL on failure
 * @return 0; -EINVAL: an error, BASE_EXIT_CONFIG; -ENOMEM
 */
int clients_read(const struct conf *conf, const struct clients_say *say, struct clients **out,
	struct base_err *err);

/** Frees a table; NULL is fine. */
void clients_free(struct clients *clients);

/**
 * Reads a line of a prefix file.
 *
 * @param line octets, without their end
 * @param out prefix and vlan are written
 * @return 1; 0: nothing stands there; -EINVAL, and why in err
 */
int clients_line(const char *line, size_t len, struct clients_prefix *out, struct base_err *err);

#endif
