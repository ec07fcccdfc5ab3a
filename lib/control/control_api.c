/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * HTTP on the socket: connections, bounds, and the way from a request to its route. libevent reads
 * the requests; what a route answers stands in files of their own.
 */
#include "control_api_priv.h"
#include "control_priv.h"
#include "control_socket.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADERS_MAX	4096 /* octets, the request line included */
#define BODY_MAX	1024
#define TIMEOUT_S	5  /* of a connection that says nothing */
#define CONNECTIONS_MAX 48 /* at a time, about; the kernel keeps those beyond waiting */
#define SWEEP_NS	UINT64_C(100000000)

/* A request that waits for the end of a reload. */
struct waiting {
	struct waiting *next;
	struct control_api *api;
	struct evhttp_request *request;
};

struct control_api {
	struct control *control;
	struct waiting *waiting;
	struct control_api_conf conf;
	struct control_socket socket;
	struct evconnlistener *listener;
	struct evhttp *http;
	struct control_source *sweep; /* while no connection is accepted */
	int descriptors_max;	      /* open ones, at which none is accepted */
};

/* The lowest descriptor that is free: there are that many open below it. */
static int
lowest_free(const struct control_api *api)
{
	int fd = fcntl(api->socket.fd, F_DUPFD_CLOEXEC, 0);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? INT_MAX : fd;
}

static void
accept_again(void *arg)
{
	struct control_api *api = arg;

	if (lowest_free(api) >= api->descriptors_max)
		return;
	control_forget(api->control, api->sweep);
	api->sweep = NULL;
	evconnlistener_enable(api->listener);
}

/* A connection has been accepted. libevent does not tell when one ends, so those that are open are
 * known by their descriptors; with too many the door is shut until some are closed. */
static struct bufferevent *
begin_connection(struct event_base *base, void *arg)
{
	struct control_api *api = arg;

	(void)base;
	if (lowest_free(api) >= api->descriptors_max && api->sweep == NULL) {
		api->sweep = control_every(api->control, SWEEP_NS, accept_again, api);
		if (api->sweep != NULL)
			evconnlistener_disable(api->listener);
	}
	return NULL; /* libevent's own kind of connection */
}

static int
status_of(int rc)
{
	switch (rc) {
	case 0:
		return HTTP_OK;
	case -EALREADY:
		return 202; /* accepted */
	case -EINVAL:
		return HTTP_BADREQUEST;
	case -ENOENT:
		return HTTP_NOTFOUND;
	case -EBUSY:
		return 409; /* conflict */
	default:
		return HTTP_SERVUNAVAIL;
	}
}

/* Sends a reply, which is taken; without memory for it the status alone. */
static void
send_json(struct evhttp_request *request, int status, json_t *reply)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
	char *text = json_dumps(reply, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	struct evbuffer *body = evbuffer_new();

	json_decref(reply);
	if (text == NULL || body == NULL || evbuffer_add_printf(body, "%s\n", text) < 0)
		status = HTTP_SERVUNAVAIL;
	evhttp_add_header(headers, "Content-Type", "application/json");
	evhttp_add_header(headers, "Cache-Control", "no-store");
	evhttp_send_reply(request, status, NULL, body);
	if (body != NULL)
		evbuffer_free(body);
	free(text);
}

static void
send_error(struct evhttp_request *request, int status, const char *sentence)
{
	send_json(request, status, json_pack("{s:o}", "error", control_text(sentence)));
}

/* The route of a path; *other_method: there is one, for the other method. */
static const struct control_route *
find_route(const char *path, bool writes, bool *other_method)
{
	*other_method = false;
	for (size_t i = 0; i < control_nb_routes; i++) {
		if (strcmp(control_routes[i].path, path) != 0)
			continue;
		if (control_routes[i].writes == writes)
			return &control_routes[i];
		*other_method = true;
	}
	return NULL;
}

/* Who has written, by what the kernel knows of the connection. */
static void
say_who(const struct control_api *api, struct evhttp_request *request, const char *target)
{
	struct bufferevent *connection =
		evhttp_connection_get_bufferevent(evhttp_request_get_connection(request));
	struct ucred peer = {.pid = -1, .uid = (uid_t)-1, .gid = (gid_t)-1};
	socklen_t len = sizeof(peer);
	char sentence[256];

	getsockopt(bufferevent_getfd(connection), SOL_SOCKET, SO_PEERCRED, &peer, &len);
	snprintf(sentence, sizeof(sentence), "api: POST %.128s by uid %d gid %d pid %d", target,
		(int)peer.uid, (int)peer.gid, (int)peer.pid);
	api->conf.say(api->conf.arg, sentence);
}

/* Takes a request out of those that wait. */
static void
forget_waiting(struct waiting *waiting)
{
	struct waiting **at = &waiting->api->waiting;

	while (*at != waiting)
		at = &(*at)->next;
	*at = waiting->next;
	free(waiting);
}

/* Its client has gone: libevent frees the request. */
static void
lose_waiting(struct evhttp_connection *connection, void *arg)
{
	(void)connection;
	forget_waiting(arg);
}

static void
wait_for_reload(struct control_api *api, struct evhttp_request *request)
{
	struct waiting *waiting = calloc(1, sizeof(*waiting));

	if (waiting == NULL) {
		send_error(request, HTTP_SERVUNAVAIL,
			"the reload has begun, and there is no memory to wait for it");
		return;
	}
	*waiting = (struct waiting){.next = api->waiting, .api = api, .request = request};
	api->waiting = waiting;
	evhttp_connection_set_closecb(
		evhttp_request_get_connection(request), lose_waiting, waiting);
}

void
control_api_reloaded(struct control_api *api, const struct control_result *result)
{
	while (api->waiting != NULL && !result->is_hours) {
		struct evhttp_request *request = api->waiting->request;

		evhttp_connection_set_closecb(evhttp_request_get_connection(request), NULL, NULL);
		forget_waiting(api->waiting);
		if (result->ok)
			send_json(request, HTTP_OK, control_result_json(result));
		else
			send_error(request, 422, result->sentence); /* unprocessable */
	}
}

static void
answer(struct control_api *api, struct evhttp_request *request, const struct control_route *route,
	const struct control_target *target)
{
	struct base_err err = {0};
	json_t *reply = NULL;
	int rc = control_target_check(target, route->params, &err);

	if (rc == 0 && evbuffer_get_length(evhttp_request_get_input_buffer(request)) > 0)
		rc = base_fail(&err, BASE_EXIT_USAGE, EINVAL, "%s takes no body", route->path);
	if (rc == 0 && route->writes)
		say_who(api, request, evhttp_request_get_uri(request));
	if (rc == 0)
		rc = route->answer(api->conf.facts, target, &reply, &err);
	if (rc == 0 || rc == -EALREADY)
		send_json(request, status_of(rc), reply);
	else if (rc == -EINPROGRESS)
		wait_for_reload(api, request);
	else
		send_error(request, status_of(rc), err.text);
}

static void
take_request(struct evhttp_request *request, void *arg)
{
	struct control_api *api = arg;
	enum evhttp_cmd_type method = evhttp_request_get_command(request);
	struct control_target target;
	const struct control_route *route;
	struct base_err err = {0};
	bool other_method;

	if (control_target_parse(evhttp_request_get_uri(request), &target, &err) < 0) {
		send_error(request, HTTP_BADREQUEST, err.text);
		return;
	}
	route = find_route(target.path, method == EVHTTP_REQ_POST, &other_method);
	if (route != NULL) {
		answer(api, request, route, &target);
	} else if (other_method) {
		evhttp_add_header(evhttp_request_get_output_headers(request), "Allow",
			method == EVHTTP_REQ_POST ? "GET" : "POST");
		send_error(request, HTTP_BADMETHOD, "the path is there for another method");
	} else {
		send_error(request, HTTP_NOTFOUND, "no such path: GET /v1 lists them");
	}
}

static int
serve(struct control_api *api, struct base_err *err)
{
	struct event_base *base = api->control->base;

	api->http = evhttp_new(base);
	api->listener =
		evconnlistener_new(base, NULL, NULL, LEV_OPT_CLOSE_ON_EXEC, 0, api->socket.fd);
	if (api->http == NULL || api->listener == NULL ||
		evhttp_bind_listener(api->http, api->listener) == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the API");
	api->descriptors_max = lowest_free(api) + CONNECTIONS_MAX;
	evhttp_set_bevcb(api->http, begin_connection, api);
	evhttp_set_allowed_methods(api->http, EVHTTP_REQ_GET | EVHTTP_REQ_POST);
	evhttp_set_max_headers_size(api->http, HEADERS_MAX);
	evhttp_set_max_body_size(api->http, BODY_MAX);
	evhttp_set_timeout(api->http, TIMEOUT_S);
	evhttp_set_gencb(api->http, take_request, api);
	return 0;
}

int
control_api_open(struct control *control, const struct control_api_conf *conf,
	struct control_api **out, struct base_err *err)
{
	struct control_api *api = calloc(1, sizeof(*api));
	int rc;

	*out = NULL;
	if (api == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the API");
	api->control = control;
	api->conf = *conf;
	rc = control_socket_open(conf->socket, &api->socket, err);
	if (rc == 0)
		rc = serve(api, err);
	if (rc < 0) {
		control_api_close(api);
		return rc;
	}
	*out = api;
	return 0;
}

void
control_api_close(struct control_api *api)
{
	if (api == NULL)
		return;
	control_forget(api->control, api->sweep);
	if (api->http != NULL)
		evhttp_free(api->http); /* and the listener with it */
	else if (api->listener != NULL)
		evconnlistener_free(api->listener);
	control_socket_close(&api->socket);
	free(api);
}
