/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PAT_H
#define PAT_H

/**
 * @file
 * Regular expressions over names, thousands of them: compiled once (struct pat_source), copied to
 * each node that scans (struct pat_db), with scratch for each lcore (struct pat_scratch).
 *
 * Hyperscan's compiler can neither be interrupted nor bounded, so it runs in a process of its own
 * (pat_compiler_main()) under limits of time and memory, and hands back serialised databases. They
 * are kept in a cache under all that they depend on, so that the next start takes milliseconds.
 *
 * What is matched is the text that pat_text() makes of a name: lower case, dots between the labels
 * and none at the end, every octet outside 33 to 126 and every dot or backslash inside a label as
 * `\ddd`: what looks like a label's boundary is one. The root has no text and is never matched.
 *
 * Threads: one thread builds and frees; a source serves pat_source_match() to one thread at a time;
 *   a database is read-only; scratch belongs to its lcore.
 * Memory: a source from malloc(3), so that it can be built before EAL; databases and scratch
 *   through `place` on the node that was named.
 * Hot path: no; see pat_scan.h.
 */

#include "base_cancel.h"
#include "base_err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What an expression's flags say: Hyperscan's letters. */
enum pat_flag {
	PAT_CASELESS = 1,   /**< i */
	PAT_DOTALL = 2,	    /**< s */
	PAT_MULTILINE = 4,  /**< m: without effect, a name has no newline */
	PAT_SINGLE = 8,	    /**< H: without effect, an expression is told once a name */
	PAT_EMPTY = 16,	    /**< V: may match nothing at all */
	PAT_UTF8 = 32,	    /**< 8 */
	PAT_PROPERTIES = 64 /**< W: Unicode's classes */
};

/** One expression. */
struct pat_rule {
	const char *text; /**< ends in a NUL */
	uint8_t flags;	  /**< enum pat_flag */
	uint8_t list;
};

/** All of them, list 0 first, each list in the order of its lines. Borrowed while a source is
 * built. */
struct pat_rules {
	uint32_t nb;
	void (*get)(const void *arg, uint32_t index, struct pat_rule *rule);
	const void *arg;
};

/** How they are compiled. */
struct pat_spec {
	const char *cache_dir; /**< NULL or "": no cache */
	uint64_t limit_ns;     /**< for one run of the compiler */
	uint64_t limit_bytes;  /**< of its memory */
	uint16_t join_from;    /**< open names from which they are scanned joined; 0: measured */
	/** Called after each second of compiling; may be NULL. */
	void (*progress)(void *arg, uint32_t nb, unsigned seconds);
	/** Called when compiling failed, for each expression that was found to be why; may be NULL.
	 */
	void (*culprit)(void *arg, uint32_t rule, const char *words);
	void *arg;			  /**< of both */
	const struct base_cancel *cancel; /**< the compiler is killed soon after; NULL: never */
};

/** An expression that could not be compiled. */
struct pat_bad {
	uint32_t rule;	   /**< its index */
	const char *words; /**< Hyperscan's */
};

/** What came of it. */
struct pat_report {
	uint32_t nb;		   /**< expressions that are matched */
	uint32_t nb_alone;	   /**< of those, scanned name by name alone */
	uint32_t nb_bad;	   /**< expressions that are not */
	const struct pat_bad *bad; /**< those, ascending; lives as long as the source */
	bool cached;		   /**< no compiler ran */
	char cache_note[512];	   /**< why the cache could not be used or written; "" */
	uint64_t compile_ns;	   /**< until the databases were there */
	uint64_t db_bytes;	   /**< of the databases, on each node */
	uint64_t scratch_bytes;	   /**< of Hyperscan's scratch, for each lcore */
	uint16_t join_from;	   /**< open names of a burst from which they are scanned joined;
					PAT_BURST_MAX + 1: never */
};

struct pat_source;

/**
 * Compiles expressions, or takes them from the cache.
 *
 * An expression that Hyperscan refuses, or that alone takes more time or memory than the limits, is
 * left out and told in the report.
 *
 * @param out NULL on failure
 * @return 0; -ETIMEDOUT: all together take too long, though none alone does; -ENOEXEC: the compiler
 *         did not run; -ENOTSUP: built without Hyperscan; -ENOMEM; -ECANCELED
 */
int pat_source_build(const struct pat_rules *rules, const struct pat_spec *spec,
	struct pat_source **out, struct base_err *err);

/** Frees a source; what was copied from it stays. NULL is fine. */
void pat_source_free(struct pat_source *source);

const struct pat_report *pat_source_report(const struct pat_source *source);

/**
 * Every expression that matches a name, once each: for people, not for packets. Any thread; they
 * wait for each other.
 *
 * @param text as pat_text() makes it
 * @param len octets
 * @param rules takes the indices, ascending; room for max of them
 * @return how many match, which may be more than max; -EIO: the scan failed
 */
int64_t pat_source_match(const struct pat_source *source, const char *text, uint32_t len,
	uint32_t *rules, uint32_t max);

/** Compares the ways to scan, ns a name; both over the same names. */
struct pat_costs {
	double single, joined;
};

/**
 * Measures on texts that pat_text() made.
 *
 * @param texts each ends in a NUL
 * @param n at least 1
 */
void pat_source_measure(const struct pat_source *source, const char *const *texts, uint32_t n,
	struct pat_costs *out);

struct pat_db;
struct pat_scratch;

/**
 * Copies the databases to a node, through the ledger.
 *
 * @param out NULL on failure
 * @return 0; -ENOMEM; -ENODEV: no such node
 */
int pat_db_build(
	const struct pat_source *source, int node, struct pat_db **out, struct base_err *err);

/** Frees what pat_db_build() made; NULL is fine. */
void pat_db_free(struct pat_db *db);

/**
 * Makes an lcore's scratch for the databases of a source.
 *
 * @param out NULL on failure
 * @return as pat_db_build()
 */
int pat_scratch_build(const struct pat_source *source, unsigned int lcore, int node,
	struct pat_scratch **out, struct base_err *err);

/** Frees scratch that no scan uses any more; NULL is fine. */
void pat_scratch_free(struct pat_scratch *scratch);

/** Octets that a node's heap gives away, each part an object of its own in the ledger; 0: none. */
struct pat_parts {
	uint64_t lists;	  /**< "expressions node N lists" */
	uint64_t joined;  /**< "expressions node N" */
	uint64_t alone;	  /**< "expressions node N alone" */
	uint64_t texts;	  /**< "scan lcore N texts" */
	uint64_t scratch; /**< "scan lcore N scratch" */
};

/** What pat_db_build() and pat_scratch_build() take; may be asked before EAL is up. */
void pat_parts(const struct pat_source *source, struct pat_parts *out);

/** The library that is loaded and its version: "Hyperscan 5.4.0", "Vectorscan 5.4.9"; "none": built
 * without. Not for several threads at once. */
const char *pat_library(void);

/** What is known to be wrong with the matches of the library that is loaded; NULL: nothing. */
const char *pat_library_fault(void);

/** The word by which a program knows that it is to be the compiler. */
#define PAT_COMPILER "pattern-compiler"

/**
 * The compiler, a process of its own: every program that builds a source hands over to it when its
 * first argument is PAT_COMPILER. Reads standard input, writes standard output.
 *
 * @return exit status
 */
int pat_compiler_main(int argc, char **argv);

#endif
