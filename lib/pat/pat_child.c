/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_clock.h"
#include "pat_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND_NS UINT64_C(1000000000)
#define LOOK_NS	  (SECOND_NS / 20) /* until it is looked whether to go on */

/* In the environment of the compiler: a program that does not hand over to pat_compiler_main()
 * would go its own way again, come to expressions, and start itself without end. */
#define MARK "WEIR_PATTERN_COMPILER"

/* A run of the compiler. Files in memory on both sides: neither process waits for the other. */
struct run {
	int in, out, said; /* its standard input, output and error */
	pid_t pid;
	uint64_t limit_ns;
	char *words; /* 256 octets */
};

static int
open_file(const char *name)
{
	return memfd_create(name, MFD_CLOEXEC);
}

static bool
write_all(int fd, const uint8_t *bytes, size_t len)
{
	ssize_t n;

	for (size_t done = 0; done < len; done += (size_t)n) {
		n = write(fd, bytes + done, len - done);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			return false;
	}
	return lseek(fd, 0, SEEK_SET) == 0;
}

/* Our environment and the mark; to be freed, its strings not. */
static char **
marked_environment(void)
{
	static char mark[] = MARK "=1";
	size_t n = 0;
	char **marked;

	while (environ[n] != NULL)
		n++;
	marked = calloc(n + 2, sizeof(*marked));
	if (marked == NULL)
		return NULL;
	memcpy(marked, environ, n * sizeof(*marked));
	marked[n] = mark;
	return marked;
}

/* Nothing of ours but the three files: no device, no hugepage, no blocked signal. */
static int
start(struct run *run, const struct pat_spec *spec)
{
	char path[] = "/proc/self/exe", word[] = PAT_COMPILER, seconds[24], bytes[24];
	char name[] = "weir";
	char *args[] = {name, word, seconds, bytes, NULL}, **marked = marked_environment();
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t signals;
	int ret;

	if (marked == NULL)
		return -ENOMEM;
	snprintf(seconds, sizeof(seconds), "%llu",
		(unsigned long long)(run->limit_ns / SECOND_NS + 1));
	snprintf(bytes, sizeof(bytes), "%llu", (unsigned long long)spec->limit_bytes);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, run->in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, run->out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, run->said, STDERR_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	posix_spawnattr_init(&attr);
	sigemptyset(&signals);
	posix_spawnattr_setsigmask(&attr, &signals);
	sigfillset(&signals);
	posix_spawnattr_setsigdefault(&attr, &signals);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	ret = posix_spawn(&run->pid, path, &files, &attr, args, marked);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	free(marked);
	return -ret;
}

/* Waits for its end; 0, or why it was killed: -ETIMEDOUT, -ECANCELED. */
static int
wait_for(const struct run *run, const struct pat_spec *spec, uint32_t nb)
{
	uint64_t begin = base_clock_ns(), spent, told = 1;
	int ret = 0;
	struct pollfd end = {.fd = pidfd_open(run->pid, 0), .events = POLLIN};

	for (;;) {
		uint64_t next, step = LOOK_NS; /* without a pidfd: look now and then */

		spent = base_clock_ns() - begin;
		if (base_is_cancelled(spec->cancel))
			ret = -ECANCELED;
		else if (spent >= run->limit_ns)
			ret = -ETIMEDOUT;
		if (ret != 0)
			break;
		next = told * SECOND_NS < run->limit_ns ? told * SECOND_NS : run->limit_ns;
		if (end.fd >= 0)
			step = next > spent ? next - spent : 0;
		if (spec->cancel != NULL && step > LOOK_NS)
			step = LOOK_NS;
		if (poll(&end, end.fd >= 0, (int)(step / 1000000 + 1)) > 0)
			break;
		if (end.fd < 0 && waitid(P_PID, (id_t)run->pid, &(siginfo_t){0},
					  WEXITED | WNOHANG | WNOWAIT) != 0)
			break;
		if (base_clock_ns() - begin >= told * SECOND_NS) {
			if (spec->progress != NULL)
				spec->progress(spec->arg, nb, (unsigned)told);
			told++;
		}
	}
	if (end.fd >= 0)
		close(end.fd);
	if (ret != 0)
		kill(run->pid, SIGKILL);
	return ret;
}

/* Its own last words, or how it ended. */
static void
explain(const struct run *run, int status)
{
	ssize_t n = pread(run->said, run->words, 255, 0);

	if (n > 0) {
		run->words[n] = '\0';
		run->words[strcspn(run->words, "\n")] = '\0';
	} else if (WIFSIGNALED(status)) {
		snprintf(run->words, 256, "the compiler was ended by signal %d (%s)",
			WTERMSIG(status), sigdescr_np(WTERMSIG(status)));
	} else {
		snprintf(run->words, 256, "the compiler ended without an answer");
	}
}

static int
read_answer(const struct run *run, uint32_t nb, struct pat_made *made)
{
	struct stat st;
	void *bytes;
	int ret;

	if (fstat(run->out, &st) < 0 || st.st_size == 0)
		return -EBADMSG;
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, run->out, 0);
	if (bytes == MAP_FAILED)
		return -ENOMEM;
	ret = pat_made_read(made, bytes, (size_t)st.st_size, nb);
	munmap(bytes, (size_t)st.st_size);
	return ret;
}

static int
finish(const struct run *run, const struct pat_spec *spec, uint32_t nb, struct pat_made *made)
{
	int status = 0, ret = wait_for(run, spec, nb);

	while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (ret == -ETIMEDOUT)
		snprintf(run->words, 256, "compiling takes more than %.1f s",
			(double)run->limit_ns / (double)SECOND_NS);
	else if (ret == -ECANCELED)
		snprintf(run->words, 256, "given up: the program ends");
	if (ret != 0)
		return ret;
	ret = WIFEXITED(status) && WEXITSTATUS(status) == 0 ? read_answer(run, nb, made) : -EBADMSG;
	if (ret == -EBADMSG) {
		explain(run, status);
		return -EIO;
	}
	return ret;
}

int
pat_child_run(const struct pat_request *request, const struct pat_spec *spec, uint64_t limit_ns,
	struct pat_made *made, char words[256])
{
	struct run run = {.limit_ns = limit_ns, .words = words};
	int ret = -ENOMEM;

	*made = (struct pat_made){0};
	if (getenv(MARK) != NULL) {
		snprintf(words, 256,
			"this program does not begin with pat_compiler_main(), or " MARK " is set");
		return -ENOEXEC;
	}
	run.in = open_file("expressions");
	run.out = open_file("databases");
	run.said = open_file("words");
	if (run.in >= 0 && run.out >= 0 && run.said >= 0 &&
		write_all(run.in, request->bytes, request->len)) {
		ret = start(&run, spec);
		if (ret == 0)
			ret = finish(&run, spec, request->nb, made);
		else
			snprintf(words, 256, "the compiler cannot be started: %s",
				strerrordesc_np(-ret));
	}
	if (ret == -ENOMEM)
		snprintf(words, 256, "no memory for what the compiler reads and writes");
	if (run.in >= 0)
		close(run.in);
	if (run.out >= 0)
		close(run.out);
	if (run.said >= 0)
		close(run.said);
	return ret;
}
