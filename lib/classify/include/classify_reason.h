/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CLASSIFY_REASON_H
#define CLASSIFY_REASON_H

/**
 * @file
 * The reason with which each packet ends: received = sum of all of them.
 *
 * Threads: any. Memory: constant tables. Hot path: the numbers.
 */

#include "dns_reason.h"
#include "pkt_decode.h"

/**
 * Reasons that neither the frame nor the message gave; X(id, help). A packet that pkt or dns gave
 * up bears the reason of theirs, as pkt_arp or dns_many_questions.
 */
#define CLASSIFY_REASONS(X)                                                                   \
	X(not_dns, "UDP or TCP, no port of [dns] ports")                                      \
	X(tcp, "DNS over TCP: passed unread")                                                 \
	X(not_to_dns, "a query to a port that is none of [dns] ports: passed")                \
	X(wrong_side, "a query that came in on a port whose side is servers: passed")         \
	X(passed_until_ready, "no policy yet, and until_ready = pass")                        \
	X(dropped_until_ready, "no policy yet, and until_ready = drop")                       \
	X(pattern_error, "its name could not be matched against expressions")                 \
	X(passed, "no list named it, the group's default is pass")                            \
	X(passed_list, "a list's action is pass")                                             \
	X(passed_shadow, "a list would have blocked it, the group has enforce = no")          \
	X(passed_signed, "blocked, but the query has DO=1 and the group signed = pass")       \
	X(passed_capped, "a response whose TTLs were lowered: its client's lists change")     \
	X(uncapped_malformed, "TTLs to be lowered, but the response is not in order: passed") \
	X(uncapped_signed, "likewise, but it has TSIG or SIG(0): passed")                     \
	X(uncapped_no_mbuf, "likewise, but no mbuf was free for a copy: passed")              \
	X(answered_nxdomain, "blocked: NXDOMAIN sent")                                        \
	X(answered_nodata, "blocked: an empty answer sent")                                   \
	X(answered_refused, "blocked: REFUSED sent")                                          \
	X(answered_servfail, "blocked: SERVFAIL sent")                                        \
	X(answered_truncate, "an answer with TC=1 sent: the client comes back on TCP")        \
	X(answered_sinkhole, "blocked: the group's sinkhole address sent")                    \
	X(answered_cname, "blocked: a CNAME sent")                                            \
	X(answered_data, "a rule's own records sent")                                         \
	X(dropped, "blocked: the action is drop")                                             \
	X(dropped_source, "blocked, but its source can get no answer: dropped")               \
	X(dropped_signed, "blocked, but signed with TSIG or SIG(0): dropped")                 \
	X(dropped_no_mbuf, "blocked, but no mbuf was free for the answer: dropped")           \
	X(dropped_no_room, "blocked, but no answer fits: dropped")

/** Reasons of pkt first, those of dns, ours. CLASSIFY_pkt_ok and CLASSIFY_dns_ok end no packet. */
enum classify_reason {
#define X(id, help) CLASSIFY_pkt_##id,
	PKT_REASONS(X)
#undef X
#define X(id, class, help) CLASSIFY_dns_##id,
	DNS_REASONS(X)
#undef X
#define X(id, help) CLASSIFY_##id,
		CLASSIFY_REASONS(X)
#undef X
			CLASSIFY_REASON_COUNT
};

/** "pkt_arp", "dns_many_questions", "answered_nxdomain": as counters and verdict lines spell it. */
extern const char *const classify_reason_names[CLASSIFY_REASON_COUNT];

/** What a reason means, in a few words; "?" for a number that is none. */
const char *classify_reason_help(enum classify_reason reason);

#endif
