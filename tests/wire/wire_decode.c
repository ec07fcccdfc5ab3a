/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */

/* Prints a line for every frame of a capture: what pkt_decode() says of it, `-` where it says
 * nothing. */

#include "pkt_addr.h"
#include "wire.h"

#include <inttypes.h>
#include <stdio.h>

static void
print_tags(const struct pkt_layers *l)
{
	if (l->tags == 0)
		printf("\t-");
	for (int i = 0; i < l->tags; i++)
		printf("%c%u", i == 0 ? '\t' : '.', l->tci[i]);
}

static void
print_addrs(const uint8_t *frame, const struct pkt_layers *l)
{
	struct base_addr src = {0}, dst = {0};
	char from[BASE_ADDR_TEXT_MAX], to[BASE_ADDR_TEXT_MAX];

	if (l->ip_version != 0) {
		pkt_src_addr(frame, l, &src);
		pkt_dst_addr(frame, l, &dst);
	}
	printf("\t%s\t%s", base_addr_format(&src, from), base_addr_format(&dst, to));
}

static void
print_fragment(enum pkt_reason reason, const struct pkt_layers *l)
{
	const char *kind = reason == PKT_first_fragment	     ? "first"
			   : reason == PKT_later_fragment    ? "later"
			   : (l->flags & PKT_IS_ATOMIC) != 0 ? "atomic"
							     : "-";

	printf("\t%s", kind);
}

static void
print_payload(const uint8_t *frame, const struct pkt_layers *l)
{
	printf("\t%s\t%u\t%u\t%u\t%u\t", l->l4_proto == 6 ? "tcp" : "udp", l->sport, l->dport,
		l->payload_off, l->payload_len);
	if (l->payload_len == 0)
		printf("-");
	for (uint32_t i = 0; i < l->payload_len; i++)
		printf("%02x", frame[l->payload_off + i]);
}

static void
print_frame(uint64_t number, const uint8_t *frame, uint32_t len)
{
	struct pkt_layers layers;
	enum pkt_reason reason = pkt_decode(frame, len, &layers);

	printf("%" PRIu64 "\t%s", number, pkt_reason_name(reason));
	print_tags(&layers);
	print_addrs(frame, &layers);
	print_fragment(reason, &layers);
	if (reason == PKT_ok)
		print_payload(frame, &layers);
	else
		printf("\t-\t-\t-\t-\t-\t-");
	putchar('\n');
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: %s CAPTURE\n", argv[0]);
		return 2;
	}
	puts("frame\treason\ttags\tsrc\tdst\tfragment\ttransport\tsport\tdport\tpayload_off\t"
	     "payload_len\tpayload");
	return wire_read(argv[1], print_frame);
}
