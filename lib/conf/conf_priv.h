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
	CONF_UDP,      /**< struct conf_udp */
	CONF_PREFIXES, /**< struct conf_prefixes, may be empty */
	CONF_MACS,     /**< struct conf_macs, may be empty */
	CONF_VLANS,    /**< struct conf_vlans, may be empty */
	CONF_QINQ,     /**< struct conf_qinqs, may be empty */
	CONF_ZONE,     /**< const char *: a time zone of the C library's database */
	CONF_SCHEDULE, /**< struct conf_schedule, may be empty; its lists: conf_cross.c */
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
	CONF_KIND_PATTERNS,
	CONF_KIND_LIST,
	CONF_KIND_GROUP,
	CONF_KIND_CLIENTS,
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

/** A configuration in the making. */
struct conf_build {
	struct conf *conf;
	struct conf_report *report;
	const char *file;	/**< the one that is being read: the INI, or its policy's */
	bool has_policy;	/**< the INI's own sections of a policy are passed over … */
	bool has_no_ini;	/**< conf_input.policy_alone */
	bool in_policy;		/**< … and only they are taken from the other file */
	const char *rest;	/**< of the file */
	size_t left;		/**< octets of it */
	int32_t line;		/**< the last one that was read */
	struct conf_sect *sect; /**< the section that keys go to; NULL: none */
	bool skip;		/**< that section's own line was wrong: so much for its keys */
	bool has_bad_sect;	/**< a section was refused: what names it is right, maybe */
	bool no_memory;
};

/** Zeroed memory that the configuration owns; without memory NULL and build->no_memory. */
void *conf_alloc(struct conf_build *build, size_t n, size_t size);

/** A copy of len octets, ended by a NUL; without memory "" and build->no_memory. */
const char *conf_dup(struct conf_build *build, const char *text, size_t len);

/** As conf_dup(), printed. */
const char *conf_print(struct conf_build *build, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** The next of a kind whose sections stand in an array, with defaults; there is room. */
struct conf_sect *conf_sect_add(struct conf_build *build, uint32_t kind, const char *name);

/** Adds the lists that every policy has, behind the file's. */
void conf_builtin_add(struct conf_build *build);

/** Whether a list's name is kept for those. */
bool conf_builtin_is_name(const char *name);

/* Whether it is that of one there is, or would be if a key asked for it. */
bool conf_builtin_is_known(const char *name);

/** Reads build->rest into sections and keys by libinih. */
void conf_lines_parse(struct conf_build *build);

/** Whether sections of a kind make a policy. */
bool conf_is_policy(uint32_t kind);

/** Whether a name may stand for a list, a group or a port. */
bool conf_is_name(const char *text);

/** The i-th section of a kind; NULL behind the last. */
struct conf_sect *conf_sect_at(const struct conf *conf, uint32_t kind, uint32_t i);

/** The section of that title; NULL: there is none. */
struct conf_sect *conf_sect_find(const struct conf *conf, const char *title);

/** The section of a kind that bears a name, as conf_sect_at() counts; -1: none. */
int conf_find_named(const struct conf *conf, uint32_t kind, const char *name);

/** The place of a key among those of its section; -1: it has none such, or key is NULL. */
int conf_key_index(const struct conf_sect *sect, const char *key);

/** What a key of the table says in a section. */
const struct conf_origin *conf_key_origin(const struct conf_sect *sect, const char *key);

/** Makes every section that is there without being declared, with its defaults. */
void conf_sect_init(struct conf_build *build);

/**
 * Begins a section: makes build->sect the one of that title, or reports what is wrong with it and
 * sets build->skip.
 */
void conf_sect_open(struct conf_build *build, const char *title);

/** Reads a key of the current section from build->line. */
void conf_key_read(struct conf_build *build, const char *key, const char *value);

/** Reads the set-th --set. */
void conf_set_read(struct conf_build *build, uint32_t set, const char *text);

/** Reports every required key that is not there. */
void conf_check_required(struct conf_build *build);

/** Reads a value into its member; err says what is allowed instead. 0, -EINVAL. */
int conf_value_parse(struct conf_build *build, const struct conf_row *row, const char *text,
	void *member, struct base_err *err);

/** Read values of [clients] as conf_value_parse() does: CONF_PREFIXES, CONF_MACS, CONF_VLANS,
 * CONF_QINQ. */
int conf_prefixes_parse(struct conf_build *build, const struct conf_row *row, const char *text,
	void *member, struct base_err *err);
int conf_macs_parse(struct conf_build *build, const struct conf_row *row, const char *text,
	void *member, struct base_err *err);
int conf_vlans_parse(struct conf_build *build, const struct conf_row *row, const char *text,
	void *member, struct base_err *err);
int conf_qinq_parse(struct conf_build *build, const struct conf_row *row, const char *text,
	void *member, struct base_err *err);

/** Likewise of [group] schedule: CONF_SCHEDULE. */
int conf_schedule_parse(struct conf_build *build, const struct conf_row *row, const char *text,
	void *member, struct base_err *err);

/** Finds the lists that a group's schedule names, and reports windows that overlap. Behind its
 * `lists'. */
void conf_schedule_resolve(struct conf_build *build, struct conf_group *group);

/** What a key's value may be: "1..64", "pass, drop" … */
const char *conf_allowed(const struct conf_row *row, char *text, size_t size);

/** A value that lists things, parted by commas. */
struct conf_items {
	const char *rest;
	char item[128]; /**< the one in hand, without blanks around it */
	bool bad;	/**< an item is empty or longer than any that can be right */
};

struct conf_items conf_items_init(const char *text);

/** Takes the next one in hand; false behind the last, and at a bad one. */
bool conf_items_next(struct conf_items *items);

/** A whole number with an optional k, M or G. 0; -EINVAL: it is none; -ERANGE: more than 2^63 - 1.
 */
int conf_number(const char *text, int64_t *out);

/** Milliseconds: a number with ms, s, m, h or d, or 0. 0, -EINVAL, -ERANGE. */
int conf_duration(const char *text, int64_t *out_ms);

/** Writes milliseconds in the largest unit that fits without a rest. */
const char *conf_duration_text(int64_t ms, char *text, size_t size);

/** conf_port.devargs: what EAL takes for a device. */
const char *conf_devargs(struct conf_build *build, const char *device);

/** A path from the folder of the INI. */
const char *conf_path_resolve(struct conf_build *build, const char *text);

/** Resolves which lcore polls which queue. */
void conf_queues_resolve(struct conf_build *build);

/** Resolves which lcore hands its packets to which, and by which ports they leave. */
void conf_feeds_resolve(struct conf_build *build);

/** Resolves groups and ports of [clients], and reports what two of them claim. */
void conf_clients_resolve(struct conf_build *build);

/** The names that a kind of section bears, as an error lists them; a long list ends in "...". */
const char *conf_names(const struct conf *conf, uint32_t kind, char *text, size_t size);

/** Refuses a port on the kernel's interface of one before it, whose frames both would get. */
void conf_ifaces_check(struct conf_build *build, uint32_t self);

/** Resolves what sections say of each other: peers, queues, lists of groups, devices. */
void conf_cross_check(struct conf_build *build);

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
