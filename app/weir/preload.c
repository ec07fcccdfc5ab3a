/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "preload.h"

#include <pcap/pcap.h>

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The value of the argument that begins at `arg`, when it is the one of that name. */
static const char *
value_of(const char *arg, const char *name)
{
	size_t n = strlen(name);

	return strncmp(arg, name, n) == 0 && arg[n] == '=' ? arg + n + 1 : NULL;
}

/* The argument behind this one, or NULL. */
static const char *
next(const char *arg)
{
	const char *comma = strchr(arg, ',');

	return comma == NULL ? NULL : comma + 1;
}

static bool
repeats(const char *device)
{
	for (const char *arg = next(device); arg != NULL; arg = next(arg)) {
		const char *value = value_of(arg, "infinite_rx");

		if (value != NULL && value[strspn(value, "0")] >= '1' &&
			value[strspn(value, "0")] <= '9')
			return true;
	}
	return false;
}

static uint32_t
count(const char *path)
{
	char text[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(path, text);
	struct pcap_pkthdr *header;
	const u_char *data;
	uint32_t frames = 0;

	if (pcap == NULL)
		return 0;
	while (frames < INT32_MAX && pcap_next_ex(pcap, &header, &data) == 1)
		frames++;
	pcap_close(pcap);
	return frames;
}

uint32_t
preload_frames(const char *device)
{
	uint32_t frames = 0;

	if (strncmp(device, "net_pcap", strlen("net_pcap")) != 0 || !repeats(device))
		return 0;
	for (const char *arg = next(device); arg != NULL; arg = next(arg)) {
		const char *value = value_of(arg, "rx_pcap");
		char path[PATH_MAX];

		if (value == NULL)
			continue;
		snprintf(path, sizeof(path), "%.*s", (int)strcspn(value, ","), value);
		frames += count(path);
	}
	return frames;
}
