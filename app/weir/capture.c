/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "capture.h"

#include <pcap/pcap.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
open_file(struct capture *capture, struct base_err *err)
{
	struct stat st;

	capture->fd = open(capture->name, O_RDONLY | O_CLOEXEC);
	if (capture->fd < 0)
		return base_fail(
			err, BASE_EXIT_FAILURE, errno, "%s: %s", capture->name, strerror(errno));
	if (fstat(capture->fd, &st) < 0 || !S_ISREG(st.st_mode))
		return base_fail(err, BASE_EXIT_FAILURE, EINVAL,
			"%s: is no regular file, and a capture is read twice", capture->name);
	/* Devices take their arguments apart at commas; this name has none, and it is this file
	 * whatever becomes of the other name. */
	snprintf(capture->path, sizeof(capture->path), "/proc/self/fd/%d", capture->fd);
	return 0;
}

static int
check_link_type(const struct capture *capture, pcap_t *pcap, struct base_err *err)
{
	int type = pcap_datalink(pcap);
	const char *name = pcap_datalink_val_to_name(type);
	const char *what = pcap_datalink_val_to_description(type);

	if (type == DLT_EN10MB)
		return 0;
	return base_fail(err, BASE_EXIT_FAILURE, EINVAL,
		"%s: link type %s (%s): a replay takes EN10MB (Ethernet)", capture->name,
		name == NULL ? "unknown" : name, what == NULL ? "unknown" : what);
}

static int
read_frames(struct capture *capture, pcap_t *pcap, struct base_err *err)
{
	struct pcap_pkthdr *header;
	const u_char *data;
	int rc;

	while ((rc = pcap_next_ex(pcap, &header, &data)) == 1) {
		capture->frames++;
		if (header->caplen > capture->longest)
			capture->longest = header->caplen;
		if (header->caplen > CAPTURE_FRAME_MAX)
			return base_fail(err, BASE_EXIT_FAILURE, EMSGSIZE,
				"%s: frame %" PRIu64 " is %u octets long: a replay takes frames of "
				"up to %d",
				capture->name, capture->frames, header->caplen, CAPTURE_FRAME_MAX);
	}
	if (rc == PCAP_ERROR && capture->frames == 0)
		return base_fail(
			err, BASE_EXIT_FAILURE, EIO, "%s: %s", capture->name, pcap_geterr(pcap));
	if (rc == PCAP_ERROR)
		return base_fail(err, BASE_EXIT_FAILURE, EIO, "%s: behind frame %" PRIu64 ": %s",
			capture->name, capture->frames, pcap_geterr(pcap));
	return 0;
}

static int
look_through(struct capture *capture, struct base_err *err)
{
	char text[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = pcap_open_offline(capture->path, text);
	const char *words = text;
	int rc;

	if (pcap == NULL) {
		/* libpcap leads some of its sentences with the name that it was given. */
		if (strncmp(words, capture->path, strlen(capture->path)) == 0)
			words +=
				strlen(capture->path) + strspn(words + strlen(capture->path), ": ");
		return base_fail(err, BASE_EXIT_FAILURE, EINVAL,
			"%s: %s: a replay takes pcap and pcapng, not compressed", capture->name,
			words);
	}
	rc = check_link_type(capture, pcap, err);
	if (rc == 0)
		rc = read_frames(capture, pcap, err);
	pcap_close(pcap);
	return rc;
}

int
capture_open(const char *name, struct capture *capture, struct base_err *err)
{
	int rc;

	*capture = (struct capture){.name = name};
	rc = open_file(capture, err);
	if (rc == 0)
		rc = look_through(capture, err);
	if (rc < 0)
		capture_close(capture);
	return rc;
}

void
capture_close(struct capture *capture)
{
	if (capture->name != NULL && capture->fd >= 0)
		close(capture->fd);
	*capture = (struct capture){0};
}
