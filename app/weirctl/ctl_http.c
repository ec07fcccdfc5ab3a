/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "ctl_http.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define REPLY_MAX (64u << 20)

void
ctl_target_begin(struct ctl_target *target, const char *path)
{
	*target = (struct ctl_target){.text = strdup(path), .next = '?'};
}

void
ctl_target_add(struct ctl_target *target, const char *name, const char *value)
{
	static const char unreserved[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789-._~";
	char *grown, *at;
	size_t len;

	if (target->text == NULL)
		return;
	len = strlen(target->text);
	grown = realloc(target->text, len + strlen(name) + 3 * strlen(value) + 3);
	if (grown == NULL) {
		free(target->text);
		target->text = NULL;
		return;
	}
	target->text = grown;
	at = grown + len + snprintf(grown + len, strlen(name) + 3, "%c%s=", target->next, name);
	for (; *value != '\0'; value++) {
		if (strchr(unreserved, *value) != NULL)
			*at++ = *value;
		else
			at += snprintf(at, 4, "%%%02X", (unsigned char)*value);
	}
	*at = '\0';
	target->next = '&';
}

static int
fail(const char *socket, const char *what, struct base_err *err)
{
	int error = errno;

	return base_fail(err, BASE_EXIT_FAILURE, error, "%s: %s: %s", socket, what,
		error == EAGAIN ? "no answer in time" : strerror(error));
}

static int
connect_to(const char *path, unsigned int wait_s, int *fd, struct base_err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval limit = {.tv_sec = wait_s};

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return fail(path, "cannot be reached", err);
	}
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return fail(path, "no socket", err);
	setsockopt(*fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(*fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(*fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		fail(path, "cannot be reached", err);
		return -errno;
	}
	return 0;
}

static int
send_all(const char *path, int fd, const char *text, struct base_err *err)
{
	size_t left = strlen(text);

	while (left > 0) {
		ssize_t n = send(fd, text, left, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(path, "cannot be asked", err);
		text += n;
		left -= (size_t)n;
	}
	return 0;
}

/* Everything up to the end of the connection, with a NUL behind it. */
static int
receive_all(const char *path, int fd, char **out, size_t *len, struct base_err *err)
{
	size_t cap = 0;

	*len = 0;
	for (;;) {
		ssize_t n;

		if (*len + 1 >= cap) {
			char *grown =
				cap >= REPLY_MAX ? NULL : realloc(*out, cap = cap * 2 + 16384);

			if (grown == NULL)
				return base_fail(err, BASE_EXIT_FAILURE, ENOMEM,
					"%s: no memory for the reply", path);
			*out = grown;
		}
		n = recv(fd, *out + *len, cap - *len - 1, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(path, "does not answer", err);
		if (n == 0)
			break;
		*len += (size_t)n;
	}
	(*out)[*len] = '\0';
	return 0;
}

/* The value of the Content-Length header field of a head; -1: none that makes sense. */
static long
content_length(const char *head)
{
	const char *at = head;

	while ((at = strstr(at, "\r\n")) != NULL) {
		at += 2;
		if (strncasecmp(at, "Content-Length:", 15) == 0)
			return strtol(at + 15, NULL, 10);
	}
	return -1;
}

/* A head, an empty line, and as many octets as the head says. */
static int
parse_reply(const char *path, char *text, size_t len, struct ctl_reply *out, struct base_err *err)
{
	char *end = strstr(text, "\r\n\r\n");
	long length;

	if (end == NULL || strncmp(text, "HTTP/1.", 7) != 0 || strlen(text) < 12)
		return base_fail(
			err, BASE_EXIT_FAILURE, EPROTO, "%s: what answers is no Weir", path);
	out->status = (int)strtol(text + 8, NULL, 10);
	end[2] = '\0';
	length = content_length(text);
	end += 4;
	out->len = len - (size_t)(end - text);
	if (length < 0 || (size_t)length != out->len)
		return base_fail(
			err, BASE_EXIT_FAILURE, EPROTO, "%s: the reply is cut short", path);
	memmove(text, end, out->len + 1);
	out->body = text;
	return 0;
}

static int
exchange(const char *path, int fd, const char *request, struct ctl_reply *out, struct base_err *err)
{
	char *text = NULL;
	size_t len;
	int rc = send_all(path, fd, request, err);

	if (rc == 0)
		rc = receive_all(path, fd, &text, &len, err);
	if (rc == 0)
		rc = parse_reply(path, text, len, out, err);
	if (rc < 0)
		free(text);
	return rc;
}

int
ctl_request(const char *socket, const char *method, const struct ctl_target *target,
	unsigned int wait_s, struct ctl_reply *out, struct base_err *err)
{
	char *request = NULL;
	int fd = -1, rc;

	*out = (struct ctl_reply){.status = 0};
	if (target->text == NULL ||
		asprintf(&request,
			"%s %s HTTP/1.1\r\nHost: weir\r\nContent-Length: 0\r\nConnection: "
			"close\r\n\r\n",
			method, target->text) < 0)
		return base_fail(err, BASE_EXIT_FAILURE, ENOMEM, "no memory for the request");
	rc = connect_to(socket, wait_s, &fd, err);
	if (rc == 0)
		rc = exchange(socket, fd, request, out, err);
	if (fd >= 0)
		close(fd);
	free(request);
	return rc;
}
