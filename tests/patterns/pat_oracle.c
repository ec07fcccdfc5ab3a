/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */

/* Expressions and names, matched by Hyperscan in both ways of the room pat and by PCRE2: the same
 * pairs of name and expression. `pat_oracle EXPRESSIONS NAMES`: so many of each, the expressions of
 * $WEIR_DATA/lists among them where they are. WEIR_PATTERN_NAMES in the environment goes before
 * NAMES. Exits 1 when a pair differs, 77 where WEIR_REQUIRE wants data that are not there. Of a
 * library that is known to miss matches, one in MISSES_ONE_IN is let through, and told, whether one
 * way misses it or both; never one too many. */

#include "dns_name.h"
#include "lists.h"
#include "pat.h"
#include "pat_scan.h"
#include "unit_eal.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOURCE_MAX    256 /* expressions of one source: each is a list of its own */
#define SMALL_SOURCES 200 /* sources of 1 to SMALL_MAX, each held against a part of the names */
#define SMALL_MAX     4
#define SMALL_NAMES   10 /* such parts */
#define BURST	      32
#define MISSES_ONE_IN 10000

struct expr {
	char *text;
	uint8_t flags;
	pcre2_code *code;
};

struct oracle {
	struct expr *exprs;
	struct dns_name *names;
	char (*texts)[PAT_TEXT_MAX + 1];
	uint32_t *lens;
	uint32_t nb_exprs, nb_names, max_exprs;
	uint64_t random, matches, missed, wrong;
	pcre2_match_data *data;
};

static const char *const words[] = {"ads", "track", "stat", "cdn", "a", "b", "x1", "mail", "pixel",
	"beacon", "example", "com", "net", "count", "www", "telemetry", "s3", "img", "api", "log"};

#define NB_WORDS (sizeof(words) / sizeof(words[0]))

static uint32_t
draw(struct oracle *o, uint32_t below)
{
	o->random ^= o->random << 13;
	o->random ^= o->random >> 7;
	o->random ^= o->random << 17;
	return (uint32_t)(o->random >> 33) % below;
}

static const char *
word(struct oracle *o)
{
	return words[draw(o, NB_WORDS)];
}

/* Kinds of expressions that lists have, or that a join of names would get wrong. A, B, C stand for
 * words, N for a digit. */
static const char *const kinds[] = {
	"^A[0-9]*[_.-]B",
	"(^|\\.)AN?\\.B$",
	"A[^.]*B",
	"A.*B",
	"\\AA(B)?",
	"AN?\\z",
	"[.-]A\\Z",
	"(?-m)^(A|B)N",
	"(?-m:A\\.B$)",
	"^(.+[_.-])?A[_.-](B|C)",
	"\\bA\\b.*\\bB\\b",
	"^[a-rt-z][a-z]{N,1N}$",
	"(A|B){2}",
	"\\.A[0-9]{1,3}(\\.[a-z]+)+$",
	"^[^aN]+\\.B$",
	"^\\W*A\\s*B?$",
	"A\\\\0N",
	"(?i)A\\.(B|C)",
	"(^|[.])(A|B[0-9]+)[.]C($|[.])",
	"[.:]A[0-9:]N?\\z",
	"[[:alpha:]:]A\\Z",
	"A[:-](?-m)[^:]*$",
	"\\A[^:]A[B:]?",
	"^(A)*B?N?$",
};

#define NB_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void
write_expr(struct oracle *o, char *to, size_t size, uint8_t *flags)
{
	static const uint8_t odd[] = {0, 0, 0, PAT_CASELESS, PAT_DOTALL, PAT_MULTILINE, PAT_SINGLE,
		PAT_CASELESS | PAT_DOTALL, PAT_UTF8, PAT_UTF8 | PAT_PROPERTIES};
	const char *kind = kinds[draw(o, NB_KINDS)];
	size_t len = 0;

	*flags = odd[draw(o, sizeof(odd))];
	if (kind == kinds[NB_KINDS - 1])
		*flags |= PAT_EMPTY;
	if (strstr(kind, "\\b") != NULL)
		*flags &= (uint8_t)~PAT_PROPERTIES; /* Hyperscan has no \b of Unicode */
	for (const char *at = kind; *at != '\0'; at++) {
		bool escaped = at > kind && at[-1] == '\\';

		if (!escaped && *at >= 'A' && *at <= 'C')
			len += (size_t)snprintf(to + len, size - len, "%s", word(o));
		else if (*at == 'N')
			len += (size_t)snprintf(to + len, size - len, "%u", 1 + draw(o, 9));
		else
			len += (size_t)snprintf(to + len, size - len, "%c", *at);
	}
}

/* A name of such words, now and then with an octet that no list would have. */
static void
write_name(struct oracle *o, char *to, size_t size)
{
	static const char *const joints[] = {
		".", ".", ".", ".", "-", "_", "", "1.", "27", "\\.", "\\010", "\\\\", "X."};
	unsigned parts = 1 + draw(o, 5);
	size_t len = 0;

	for (unsigned i = 0; i < parts; i++)
		len += (size_t)snprintf(to + len, size - len, "%s%s",
			i == 0 ? "" : joints[draw(o, sizeof(joints) / sizeof(joints[0]))], word(o));
}

static void
die(const char *what)
{
	fprintf(stderr, "pat_oracle: %s\n", what);
	exit(1);
}

static void
add_expr(struct oracle *o, const char *text, uint8_t flags)
{
	uint32_t options = (flags & PAT_CASELESS ? PCRE2_CASELESS : 0) |
			   (flags & PAT_DOTALL ? PCRE2_DOTALL : 0) |
			   (flags & PAT_MULTILINE ? PCRE2_MULTILINE : 0) |
			   (flags & PAT_UTF8 ? PCRE2_UTF : 0) |
			   (flags & PAT_PROPERTIES ? PCRE2_UCP : 0);
	PCRE2_SIZE offset;
	int error;
	struct expr *expr = &o->exprs[o->nb_exprs];

	if (o->nb_exprs == o->max_exprs)
		return;
	expr->text = strdup(text);
	expr->flags = flags;
	expr->code = pcre2_compile(
		(PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, options, &error, &offset, NULL);
	if (expr->text == NULL || expr->code == NULL)
		die(text);
	pcre2_jit_compile(expr->code, PCRE2_JIT_COMPLETE);
	o->nb_exprs++;
}

/* The expressions of others; how many. */
static uint32_t
add_real(struct oracle *o, const char *data)
{
	static const char *const files[] = {"mmotti.regex", "perflyst.regex"};
	struct lists_spec spec = {.format = LISTS_FORMAT_REGEX, .max_bad = 0};
	struct lists_rules *rules;
	char path[4096];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/lists/%s", data, files[i]);
		spec.path = path;
		if (lists_read(&spec, &rules, NULL) < 0)
			continue;
		for (uint32_t k = 0; k < rules->nb_exprs; k++)
			add_expr(
				o, lists_expr_text(rules, &rules->exprs[k]), rules->exprs[k].flags);
		lists_free(rules);
	}
	return o->nb_exprs;
}

static void
add_name(struct oracle *o, const char *text, size_t len)
{
	struct dns_name *name = &o->names[o->nb_names];

	if (dns_name_from_text(text, len, name, NULL) < 0)
		return;
	o->lens[o->nb_names] = pat_text(name->wire, o->texts[o->nb_names]);
	o->nb_names++;
}

/* Half of the names are real ones where there are any. */
static void
add_names(struct oracle *o, uint32_t nb, const char *data)
{
	char path[4096], line[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/lists/opendns-top.names", data);
	file = fopen(path, "r");
	while (file != NULL && o->nb_names < nb / 2 && fgets(line, sizeof(line), file) != NULL)
		add_name(o, line, strcspn(line, "\r\n"));
	if (file != NULL)
		fclose(file);
	while (o->nb_names < nb) {
		write_name(o, line, sizeof(line));
		add_name(o, line, strlen(line));
	}
}

static void
get_rule(const void *arg, uint32_t index, struct pat_rule *rule)
{
	const struct expr *exprs = arg;

	*rule = (struct pat_rule){
		.text = exprs[index].text, .flags = exprs[index].flags, .list = (uint8_t)index};
}

static struct pat_source *
compile(struct oracle *o, uint32_t first, uint32_t nb, uint16_t join_from)
{
	struct pat_rules rules = {.nb = nb, .get = get_rule, .arg = &o->exprs[first]};
	struct pat_spec spec = {.limit_ns = UINT64_C(300000000000), .join_from = join_from};
	struct pat_source *source;
	struct base_err err = {0};
	const struct pat_report *report;

	if (pat_source_build(&rules, &spec, &source, &err) != 0)
		die(err.text);
	report = pat_source_report(source);
	for (uint32_t i = 0; i < report->nb_bad; i++)
		fprintf(stderr, "refused: %s: %s\n", o->exprs[first + report->bad[i].rule].text,
			report->bad[i].words);
	if (report->nb_bad > 0)
		die("Hyperscan refuses what PCRE2 takes");
	return source;
}

static bool
is_match(struct oracle *o, uint32_t expr, uint32_t name)
{
	int n = pcre2_match(o->exprs[expr].code, (PCRE2_SPTR)o->texts[name], o->lens[name], 0, 0,
		o->data, NULL);

	if (n < PCRE2_ERROR_NOMATCH)
		die("PCRE2 gave up");
	return n >= 0;
}

static void
compare(struct oracle *o, uint32_t first, uint32_t nb, uint32_t name, const struct pat_hit *joined,
	const struct base_set *single)
{
	for (uint32_t i = 0; i < nb; i++) {
		bool in_joined = base_set_has(&joined->lists, (uint8_t)i);
		bool in_single = base_set_has(single, (uint8_t)i);
		bool wanted = is_match(o, first + i, name);

		o->matches += wanted;
		if (wanted == in_joined && wanted == in_single)
			continue;
		if (wanted && pat_library_fault() != NULL)
			o->missed++;
		else
			o->wrong++;
		if (o->wrong + o->missed < 20)
			fprintf(stderr,
				"`%s` and `%s` (flags %u): PCRE2 %d, joined %d, single %d\n",
				o->texts[name], o->exprs[first + i].text, o->exprs[first + i].flags,
				wanted, in_joined, in_single);
	}
}

/* What a scan of the name alone finds, by the way that `weir patterns` takes. */
static struct base_set
match_single(const struct oracle *o, const struct pat_source *source, uint32_t name)
{
	struct base_set out = {{0}};
	uint32_t rules[SOURCE_MAX];
	int64_t n = pat_source_match(source, o->texts[name], o->lens[name], rules, SOURCE_MAX);

	if (n < 0)
		die("a scan failed");
	for (int64_t i = 0; i < n; i++)
		base_set_add(&out, (uint8_t)rules[i]);
	return out;
}

static void
run_source(struct oracle *o, uint32_t first, uint32_t nb, uint32_t first_name, uint32_t end_name)
{
	static const struct base_set all = {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}};
	struct pat_source *source = compile(o, first, nb, 1);
	struct pat_name names[BURST];
	struct pat_hit hits[BURST];
	struct pat_scratch *scratch;
	struct base_err err = {0};
	struct pat_db *db;

	if (pat_db_build(source, unit_eal_node(), &db, &err) != 0 ||
		pat_scratch_build(source, 0, unit_eal_node(), &scratch, &err) != 0)
		die(err.text);
	for (uint32_t at = first_name; at < end_name; at += BURST) {
		uint16_t n = (uint16_t)(end_name - at < BURST ? end_name - at : BURST);

		for (uint16_t i = 0; i < n; i++)
			names[i] =
				(struct pat_name){.wire = o->names[at + i].wire, .deciding = &all};
		pat_scan_burst(db, scratch, names, n, hits);
		for (uint16_t i = 0; i < n; i++) {
			struct base_set single = match_single(o, source, at + i);

			if (hits[i].failed)
				die("a joined scan failed");
			compare(o, first, nb, at + i, &hits[i], &single);
		}
	}
	pat_scratch_free(scratch);
	pat_db_free(db);
	pat_source_free(source);
}

/* In sources of many expressions nearly every name matches one, and is scanned alone for that: what
 * the joined scan missed is found all the same. In these it is not. */
static void
run_small_sources(struct oracle *o)
{
	uint32_t names = o->nb_names / SMALL_NAMES, step = o->nb_exprs / SMALL_SOURCES;

	for (uint32_t i = 0; i < SMALL_SOURCES; i++) {
		uint32_t first = i * step, nb = 1 + i % SMALL_MAX;
		uint32_t from = i % SMALL_NAMES * names;

		if (step >= SMALL_MAX)
			run_source(o, first, nb, from, from + names);
	}
}

static void
open_oracle(struct oracle *o, uint32_t exprs, uint32_t names)
{
	o->max_exprs = exprs;
	o->random = UINT64_C(0x9e3779b97f4a7c15);
	o->exprs = calloc(exprs, sizeof(o->exprs[0]));
	o->names = calloc(names, sizeof(o->names[0]));
	o->texts = calloc(names, sizeof(o->texts[0]));
	o->lens = calloc(names, sizeof(o->lens[0]));
	o->data = pcre2_match_data_create(1, NULL);
	if (o->exprs == NULL || o->names == NULL || o->texts == NULL || o->lens == NULL ||
		o->data == NULL)
		die("no memory");
}

static void
close_oracle(struct oracle *o)
{
	for (uint32_t i = 0; i < o->nb_exprs; i++) {
		free(o->exprs[i].text);
		pcre2_code_free(o->exprs[i].code);
	}
	free(o->exprs);
	free(o->names);
	free(o->texts);
	free(o->lens);
	pcre2_match_data_free(o->data);
}

int
main(int argc, char **argv)
{
	const char *data = getenv("WEIR_DATA"), *require = getenv("WEIR_REQUIRE");
	const char *names = getenv("WEIR_PATTERN_NAMES");
	struct oracle o = {0};
	uint32_t real, nb;
	char text[256];
	uint8_t flags;

	if (argc > 1 && strcmp(argv[1], PAT_COMPILER) == 0)
		return pat_compiler_main(argc, argv);
	if (argc != 3)
		die("wants EXPRESSIONS NAMES");
	if (unit_eal_start(NULL) != 0)
		die("EAL does not start");
	nb = (uint32_t)strtoul(names == NULL ? argv[2] : names, NULL, 10);
	open_oracle(&o, (uint32_t)strtoul(argv[1], NULL, 10), nb);
	real = add_real(&o, data == NULL ? "" : data);
	if (real == 0 && require != NULL && strstr(require, "data") != NULL)
		die("data: no lists in WEIR_DATA");
	while (o.nb_exprs < o.max_exprs) {
		write_expr(&o, text, sizeof(text), &flags);
		add_expr(&o, text, flags);
	}
	add_names(&o, nb, data == NULL ? "" : data);
	for (uint32_t at = 0; at < o.nb_exprs; at += SOURCE_MAX)
		run_source(&o, at, o.nb_exprs - at < SOURCE_MAX ? o.nb_exprs - at : SOURCE_MAX, 0,
			o.nb_names);
	run_small_sources(&o);
	printf("%s: %u expressions, %u of them of others; %u names; %llu matches, %llu missed, "
	       "%llu "
	       "differ\n",
		pat_library(), o.nb_exprs, real, o.nb_names, (unsigned long long)o.matches,
		(unsigned long long)o.missed, (unsigned long long)o.wrong);
	flags = o.wrong == 0 && o.missed * MISSES_ONE_IN <= o.matches && o.matches > o.nb_names;
	close_oracle(&o);
	unit_eal_stop(NULL);
	return flags ? 0 : 1;
}
