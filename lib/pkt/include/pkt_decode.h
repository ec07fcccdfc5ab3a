/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PKT_DECODE_H
#define PKT_DECODE_H

/**
 * @file
 * An Ethernet frame to the offsets of its layers.
 *
 * Threads: any; nothing is kept between calls.
 * Memory: the octets are the caller's and contiguous; nothing is allocated.
 * Hot path: pkt_decode(); the names of the reasons are for the slow side.
 */

#include <stdint.h>

/**
 * What became of a frame: X(word, help). Anything but `ok` means: not read as UDP or TCP, to be
 * forwarded untouched and counted by this word.
 */
#define PKT_REASONS(X)                                                               \
	X(ok, "UDP or TCP over IP, whole and well formed")                           \
	X(too_long, "frame longer than 65535 octets")                                \
	X(short_l2, "frame ends inside the Ethernet header or a VLAN tag")           \
	X(llc, "802.3 length instead of an Ethernet type: LLC, no IP")               \
	X(arp, "ARP")                                                                \
	X(other_ethertype, "an Ethernet type other than IPv4, IPv6 and ARP")         \
	X(short_ip, "frame ends inside the IP header")                               \
	X(bad_ip_version, "version of the IP header differs from the Ethernet type") \
	X(bad_ihl, "IPv4 header length below 20 octets or beyond the datagram")      \
	X(bad_ip_len, "IPv4 total length shorter than its header")                   \
	X(cut, "IP length says more than the frame holds")                           \
	X(jumbogram, "IPv6 jumbogram (payload length 0 and the option for it)")      \
	X(short_ext, "IPv6 datagram ends inside an extension header")                \
	X(esp, "encrypted by IPsec (ESP)")                                           \
	X(no_next, "IPv6 next header 59: nothing follows")                           \
	X(first_fragment, "first fragment of a datagram")                            \
	X(later_fragment, "fragment other than the first")                           \
	X(not_udp_tcp, "IP protocol other than UDP and TCP")                         \
	X(short_udp, "datagram ends inside the UDP header")                          \
	X(bad_udp_len, "UDP length below 8 octets or beyond the datagram")           \
	X(short_tcp, "datagram ends inside the TCP header")                          \
	X(bad_tcp_off, "TCP data offset below 20 octets or beyond the datagram")

enum pkt_reason {
#define PKT_REASON_ENUM(word, help) PKT_##word,
	PKT_REASONS(PKT_REASON_ENUM)
#undef PKT_REASON_ENUM
	PKT_REASON_COUNT
};

/** VLAN tags that are kept; those behind them are stepped over. */
#define PKT_TAGS_MAX 2

/** Bits of pkt_layers.flags. */
enum pkt_flag {
	PKT_HAS_OPTIONS = 1 << 0, /**< IPv4 options */
	PKT_HAS_EXT = 1 << 1,	  /**< IPv6 extension headers */
	PKT_IS_ATOMIC = 1 << 2,	  /**< IPv6 fragment header on a whole datagram (RFC 6946): the
				     frame is read like any other */
	PKT_IS_ROUTED = 1 << 3,	  /**< IPv6 routing header with segments left (RFC 8200 4.4): the
				     destination address is a waypoint */
	PKT_NO_UDP_SUM = 1 << 4,  /**< UDP checksum 0: none was made */
	PKT_HAS_SURPLUS = 1 << 5, /**< the IP datagram is longer than the UDP length says (RFC
				     9868): the octets between are no payload */
};

/**
 * Where the layers of a frame are. Offsets count octets from the start of the frame.
 *
 * What is known is set whatever the reason, the rest is 0: `tags` and `tci` tag by tag, `l3_off`
 * once the last of them is read; `ip_version` once the frame holds an IP header, whose addresses
 * can then be read; `end` once its length is sound. `l4_proto` and `l4_off`: the protocol that is
 * named behind the last IP header read, and where it begins; for a fragment, where its piece
 * begins. Payload and ports are set with `ok` alone.
 */
struct pkt_layers {
	uint16_t l3_off;	    /**< of the IP header: the length of Ethernet header and tags */
	uint16_t tci[PKT_TAGS_MAX]; /**< tag control information (PCP, DEI, VID), host order, outer
				       first */
	uint16_t l4_off;	    /**< of the UDP or TCP header */
	uint16_t end;	      /**< of the IP datagram; behind it is Ethernet padding at most */
	uint16_t payload_off; /**< behind the UDP or TCP header */
	uint16_t payload_len; /**< octets; Ethernet padding and UDP surplus are not counted */
	uint16_t sport;	      /**< host order */
	uint16_t dport;	      /**< host order */
	uint8_t tags; /**< VLAN tags in tci: 0 to PKT_TAGS_MAX; l3_off is behind all of them */
	uint8_t ip_version; /**< 4 or 6; 0: no sound IP header */
	uint8_t l4_proto;   /**< IANA protocol number */
	uint8_t flags;	    /**< of enum pkt_flag */
};

/**
 * Reads a frame down to the UDP or TCP header: Ethernet II (IEEE 802.3), tags of type 0x8100,
 * 0x88a8 and 0x9100 (IEEE 802.1Q), IPv4 (RFC 791; options are stepped over, not read), IPv6 with
 * hop-by-hop, routing, destination options, fragment (RFC 8200) and authentication headers
 * (RFC 4302), UDP (RFC 768), TCP (RFC 9293). Checksums are not verified: the frame goes on to a
 * host that does.
 *
 * What a host reads is read, also where no standard asks for it, or it would be a way past us: any
 * number of tags and of extension headers, an IPv6 UDP length of 0 (to the datagram's end), an IPv6
 * payload length of 0 before hop-by-hop options that make no jumbogram (to the frame's end).
 *
 * @param frame from the destination MAC address on; never read at or behind frame + len
 * @param len octets that the frame holds, padding included, without frame check sequence
 * @param out written whatever the reason
 * @return PKT_ok or why the frame is not read further
 */
enum pkt_reason pkt_decode(const uint8_t *frame, uint32_t len, struct pkt_layers *out);

/** The word of a reason ("short_ip"), "?" for a number that is none. */
const char *pkt_reason_name(enum pkt_reason reason);

/** What a reason means, in a few words; "?" for a number that is none. */
const char *pkt_reason_help(enum pkt_reason reason);

#endif
