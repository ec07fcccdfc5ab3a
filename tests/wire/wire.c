/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "wire.h"

#include <pcap/pcap.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
read_frames(pcap_t *in, void (*each)(uint64_t number, const uint8_t *frame, uint32_t len))
{
	struct pcap_pkthdr *header;
	const uint8_t *octets;
	int rc;

	for (uint64_t number = 1; (rc = pcap_next_ex(in, &header, &octets)) == 1; number++) {
		uint8_t *frame = malloc(header->caplen == 0 ? 1 : header->caplen);

		if (frame == NULL)
			return PCAP_ERROR;
		memcpy(frame, octets, header->caplen);
		each(number, frame, header->caplen);
		free(frame);
	}
	return rc;
}

int
wire_read(const char *path, void (*each)(uint64_t number, const uint8_t *frame, uint32_t len))
{
	char err[PCAP_ERRBUF_SIZE];
	pcap_t *in = pcap_open_offline(path, err);
	int link, rc = 1;

	if (in == NULL) {
		fprintf(stderr, "%s: %s\n", path, err);
		return 1;
	}
	link = pcap_datalink(in);
	if (link != DLT_EN10MB)
		fprintf(stderr, "%s: link type %d, not Ethernet\n", path, link);
	else if (read_frames(in, each) != PCAP_ERROR_BREAK)
		fprintf(stderr, "%s: %s\n", path, pcap_geterr(in));
	else
		rc = 0;
	pcap_close(in);
	return rc;
}
