/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CONF_PRIV_H
#define CONF_PRIV_H

#include "conf.h"

/** What a value is: how it is read, and the type of the member that it is stored in. */
enum conf_type {
	CONF_INT,      /**< uint32_t; k, M, G are powers of 1024 */
	CONF_INT_OR,   /**< int32_t: as CONF_INT, or words[0], which is CONF_AUTO */
	CONF_BOOL,     /**< bool: yes, no */
	CONF_DURATION, /**< uint64_t ns: ms, s, m, h, d */
	CONF_ENUM,     /**< an enum whose values are the places in words */
	CONF_TEXT,     /**< const char *: UTF-8, max octets */
	CONF_WORD,     /**< const char *: [a-z0-9_-]{1,max} */
	CONF_FILE,     /**< struct conf_path */
	CONF_MAP,      /**< const char *: EAL's --lcores, words[0] is "" */
	CONF_MEM,      /**< struct conf_mem; words[0] is n = 0 */
	CONF_DEVICE,   /**< const char *: conf_port.device */
	CONF_ACTION,   /**< struct conf_action; the bits of max: which enum conf_act */
	CONF_ADDR4,    /**< struct base_addr, or empty: family 0 */
	CONF_ADDR6,    /**< likewise */
	CONF_ADDRS4,   /**< struct conf_addrs, may be empty */
	CONF_ADDRS6,   /**< likewise */
	CONF_UDP,      /**< [dns] ports: conf_dns.n_ports and conf_dns.ports */
	CONF_LATER,    /**< names of other sections: resolved by conf_cross.c; no member */
};

enum conf_effect {
	CONF_RELOAD,
	CONF_RESTART
};

/** One key. */
struct conf_row {
	uint32_t kind; /**< enum conf_kind */
	enum conf_type type;
	const char *key;
	const char *value;	  /**< the default; NULL: the key is required */
	int64_t min, max;	  /**< inclusive; of CONF_DURATION in ms; see enum conf_type */
	const char *const *words; /**< ends in NULL */
	enum conf_effect effect;
	size_t off;  /**< of the member in the section's struct */
	size_t size; /**< of the member */
	const char *help;
	const char *example; /**< in the sample where there is no default; may be NULL */
};

enum conf_kind {
	CONF_KIND_WEIR,
	CONF_KIND_EAL,
	CONF_KIND_POOL,
	CONF_KIND_PORT,
	CONF_KIND_LCORE,
	CONF_KIND_RING,
	CONF_KIND_DOMAINS,
	CONF_KIND_LIST,
	CONF_KIND_GROUP,
	CONF_KIND_DNS,
	CONF_KINDS,
};

/** A kind of section. */
struct conf_kind_row {
	const char *word; /**< what stands first between the brackets */
	const char *name; /**< what follows in the sample; NULL: nothing may follow */
	size_t off;  /**< in struct conf: the section's struct, or a pointer to an array of them */
	size_t size; /**< of the section's struct */
	size_t count_off; /**< in struct conf: how many there are, when it is an array */
	uint32_t max;	  /**< how many there can be; 0: it is no array */
	const char *help;
};

/** A row for each enum conf_kind. */
extern const struct conf_kind_row conf_kinds[CONF_KINDS];

/** The i-th key of a kind of section; NULL behind the last. */
const struct conf_row *conf_row_at(uint32_t kind, uint32_t i);

/** The name of an enum conf_act in the INI. */
extern const char *const conf_act_words[];

/** Adds a note; without memory report->no_memory is set instead. */
void conf_note_at(struct conf_report *report, enum base_exit exit, int32_t at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/** Adds an error about a key (NULL: about its section); see conf_blame(). */
void conf_error(struct conf_report *report, const struct conf_sect *sect, const char *key,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/** As conf_error(), a warning. */
void conf_warn(struct conf_report *report, const struct conf_sect *sect, const char *key,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/** By place: each --set in its order, then the file from top to bottom. */
void conf_report_sort(struct conf_report *report);

#endif
