/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pat_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define REQUEST_MAGIC "weirreq1"
#define MADE_MAGIC    "weirmad1"
#define WORDS_MAX     1024

/* All that the databases depend on beside the expressions. */
struct head {
	char magic[8];
	uint32_t nb;
	uint32_t tune;
	uint64_t features;
	char version[64];
};

struct made_head {
	char magic[8];
	uint64_t nb_bad;
	uint64_t len[PAT_PARTS];
};

static void
fill_head(struct head *head, uint32_t nb)
{
	hs_platform_info_t platform = {0};

	memset(head, 0, sizeof(*head));
	memcpy(head->magic, REQUEST_MAGIC, sizeof(head->magic));
	head->nb = nb;
	if (hs_populate_platform(&platform) == HS_SUCCESS) {
		head->tune = platform.tune;
		head->features = platform.cpu_features;
	}
	strncpy(head->version, hs_version(), sizeof(head->version) - 1);
}

static uint32_t
hs_flags(uint8_t flags, enum pat_part part)
{
	static const struct {
		uint8_t ours;
		uint32_t theirs;
	} map[] = {
		{PAT_CASELESS, HS_FLAG_CASELESS},
		{PAT_DOTALL, HS_FLAG_DOTALL},
		{PAT_MULTILINE, HS_FLAG_MULTILINE},
		{PAT_EMPTY, HS_FLAG_ALLOWEMPTY},
		{PAT_UTF8, HS_FLAG_UTF8},
		{PAT_PROPERTIES, HS_FLAG_UCP},
	};
	uint32_t out = part == PAT_JOINED ? HS_FLAG_MULTILINE : 0;

	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		out |= flags & map[i].ours ? map[i].theirs : 0;
	return out;
}

static bool
write_item(struct pat_request *request, uint32_t i, const struct pat_rule *rule)
{
	struct pat_item item = {.len = (uint32_t)strlen(rule->text)};
	size_t need = request->len + sizeof(item) + item.len + 1;
	uint8_t *bytes;

	if (need > request->cap) {
		bytes = realloc(request->bytes, need * 2);
		if (bytes == NULL)
			return false;
		request->bytes = bytes;
		request->cap = need * 2;
	}
	request->at[i] = request->len;
	bytes = request->bytes + request->len + sizeof(item);
	item.part = pat_rewrite(rule->text, (char *)bytes);
	item.flags = hs_flags(rule->flags, (enum pat_part)item.part);
	item.len = (uint32_t)strlen((const char *)bytes);
	memcpy(request->bytes + request->len, &item, sizeof(item));
	request->len += sizeof(item) + item.len + 1;
	return true;
}

int
pat_request_make(const struct pat_rules *rules, struct pat_request *out)
{
	struct pat_rule rule;

	*out = (struct pat_request){.nb = rules->nb, .len = sizeof(struct head)};
	out->at = calloc(rules->nb + 1u, sizeof(out->at[0]));
	out->bytes = malloc(sizeof(struct head));
	if (out->at == NULL || out->bytes == NULL)
		goto no_memory;
	for (uint32_t i = 0; i < rules->nb; i++) {
		rules->get(rules->arg, i, &rule);
		if (!write_item(out, i, &rule))
			goto no_memory;
	}
	fill_head((struct head *)(void *)out->bytes, rules->nb);
	return 0;
no_memory:
	pat_request_free(out);
	return -ENOMEM;
}

void
pat_request_free(struct pat_request *request)
{
	free(request->bytes);
	free(request->at);
	*request = (struct pat_request){0};
}

uint32_t
pat_request_open(const uint8_t *bytes, size_t len, size_t *at)
{
	struct head head;

	if (len < sizeof(head))
		return 0;
	memcpy(&head, bytes, sizeof(head));
	*at = sizeof(head);
	return memcmp(head.magic, REQUEST_MAGIC, sizeof(head.magic)) == 0 ? head.nb : 0;
}

bool
pat_request_item(
	const uint8_t *bytes, size_t len, size_t *at, struct pat_item *item, const char **text)
{
	if (len - *at < sizeof(*item))
		return false;
	memcpy(item, bytes + *at, sizeof(*item));
	*at += sizeof(*item);
	if (len - *at <= item->len || bytes[*at + item->len] != 0)
		return false;
	*text = (const char *)bytes + *at;
	*at += item->len + 1;
	return true;
}

void
pat_request_set_part(struct pat_request *request, uint32_t i, enum pat_part part)
{
	uint32_t word = part;

	memcpy(request->bytes + request->at[i] + offsetof(struct pat_item, part), &word,
		sizeof(word));
}

enum pat_part
pat_request_part(const struct pat_request *request, uint32_t i)
{
	uint32_t word;

	memcpy(&word, request->bytes + request->at[i] + offsetof(struct pat_item, part),
		sizeof(word));
	return (enum pat_part)word;
}

int
pat_made_bad(struct pat_made *made, uint32_t rule, const char *words)
{
	struct pat_bad *bad = realloc(made->bad, (made->nb_bad + 1u) * sizeof(*bad));
	char *own = strndup(words, WORDS_MAX);
	uint32_t i = made->nb_bad;

	if (bad != NULL)
		made->bad = bad;
	if (bad == NULL || own == NULL) {
		free(own);
		return -ENOMEM;
	}
	for (; i > 0 && bad[i - 1].rule > rule; i--)
		bad[i] = bad[i - 1];
	bad[i] = (struct pat_bad){.rule = rule, .words = own};
	made->nb_bad++;
	return 0;
}

int
pat_made_write(const struct pat_made *made, FILE *to)
{
	struct made_head head = {.nb_bad = made->nb_bad};

	memcpy(head.magic, MADE_MAGIC, sizeof(head.magic));
	for (int part = 0; part < PAT_PARTS; part++)
		head.len[part] = made->part[part].len;
	fwrite(&head, sizeof(head), 1, to);
	for (uint32_t i = 0; i < made->nb_bad; i++) {
		uint32_t words[2] = {made->bad[i].rule, (uint32_t)strlen(made->bad[i].words)};

		fwrite(words, sizeof(words), 1, to);
		fwrite(made->bad[i].words, words[1] + 1u, 1, to);
	}
	for (int part = 0; part < PAT_PARTS; part++) {
		if (head.len[part] > 0)
			fwrite(made->part[part].bytes, head.len[part], 1, to);
	}
	return fflush(to) != 0 || ferror(to) ? -EIO : 0;
}

static int
read_bad(struct pat_made *made, const uint8_t *bytes, size_t len, size_t *at, uint32_t nb)
{
	uint32_t words[2];

	if (len - *at < sizeof(words))
		return -EBADMSG;
	memcpy(words, bytes + *at, sizeof(words));
	*at += sizeof(words);
	if (words[0] >= nb || len - *at <= words[1] || bytes[*at + words[1]] != 0)
		return -EBADMSG;
	*at += words[1] + 1u;
	return pat_made_bad(made, words[0], (const char *)bytes + *at - words[1] - 1);
}

static int
read_parts(struct pat_made *made, const uint8_t *bytes, size_t len, const struct made_head *head)
{
	for (int part = 0; part < PAT_PARTS; part++) {
		if (head->len[part] > len)
			return -EBADMSG;
		if (head->len[part] == 0)
			continue;
		made->part[part].bytes = malloc(head->len[part]);
		if (made->part[part].bytes == NULL)
			return -ENOMEM;
		made->part[part].len = head->len[part];
		memcpy(made->part[part].bytes, bytes, head->len[part]);
		bytes += head->len[part];
		len -= head->len[part];
	}
	return len == 0 ? 0 : -EBADMSG;
}

int
pat_made_read(struct pat_made *made, const uint8_t *bytes, size_t len, uint32_t nb)
{
	size_t at = sizeof(struct made_head);
	struct made_head head;
	int ret = 0;

	*made = (struct pat_made){0};
	if (len < sizeof(head))
		return -EBADMSG;
	memcpy(&head, bytes, sizeof(head));
	if (memcmp(head.magic, MADE_MAGIC, sizeof(head.magic)) != 0 || head.nb_bad > nb)
		return -EBADMSG;
	for (uint64_t i = 0; i < head.nb_bad && ret == 0; i++)
		ret = read_bad(made, bytes, len, &at, nb);
	if (ret == 0)
		ret = read_parts(made, bytes + at, len - at, &head);
	if (ret != 0)
		pat_made_free(made);
	return ret;
}

void
pat_made_free(struct pat_made *made)
{
	for (uint32_t i = 0; i < made->nb_bad; i++)
		free((char *)(uintptr_t)made->bad[i].words);
	free(made->bad);
	for (int part = 0; part < PAT_PARTS; part++)
		free(made->part[part].bytes);
	*made = (struct pat_made){0};
}
