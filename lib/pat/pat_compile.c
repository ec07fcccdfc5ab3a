/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_clock.h"
#include "pat_priv.h"

#include <errno.h>
#include <stdlib.h>

#define CULPRITS_MAX  8
#define SHARE_LEAST   UINT64_C(5000000000) /* ns that a part of the expressions gets at least */
#define RUNS_OF_LIMIT 8			   /* all runs together: so many times the limit */

/* The search for those expressions for which the compiler does not come to an end. */
struct sift {
	struct pat_request *request;
	const struct pat_spec *spec;
	enum pat_part *part; /* of each expression, as it was to be compiled */
	bool *out;	     /* culprits */
	struct pat_made found;
	uint64_t until;
	char words[256];
};

/* Leaves all but a range of the good expressions out of the request. */
static void
choose(struct sift *sift, uint32_t first, uint32_t n)
{
	for (uint32_t i = 0; i < sift->request->nb; i++) {
		bool in = i >= first && i - first < n && !sift->out[i];

		pat_request_set_part(sift->request, i, in ? sift->part[i] : PAT_LEFT_OUT);
	}
}

/* A range that is a small part of all gets a small part of the time. */
static uint64_t
share(const struct sift *sift, uint32_t n)
{
	uint64_t all = sift->spec->limit_ns;
	uint64_t part = (uint64_t)((double)all * n / sift->request->nb);

	if (part < SHARE_LEAST)
		part = SHARE_LEAST;
	return part < all ? part : all;
}

/* Halves a range that could not be compiled until single expressions are left. */
static int
sift_range(struct sift *sift, uint32_t first, uint32_t n)
{
	struct pat_made made;
	int ret;

	choose(sift, first, n);
	ret = pat_child_run(sift->request, sift->spec, share(sift, n), &made, sift->words);
	pat_made_free(&made);
	if (ret != -ETIMEDOUT && ret != -EIO)
		return ret;
	if (base_clock_ns() > sift->until || sift->found.nb_bad == CULPRITS_MAX)
		return ret;
	if (n == 1) {
		sift->out[first] = true;
		return pat_made_bad(&sift->found, first, sift->words);
	}
	ret = sift_range(sift, first, n / 2);
	return ret != 0 ? ret : sift_range(sift, first + n / 2, n - n / 2);
}

static int
open_sift(struct sift *sift)
{
	uint32_t nb = sift->request->nb;

	sift->part = calloc(nb, sizeof(sift->part[0]));
	sift->out = calloc(nb, sizeof(sift->out[0]));
	if (sift->part == NULL || sift->out == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < nb; i++)
		sift->part[i] = pat_request_part(sift->request, i);
	sift->until = base_clock_ns() + RUNS_OF_LIMIT * sift->spec->limit_ns;
	return 0;
}

/* Finds the culprits and compiles the rest. */
static int
compile_rest(struct sift *sift, struct pat_made *made)
{
	uint32_t nb = sift->request->nb;
	int ret = sift_range(sift, 0, nb / 2);

	if (ret == 0)
		ret = sift_range(sift, nb / 2, nb - nb / 2);
	if (ret != 0)
		return ret;
	choose(sift, 0, nb);
	ret = pat_child_run(sift->request, sift->spec, sift->spec->limit_ns, made, sift->words);
	for (uint32_t i = 0; i < sift->found.nb_bad && ret == 0; i++)
		ret = pat_made_bad(made, sift->found.bad[i].rule, sift->found.bad[i].words);
	return ret;
}

int
pat_compile(struct pat_request *request, const struct pat_spec *spec, struct pat_made *made,
	struct base_err *err)
{
	struct sift sift = {.request = request, .spec = spec};
	int ret = pat_child_run(request, spec, spec->limit_ns, made, sift.words);
	uint32_t nb_found;

	if (ret == -ETIMEDOUT || ret == -EIO) {
		ret = open_sift(&sift);
		if (ret == 0)
			ret = compile_rest(&sift, made);
		for (uint32_t i = 0; i < request->nb && sift.part != NULL; i++)
			pat_request_set_part(request, i, sift.part[i]);
		for (uint32_t i = 0; i < sift.found.nb_bad && ret != 0 && spec->culprit != NULL;
			i++)
			spec->culprit(spec->arg, sift.found.bad[i].rule, sift.found.bad[i].words);
	}
	free(sift.part);
	free(sift.out);
	nb_found = spec->culprit == NULL ? 0 : sift.found.nb_bad;
	pat_made_free(&sift.found);
	if (ret == 0)
		return 0;
	pat_made_free(made);
	return base_fail(err, BASE_EXIT_UNAVAILABLE, -ret, "%u expressions%s: %s%s", request->nb,
		nb_found == 0 ? "" : ", those told among them", sift.words,
		ret == -ETIMEDOUT ? ": fewer expressions, or a higher limit" : "");
}
