/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The policy in force on disk: written by a thread that neither lcores nor the loop wait for.
 */
#include "control_reload_priv.h"
#include "policy_kept.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void *
write_policy(void *arg)
{
	struct control_reload *reload = arg;
	struct keep *keep = &reload->keep;
	struct control_kept *kept = &keep->kept;
	struct base_err err = {0};
	uint64_t one = 1;
	ssize_t n;

	if (policy_kept_write(keep->policy, reload->conf.keep, kept->digest, &err) < 0) {
		kept->digest[0] = '\0';
		snprintf(kept->error, sizeof(kept->error), "%s", err.text);
	}
	kept->written = time(NULL);
	pthread_mutex_lock(&keep->lock);
	keep->is_reading = false;
	pthread_cond_broadcast(&keep->ended);
	pthread_mutex_unlock(&keep->lock);
	n = write(keep->fd, &one, sizeof(one));
	(void)n; /* it fails only while there is a word that has not been read yet */
	return NULL;
}

static void
set_reading(struct keep *keep, bool is_reading)
{
	pthread_mutex_lock(&keep->lock);
	keep->is_reading = is_reading;
	pthread_mutex_unlock(&keep->lock);
}

static void
tell(struct control_reload *reload)
{
	struct keep *keep = &reload->keep;

	keep->last = keep->kept;
	keep->has_last = true;
	if (reload->conf.kept != NULL)
		reload->conf.kept(reload->conf.arg, &keep->last);
}

static void
start(struct control_reload *reload)
{
	struct keep *keep = &reload->keep;
	int error;

	keep->policy = reload->live->policy;
	keep->asked = policy_generation(keep->policy);
	keep->kept = (struct control_kept){.generation = keep->asked};
	set_reading(keep, true);
	error = pthread_create(&keep->thread, NULL, write_policy, reload);
	keep->has_thread = error == 0;
	if (keep->has_thread)
		return;
	set_reading(keep, false);
	snprintf(keep->kept.error, sizeof(keep->kept.error), "no thread to write a policy: %s",
		strerror(error));
	keep->kept.written = time(NULL);
	tell(reload);
}

void
keep_live(struct control_reload *reload)
{
	const struct policy *policy = reload->live->policy;

	/* A thread that goes on calls this when it has ended. */
	if (reload->conf.keep != NULL && policy != NULL && !reload->keep.has_thread &&
		reload->keep.asked != policy_generation(policy))
		start(reload);
}

void
keep_hours(struct control_reload *reload)
{
	if (reload->keep.asked == policy_generation(reload->live->policy))
		reload->keep.asked = policy_generation(reload->next->policy);
}

/* The thread has ended. */
static void
take_word(void *arg)
{
	struct control_reload *reload = arg;
	uint64_t n;

	if (read(reload->keep.fd, &n, sizeof(n)) != (ssize_t)sizeof(n))
		return;
	pthread_join(reload->keep.thread, NULL);
	reload->keep.has_thread = false;
	tell(reload);
	keep_live(reload);
}

int
keep_open(struct control_reload *reload, struct base_err *err)
{
	struct keep *keep = &reload->keep;

	pthread_mutex_init(&keep->lock, NULL);
	pthread_cond_init(&keep->ended, NULL);
	keep->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (keep->fd >= 0)
		keep->watch = control_watch(reload->conf.control, keep->fd, take_word, reload);
	return keep->watch != NULL ? 0
				   : base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM,
					     "no memory to keep policies, or no descriptor");
}

void
keep_await(struct control_reload *reload)
{
	struct keep *keep = &reload->keep;

	pthread_mutex_lock(&keep->lock);
	while (keep->is_reading)
		pthread_cond_wait(&keep->ended, &keep->lock);
	pthread_mutex_unlock(&keep->lock);
}

const struct control_kept *
control_reload_kept(const struct control_reload *reload)
{
	return reload->keep.has_last ? &reload->keep.last : NULL;
}

void
keep_close(struct control_reload *reload)
{
	struct keep *keep = &reload->keep;

	if (keep->has_thread)
		pthread_join(keep->thread, NULL);
	keep->has_thread = false;
	control_forget(reload->conf.control, keep->watch);
	if (keep->fd >= 0)
		close(keep->fd);
	keep->fd = -1;
}
