/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_clock.h"
#include "boot.h"
#include "show.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SECOND_NS	UINT64_C(1000000000)
#define STALL_NS	(10 * SECOND_NS) /* without a frame more: the file changed under us */
#define END_NS		(10 * SECOND_NS) /* for the burst in hand */
#define PCAP_HEAD	24		 /* octets of a capture's header, and of a frame's */
#define PCAP_FRAME_HEAD 16

enum {
	OPTION_VERDICTS = 256,
	OPTION_EXPECT,
	OPTION_LCORES
};

static const struct option options[] = {WEIR_CLI_OPTIONS, WEIR_CLI_POLICY,
	{"output", required_argument, NULL, 'o'},
	{"verdicts", required_argument, NULL, OPTION_VERDICTS},
	{"expect", required_argument, NULL, OPTION_EXPECT},
	{"lcores", required_argument, NULL, OPTION_LCORES}, {NULL, 0, NULL, 0}};

static void
print_help(void)
{
	printf("usage: weir replay [-c FILE] [--set SECTION.KEY=VALUE]... IN.pcap [-o OUT.pcap]\n"
	       "                   [--verdicts FILE] [--expect FILE] [--lcores N] [--policy "
	       "FILE]\n\n"
	       "Sends a capture of Ethernet frames through the engine: without hugepages, root or\n"
	       "devices; [port], [lcore], [eal] and [pool] mbufs of the INI are not looked "
	       "at.\n" WEIR_CLI_HELP
	       "  -o, --output FILE  the frames that leave, passed or answered, in their order;\n"
	       "                     stamped as they are written, so equal replays differ there\n"
	       "  --verdicts FILE    a line for each DNS message: tab-separated, with a header\n"
	       "  --expect FILE      such lines; those of ours that differ are printed, exit 1; a\n"
	       "                     rule may stand in another line of its list\n"
	       "  --lcores N         N lcores classify, between one that receives and one that\n"
	       "                     sends: the same frames and verdicts in the same order\n");
}

static bool
parse_lcores(const char *text, uint32_t *out)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || n == 0 || n > PLAN_REPLAY_LCORES_MAX)
		return false;
	*out = (uint32_t)n;
	return true;
}

/* Takes the options; false when the command is over with *status. */
static bool
parse_options(struct weir_cli *cli, struct boot_replay *replay, int argc, char **argv, int *status)
{
	int option;

	optind = 0;
	while ((option = getopt_long(argc, argv, WEIR_CLI_LETTERS "o:", options, NULL)) != -1) {
		if (option == 'o') {
			replay->out = optarg;
		} else if (option == OPTION_VERDICTS) {
			replay->verdicts = optarg;
		} else if (option == OPTION_EXPECT) {
			replay->expect = optarg;
		} else if (option == OPTION_LCORES) {
			if (!parse_lcores(optarg, &replay->lcores)) {
				*status = weir_usage_error(argv[0], "--lcores %s: allowed 1..%d",
					optarg, PLAN_REPLAY_LCORES_MAX);
				return false;
			}
		} else if (!weir_cli_option(cli, option)) {
			*status = option == 'h' ? BASE_EXIT_OK : BASE_EXIT_USAGE;
			if (option == 'h')
				print_help();
			return false;
		}
	}
	if (optind + 1 != argc) {
		*status =
			weir_usage_error(argv[0], "takes one capture, here are %d", argc - optind);
		return false;
	}
	replay->in = argv[optind];
	if (replay->out == NULL || replay->verdicts == NULL ||
		!outfile_is_same(replay->out, replay->verdicts))
		return true;
	*status = weir_usage_error(
		argv[0], "-o and --verdicts name one file, `%s': each wants its own", replay->out);
	return false;
}

/* Packets that have ended with a reason. */
static uint64_t
ended(const struct boot *b)
{
	uint32_t n;
	const struct stats_block *const *blocks = engine_blocks(b->engine, &n);

	return stats_sum_set(blocks, n, stats_layout_find(&b->counters.layout, "reason"));
}

/* A frame that the device lost never comes. */
static int
check_lost(const struct boot *b, struct base_err *err)
{
	struct port_counters c;

	port_read_counters(&b->ports[0], &c);
	if (c.rx_missed + c.rx_errors + c.rx_no_mbuf == 0)
		return 0;
	return base_fail(err, BASE_EXIT_FAILURE, EIO,
		"%s: frames were lost while it was read: missed %" PRIu64 ", errors %" PRIu64
		", no mbuf %" PRIu64,
		b->replay->in, c.rx_missed, c.rx_errors, c.rx_no_mbuf);
}

/* Waits until every frame of the capture has its reason. */
static int
wait_for_frames(const struct boot *b, struct base_err *err)
{
	struct pollfd signals = {.fd = b->signals, .events = POLLIN};
	uint64_t before = 0, now, moved = base_clock_ns();
	int rc;

	while ((now = ended(b)) < b->capture.frames) {
		rc = check_lost(b, err);
		if (rc < 0)
			return rc;
		if (poll(&signals, 1, 1) > 0)
			return base_fail(err, BASE_EXIT_FAILURE, EINTR,
				"ended by a signal behind %" PRIu64 " of %" PRIu64 " frames", now,
				b->capture.frames);
		if (now != before)
			moved = base_clock_ns();
		else if (base_clock_ns() - moved > STALL_NS)
			return base_fail(err, BASE_EXIT_FAILURE, ETIMEDOUT,
				"%s: %" PRIu64 " of %" PRIu64
				" frames came: was it changed while it was read?",
				b->replay->in, now, b->capture.frames);
		before = now;
	}
	return check_lost(b, err);
}

/* Ends the lcores and the writer; what they counted is then exact. */
static int
end_traffic(struct boot *b, struct base_err *err)
{
	int rc;

	engine_drain(b->engine);
	rc = engine_wait(b->engine, END_NS, err);
	if (rc < 0)
		boot_abandon(b, err);
	rc = qlog_stop(b->log, err);
	return rc < 0 ? rc : verdicts_end(b->verdicts, err);
}

/* net_pcap counts as sent what a full disk did not take. */
static int
check_output(const struct boot *b, struct base_err *err)
{
	struct port_counters c;
	struct stat st;

	if (b->replay->out == NULL || fstat(b->out.fd, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	port_read_counters(&b->ports[0], &c);
	if ((uint64_t)st.st_size == PCAP_HEAD + c.tx * PCAP_FRAME_HEAD + c.tx_bytes)
		return 0;
	return base_fail(err, BASE_EXIT_FAILURE, ENOSPC,
		"%s: could not be written whole: no space left?", b->replay->out);
}

static int
check_counts(const struct boot *b, struct base_err *err)
{
	struct engine_totals t;
	int rc = engine_check(b->engine, stats_layout_find(&b->counters.layout, "reason"), err);

	if (rc < 0)
		return rc;
	engine_read_totals(b->engine, &t);
	if (t.received == b->capture.frames && t.refused == 0)
		return 0;
	return base_fail(err, BASE_EXIT_FAILURE, EPROTO,
		"%s: of %" PRIu64 " frames %" PRIu64 " came, %" PRIu64
		" were refused on the way out",
		b->replay->in, b->capture.frames, t.received, t.refused);
}

/* Of a replay that a signal ended: what came is accounted for all the same. */
static int
add_counts(const struct boot *b, struct base_err *err)
{
	struct base_err said = *err;
	struct engine_totals t;
	int rc = engine_check(b->engine, stats_layout_find(&b->counters.layout, "reason"), err);

	if (rc < 0)
		return rc;
	engine_read_totals(b->engine, &t);
	return base_fail(err, said.exit, EINTR,
		"%s; received %" PRIu64 ": sent %" PRIu64 ", all the others counted", said.text,
		t.received, t.sent);
}

static int
keep_output(struct boot *b, struct base_err *err)
{
	int rc = outfile_keep(&b->out, err);

	return rc < 0 ? rc : outfile_keep(&b->lines_file, err);
}

static void
summarize(const struct boot *b)
{
	struct base_err err = {0};

	printf("%s: frames %" PRIu64 "\n", b->replay->in, b->capture.frames);
	show_packets(b);
	show_verdicts(b);
	show_top_names(b);
	show_rate(b);
	if (show_placement(&err) < 0)
		fprintf(stderr, "warning: %s\n", err.text);
}

static int
replay(struct boot *b, struct base_err *err)
{
	int rc = boot_start(b, err), end;
	struct base_err end_err = {0};

	if (rc == 0)
		rc = wait_for_frames(b, err);
	end = end_traffic(b, &end_err);
	if (rc == 0 && end < 0) {
		*err = end_err;
		rc = end;
	}
	for (uint32_t i = 0; i < b->n_ports; i++)
		port_stop(&b->ports[i]);
	if (rc == -EINTR)
		rc = add_counts(b, err);
	if (rc == 0)
		rc = check_counts(b, err);
	if (rc == 0)
		rc = check_output(b, err);
	if (rc == 0)
		rc = keep_output(b, err);
	return rc;
}

/* All of it, from a boot that is up. */
static int
run_replay(struct boot *b)
{
	struct base_err err = {0};
	uint64_t differing;

	if (replay(b, &err) < 0)
		return boot_failed(b, &err);
	summarize(b);
	differing = verdicts_nb_differing(b->verdicts);
	if (differing == 0 && b->replay->expect != NULL)
		printf("verdicts: the same as in %s\n", b->replay->expect);
	if (differing == 0)
		return BASE_EXIT_OK;
	fprintf(stderr, "%s: verdicts differ from %s: lines %" PRIu64 "\n", b->command,
		b->replay->expect, differing);
	return BASE_EXIT_FAILURE;
}

int
weir_replay(int argc, char **argv)
{
	struct boot_replay replay = {0};
	struct boot *boot = calloc(1, sizeof(*boot));
	struct weir_cli cli;
	int status = BASE_EXIT_UNAVAILABLE;

	if (boot == NULL || weir_cli_init(&cli, argc) < 0) {
		free(boot);
		return BASE_EXIT_UNAVAILABLE;
	}
	if (parse_options(&cli, &replay, argc, argv, &status)) {
		boot->command = argv[0];
		boot->cli = &cli;
		boot->replay = &replay;
		status = boot_up(boot);
		if (status == BASE_EXIT_OK) {
			status = run_replay(boot);
			boot_down(boot);
		}
	}
	weir_cli_free(&cli);
	free(boot);
	return status;
}
