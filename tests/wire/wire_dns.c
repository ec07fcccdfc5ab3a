/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */

/* Prints a line for every UDP datagram of port 53 in a capture, as the rooms pkt and dns read it,
 * in the spelling of the verdict file of `weir replay`; `-` is what could not be read. */

#include "base_addr.h"
#include "dns_question.h"
#include "pkt_addr.h"
#include "pkt_decode.h"
#include "wire.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	PORT_DNS = 53,
	PROTO_UDP = 17
};

static void
print_addr(void (*read_addr)(const uint8_t *, const struct pkt_layers *, struct base_addr *),
	const uint8_t *frame, const struct pkt_layers *layers, uint16_t port)
{
	char text[BASE_ADDR_TEXT_MAX];
	struct base_addr addr;

	read_addr(frame, layers, &addr);
	printf("%s\t%u\t", base_addr_format(&addr, text), port);
}

static void
print_question(const uint8_t *msg, const struct dns_question *question)
{
	char text[DNS_NAME_TEXT_MAX] = "-";

	if (question->has_header)
		printf("0x%04x\t%d\t", question->id, (question->flags & DNS_FLAG_QR) != 0);
	else
		printf("-\t-\t");
	if (question->has_name)
		dns_name_format(msg + DNS_HEADER_LEN, question->name.len, text, sizeof(text));
	printf("%s\t", text);
	if (question->has_question)
		printf("%u\n", question->qtype);
	else
		puts("-");
}

static void
print_frame(uint64_t number, const uint8_t *frame, uint32_t len)
{
	struct dns_question question;
	struct pkt_layers layers;
	const uint8_t *msg;

	if (pkt_decode(frame, len, &layers) != PKT_ok || layers.l4_proto != PROTO_UDP)
		return;
	if (layers.sport != PORT_DNS && layers.dport != PORT_DNS)
		return;
	msg = frame + layers.payload_off;
	dns_question_parse(msg, layers.payload_len, &question);
	printf("%" PRIu64 "\t", number);
	print_addr(pkt_src_addr, frame, &layers, layers.sport);
	print_addr(pkt_dst_addr, frame, &layers, layers.dport);
	printf("udp\t");
	print_question(msg, &question);
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: %s CAPTURE\n", argv[0]);
		return 2;
	}
	puts("frame\tsrc\tsport\tdst\tdport\ttransport\tid\tqr\tqname\tqtype");
	return wire_read(argv[1], print_frame);
}
