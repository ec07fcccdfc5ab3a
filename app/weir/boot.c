/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "boot.h"

#include "kept.h"
#include "warn.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

static void
free_conf(struct boot *b)
{
	conf_free(b->conf);
}

/* Prints all errors of the INI itself. */
static int
read_conf(struct boot *b, struct base_err *err)
{
	int status = weir_conf_load(b->cli, &b->conf);

	if (status != BASE_EXIT_OK)
		return base_fail(err, (enum base_exit)status, EINVAL, "%s", "");
	if (b->replay != NULL || b->conf->n_ports > 0)
		return 0;
	base_fail(err, BASE_EXIT_CONFIG, EINVAL, "%s: has no [port]: `run' needs one at least",
		b->conf->file);
	free_conf(b);
	return -EINVAL;
}

static int
open_expected(struct boot *b, struct base_err *err)
{
	if (b->replay->expect == NULL)
		return 0;
	b->expect = fopen(b->replay->expect, "re");
	if (b->expect == NULL)
		return base_fail(err, BASE_EXIT_FAILURE, errno, "--expect %s: %s",
			b->replay->expect, strerror(errno));
	return 0;
}

static void
close_capture(struct boot *b)
{
	if (b->expect != NULL)
		fclose(b->expect);
	capture_close(&b->capture);
}

/* The capture is looked through before anything is spent on it. */
static int
open_capture(struct boot *b, struct base_err *err)
{
	int rc;

	if (b->replay == NULL)
		return 0;
	rc = capture_open(b->replay->in, &b->capture, err);
	if (rc == 0)
		rc = open_expected(b, err);
	if (rc < 0)
		close_capture(b);
	return rc;
}

static int
read_machine(struct boot *b, struct base_err *err)
{
	return topo_read(NULL, &b->topo, err);
}

static void
free_machine(struct boot *b)
{
	topo_free(b->topo);
}

static void
free_policy(struct boot *b)
{
	policy_free(b->policy);
	b->policy = NULL;
}

/* Signals are blocked before EAL makes threads, so that they come to the main one alone, when it
 * asks; before this step they end the program, which holds nothing yet. */
static int
take_signals(struct boot *b, struct base_err *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	signal(SIGPIPE, SIG_IGN);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	b->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (b->signals < 0)
		return base_fail(err, BASE_EXIT_FAILURE, errno, "no signalfd: %s", strerror(errno));
	return 0;
}

static void
give_signals(struct boot *b)
{
	close(b->signals);
}

/* Adds words in brackets to an error. */
__attribute__((format(printf, 2, 3))) static void
append(struct base_err *err, const char *fmt, ...)
{
	char words[512];
	size_t len = strlen(err->text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	snprintf(err->text + len, sizeof(err->text) - len, " (%s)", words);
}

/* Leads what EAL says to the key that it is about. */
static void
explain_eal(const struct boot *b, struct base_err *err)
{
	const struct conf_eal *eal = &b->conf->eal;
	struct base_err said = *err;

	if (b->replay == NULL && said.exit == BASE_EXIT_CONFIG && eal->args[0] != '\0') {
		conf_blame(err, &eal->sect, "args", "%s", said.text);
	} else if (b->replay == NULL && strstr(said.text, "Cannot create lock") != NULL) {
		conf_blame(err, &eal->sect, "file_prefix",
			"another instance uses it, each wants its own: %s", said.text);
		err->exit = said.exit;
	} else if (strstr(said.text, "mem") != NULL || strstr(said.text, "hugepage") != NULL) {
		append(err, "%" PRIu64 " MB are asked for", b->plan->ask_mb);
	}
}

static int
start_eal(struct boot *b, struct base_err *err)
{
	int rc;

	if (b->plan->huge && !eal_has_hugetlbfs())
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENODEV,
			"hugepages cannot be reached: `mkdir -p /dev/hugepages && mount -t "
			"hugetlbfs "
			"none /dev/hugepages' mounts them, [eal] hugepages = no does without");
	boot_plan_eal(b);
	rc = eal_up(&b->args, err);
	if (rc < 0) {
		explain_eal(b, err);
		eal_args_free(&b->args);
	}
	return rc;
}

static void
stop_eal(struct boot *b)
{
	eal_down();
	eal_args_free(&b->args);
}

/* What explains rules goes to the main lcore's node. */
static int
place_policy(struct boot *b, struct base_err *err)
{
	return policy_place(b->policy, plan_lcore(b->plan, b->plan->main_lcore)->node, err);
}

static int
is_same_file(const struct boot *b, const char *name)
{
	struct stat in, out;

	return name != NULL && stat(name, &out) == 0 && fstat(b->capture.fd, &in) == 0 &&
	       in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

static void
drop_output(struct boot *b)
{
	if (b->lines != NULL)
		fclose(b->lines);
	outfile_drop(&b->lines_file);
	outfile_drop(&b->out);
}

static int
open_lines(struct boot *b, struct base_err *err)
{
	int rc = outfile_open(b->replay->verdicts, true, &b->lines_file, err);

	if (rc < 0)
		return rc;
	b->lines = fdopen(dup(b->lines_file.fd), "we");
	if (b->lines == NULL)
		return base_fail(err, BASE_EXIT_FAILURE, errno, "%s: %s", b->replay->verdicts,
			strerror(errno));
	return 0;
}

static int
open_output(struct boot *b, struct base_err *err)
{
	int rc = 0;

	if (b->replay == NULL)
		return 0;
	if (is_same_file(b, b->replay->out) || is_same_file(b, b->replay->verdicts))
		return base_fail(err, BASE_EXIT_USAGE, EINVAL,
			"%s would be written over while it is read", b->replay->in);
	if (b->replay->out != NULL)
		rc = outfile_open(b->replay->out, false, &b->out, err);
	if (rc == 0 && b->replay->verdicts != NULL)
		rc = open_lines(b, err);
	if (rc < 0)
		drop_output(b);
	return rc;
}

static void
close_ports(struct boot *b)
{
	port_close_all(b->ports, b->n_ports);
}

/* Leads what a device fails with to its key, with the words of its driver behind. */
static void
explain_port(const struct boot *b, uint32_t i, const char *words, struct base_err *err)
{
	char where[CONF_WHERE_MAX];

	if (words[0] != '\0')
		append(err, "%s", words);
	if (b->replay == NULL)
		base_prefix(err, "%s: [port %s] ",
			conf_where(&b->conf->ports[i].sect, "device", where),
			b->conf->ports[i].sect.name);
}

static void
clear_socket(const struct boot *b, uint32_t i)
{
	char path[PORT_SOCKET_MAX];

	if (port_clear_socket(b->port_confs[i].devargs, path))
		fprintf(stderr,
			"%s: warning: [port %s] %s: whoever listened there is gone and left its "
			"socket: it is taken away\n",
			b->command, b->port_confs[i].name, path);
}

static int
open_port(struct boot *b, uint32_t i, struct base_err *err)
{
	struct eal_quiet quiet;
	char words[256];
	int rc;

	if (b->replay == NULL)
		clear_socket(b, i);

	eal_quiet_begin(&quiet);
	rc = port_open(&b->port_confs[i], &b->ports[i], err);
	eal_quiet_end(&quiet, words, sizeof(words));
	if (rc < 0)
		explain_port(b, i, words, err);
	return rc;
}

/* A replay's port reads the capture under a name that no comma can be in. */
static int
open_ports(struct boot *b, struct base_err *err)
{
	int rc;

	if (b->replay != NULL)
		snprintf(b->devargs, sizeof(b->devargs), "net_pcap0,rx_pcap=%s%s%s",
			b->capture.path, b->replay->out == NULL ? "" : ",tx_pcap=",
			b->replay->out == NULL ? "" : b->out.path);
	for (uint32_t i = 0; i < b->n_ports; i++) {
		rc = open_port(b, i, err);
		if (rc < 0) {
			close_ports(b);
			return rc;
		}
	}
	return 0;
}

/* What happens, in this order; what is up is taken down in the opposite one. */
static const struct {
	const char *name;
	int (*up)(struct boot *boot, struct base_err *err); /* undoes itself when it fails */
	void (*down)(struct boot *boot);		    /* NULL: nothing to undo */
} steps[] = {
	{"configuration", read_conf, free_conf},
	{"capture", open_capture, close_capture},
	{"machine", read_machine, free_machine},
	{"lists", kept_load, free_policy},
	{"plan", boot_plan, boot_free_plan},
	{"signals", take_signals, give_signals},
	{"memory", start_eal, stop_eal},
	{"names", place_policy, free_policy}, /* what lies in EAL's memory goes before EAL does */
	{"output", open_output, drop_output},
	{"ports", open_ports, close_ports},
	{"counters", boot_make_counters, boot_free_counters},
	{"log", boot_make_log, boot_free_log},
	{"classifiers", boot_make_classifiers, boot_free_classifiers},
	{"lcores", boot_make_engine, boot_free_engine},
	{"policy", boot_publish, boot_unpublish},
};

#define N_STEPS (sizeof(steps) / sizeof(steps[0]))

int
boot_failed(const struct boot *b, const struct base_err *err)
{
	if (err->text[0] != '\0')
		fprintf(stderr, "%s: %s\n", b->command, err->text);
	return (int)err->exit;
}

int
boot_up(struct boot *b)
{
	struct base_err err = {0};
	int status;

	for (b->done = 0; b->done < N_STEPS; b->done++) {
		if (steps[b->done].up(b, &err) == 0)
			continue;
		if (err.text[0] != '\0')
			base_prefix(&err, "%s: ", steps[b->done].name);
		status = boot_failed(b, &err);
		boot_down(b);
		return status;
	}
	return BASE_EXIT_OK;
}

void
boot_down(struct boot *b)
{
	while (b->done > 0) {
		b->done--;
		if (steps[b->done].down != NULL)
			steps[b->done].down(b);
	}
}

void
boot_abandon(struct boot *b, const struct base_err *err)
{
	int status = boot_failed(b, err);

	outfile_drop(&b->lines_file);
	outfile_drop(&b->out);
	for (uint32_t i = 0; i < b->n_ports; i++)
		port_abandon(&b->ports[i]);
	fflush(stdout);
	eal_abandon();
	_exit(status);
}

/* Others may speak meanwhile: the API's threads, and those that build the policy. */
static int
start_port(struct boot *b, uint32_t i, struct base_err *err)
{
	char words[256];
	int rc;

	eal_hear_begin();
	rc = port_start(&b->ports[i], err);
	eal_hear_end(rc < 0 ? words : NULL, sizeof(words));
	if (rc < 0)
		explain_port(b, i, words, err);
	return rc;
}

int
boot_start(struct boot *b, struct base_err *err)
{
	int rc = 0;

	for (uint32_t i = 0; i < b->n_ports && rc == 0; i++)
		rc = start_port(b, i, err);
	for (uint32_t i = 0; i < b->n_ports && rc == 0; i++)
		warn_port(b, i);
	if (rc == 0 && b->log != NULL)
		rc = qlog_start(b->log, err);
	if (rc == 0)
		rc = engine_start(b->engine, err);
	return rc;
}

void
boot_flush(struct boot *b)
{
	uint64_t handed[CONF_PORTS_MAX] = {0};

	for (uint32_t i = 0; i < b->n_ports; i++) {
		if (b->ports[i].is_started)
			handed[i] = engine_read_port(b->engine, b->ports[i].id, ENGINE_PORT_TX);
	}
	port_await_sent(b->ports, b->n_ports, handed, b->unsent);
}
