// SPDX-License-Identifier: GPL-2.0-only
/*
 * Start QEMU, and speak qtest and QMP with it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "vm.h"

/* Generous: a loaded machine, an emulated CPU. */
#define AGENT_TIMEOUT_S	180
#define REFUSE_TIMEOUT_MS 20000

const char *vm_qemu, *vm_agent;
static char line[1 << 20];
static struct vm *current;

void die(const char *fmt, ...)
{
	va_list ap;

	printf("Bail out! ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	if (current)
		kill(current->pid, SIGKILL);
	vm_show_messages();
	exit(1);
}

/* What QEMU has to say is of interest when something went wrong. */
static int messages = -1;

void vm_show_messages(void)
{
	FILE *f = messages < 0 ? NULL : fdopen(messages, "r");

	messages = -1;
	if (!f)
		return;
	rewind(f);
	while (fgets(line, sizeof(line), f))
		printf("# %s", line);
	fclose(f);
}

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 200000 }, NULL);
}

/* The next line from QEMU; it is gone if there is none. */
static char *get_line(FILE *f)
{
	if (!fgets(line, sizeof(line), f))
		die("QEMU closed the connection");
	line[strcspn(line, "\r\n")] = 0;
	return line;
}

/*
 * Not by way of the stream: one that has input left cannot change to output on
 * a socket.
 */
static void put_line(FILE *f, const char *fmt, va_list ap)
{
	char *text;
	int len = vasprintf(&text, fmt, ap), done = 0, n;

	if (len < 0)
		die("out of memory");
	text[len] = '\n';	/* in place of the 0 */
	while (done <= len) {
		n = write(fileno(f), text + done, len + 1 - done);
		if (n < 0)
			die("QEMU does not listen: %s", strerror(errno));
		done += n;
	}
	free(text);
}

static const char *qtest(struct vm *vm, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line(vm->qtest, fmt, ap);
	va_end(ap);
	do {
		get_line(vm->qtest);
	} while (!strncmp(line, "IRQ", 3));
	if (strncmp(line, "OK", 2))
		die("qtest: %s: %s", fmt, line);
	return line[2] ? line + 3 : "";
}

uint64_t vm_readq(struct vm *vm, uint64_t addr)
{
	return strtoull(qtest(vm, "readq 0x%" PRIx64, addr), NULL, 0);
}

uint32_t vm_readl(struct vm *vm, uint64_t addr)
{
	return strtoull(qtest(vm, "readl 0x%" PRIx64, addr), NULL, 0);
}

uint16_t vm_readw(struct vm *vm, uint64_t addr)
{
	return strtoull(qtest(vm, "readw 0x%" PRIx64, addr), NULL, 0);
}

void vm_writeq(struct vm *vm, uint64_t addr, uint64_t val)
{
	qtest(vm, "writeq 0x%" PRIx64 " 0x%" PRIx64, addr, val);
}

void vm_writew(struct vm *vm, uint64_t addr, uint16_t val)
{
	qtest(vm, "writew 0x%" PRIx64 " 0x%x", addr, val);
}

void vm_writeb(struct vm *vm, uint64_t addr, uint8_t val)
{
	qtest(vm, "writeb 0x%" PRIx64 " 0x%x", addr, val);
}

void vm_memset(struct vm *vm, uint64_t addr, uint64_t len, uint8_t val)
{
	qtest(vm, "memset 0x%" PRIx64 " 0x%" PRIx64 " 0x%x", addr, len, val);
}

/* Send a command; the line that answers it, an error or a "return". */
static char *qmp_answer(struct vm *vm, const char *fmt, va_list ap)
{
	put_line(vm->qmp, fmt, ap);
	do {
		get_line(vm->qmp);
	} while (strncmp(line, "{\"error\"", 8) &&
		 (!strstr(line, "\"return\": ") || strstr(line, "\"event\": ")));
	return line;
}

const char *vm_qmp_error(struct vm *vm, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	qmp_answer(vm, fmt, ap);
	va_end(ap);
	return strncmp(line, "{\"error\"", 8) ? NULL : line;
}

const char *vm_qmp(struct vm *vm, const char *fmt, ...)
{
	char *ret;
	va_list ap;

	va_start(ap, fmt);
	ret = qmp_answer(vm, fmt, ap);
	va_end(ap);
	if (!strncmp(ret, "{\"error\"", 8))
		die("QMP: %s: %s", fmt, ret);
	ret = strstr(ret, "\"return\": ") + strlen("\"return\": ");
	ret[strlen(ret) - 1] = 0;
	if (*ret == '"') {
		ret++;
		ret[strlen(ret) - 1] = 0;
	}
	return ret;
}

const char *vm_get(struct vm *vm, const char *property)
{
	return vm_qmp(vm, "{\"execute\": \"qom-get\", \"arguments\": {"
		      "\"path\": \"" DEVICE "\", \"property\": \"%s\"}}",
		      property);
}

uint64_t vm_get_int(struct vm *vm, const char *property)
{
	return strtoull(vm_get(vm, property), NULL, 0);
}

uint64_t vm_counter(struct vm *vm, const char *name)
{
	char key[64];
	const char *p;

	snprintf(key, sizeof(key), "\"%s\": ", name);
	p = strstr(vm_get(vm, "counters"), key);
	if (!p)
		die("no counter %s", name);
	return strtoull(p + strlen(key), NULL, 0);
}

void vm_set(struct vm *vm, const char *property, const char *json)
{
	vm_qmp(vm, "{\"execute\": \"qom-set\", \"arguments\": {"
	       "\"path\": \"" DEVICE "\", \"property\": \"%s\", "
	       "\"value\": %s}}", property, json);
}

/* argv of QEMU: the fixed part, then args split at blanks. */
static char **make_argv(const char *args)
{
	static const char *const fixed[] = {
		"-M", "s390-ccw-virtio", "-cpu", "max", "-nodefaults",
		"-display", "none", "-kernel",
	};
	const size_t nr_fixed = sizeof(fixed) / sizeof(fixed[0]);
	char **argv = calloc(128, sizeof(*argv));
	char *copy = strdup(args), *word;
	size_t i, n = 0;

	if (!argv || !copy)
		die("out of memory");
	argv[n++] = (char *)vm_qemu;
	for (i = 0; i < nr_fixed; i++)
		argv[n++] = (char *)fixed[i];
	argv[n++] = (char *)vm_agent;
	for (word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
		if (n == 127)
			die("too many arguments");
		argv[n++] = word;
	}
	return argv;
}

static FILE *socket_stream(int fd)
{
	FILE *f = fdopen(fd, "r");

	if (!f)
		die("fdopen: %s", strerror(errno));
	return f;
}

struct vm *vm_spawn(const char *args)
{
	struct vm *vm = calloc(1, sizeof(*vm));
	int qtest_fd[2], qmp_fd[2];
	char all[4096];

	if (!vm || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, qtest_fd) ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, qmp_fd))
		die("socketpair: %s", strerror(errno));
	snprintf(all, sizeof(all),
		 "-chardev socket,id=qt,fd=%d -qtest chardev:qt -qtest-log none "
		 "-chardev socket,id=qm,fd=%d -mon chardev=qm,mode=control %s",
		 qtest_fd[1], qmp_fd[1], args);
	if (messages < 0)
		messages = memfd_create("qemu", MFD_CLOEXEC);
	if (messages < 0)
		die("memfd_create: %s", strerror(errno));
	vm->pid = fork();
	if (vm->pid < 0)
		die("fork: %s", strerror(errno));
	if (!vm->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fcntl(qtest_fd[1], F_SETFD, 0);
		fcntl(qmp_fd[1], F_SETFD, 0);
		dup2(open("/dev/null", O_RDONLY), 0);
		dup2(messages, 2);
		dup2(2, 1);
		execvp(vm_qemu, make_argv(all));
		fprintf(stderr, "%s: %s\n", vm_qemu, strerror(errno));
		_exit(127);
	}
	current = vm;
	close(qtest_fd[1]);
	close(qmp_fd[1]);
	vm->qtest = socket_stream(qtest_fd[0]);
	vm->qmp = socket_stream(qmp_fd[0]);
	get_line(vm->qmp);
	vm_qmp(vm, "{\"execute\": \"qmp_capabilities\"}");
	return vm;
}

struct vm *vm_start(const char *fmt, ...)
{
	char args[2048];
	struct vm *vm;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(args, sizeof(args), fmt, ap);
	va_end(ap);
	vm = vm_spawn(args);
	vm_wait_agent(vm);
	agent_op(vm, OP_START_CPU1, 0, 0, NULL);
	while (vm_readq(vm, AGENT_MBOX1 + MBOX_MAGIC) != AGENT_MAGIC)
		nap();
	return vm;
}

void vm_stop(struct vm *vm)
{
	kill(vm->pid, SIGTERM);
	waitpid(vm->pid, NULL, 0);
	fclose(vm->qtest);
	fclose(vm->qmp);
	free(vm);
	current = NULL;
}

void vm_wait_agent(struct vm *vm)
{
	time_t end = time(NULL) + AGENT_TIMEOUT_S;

	while (vm_readq(vm, AGENT_MBOX0 + MBOX_MAGIC) != AGENT_MAGIC) {
		if (time(NULL) > end)
			die("the guest agent did not start");
		nap();
	}
}

void vm_reset(struct vm *vm)
{
	vm_writeq(vm, AGENT_MBOX0 + MBOX_MAGIC, 0);
	vm_qmp(vm, "{\"execute\": \"system_reset\"}");
	vm_wait_agent(vm);
}

bool vm_refused(const char *args, const char *text)
{
	struct pollfd pfd = { .events = POLLIN };
	int out[2], status;
	bool found = false;
	pid_t pid;
	FILE *f;

	if (pipe2(out, O_CLOEXEC))
		die("pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(out[1], 2);
		execvp(vm_qemu, make_argv(args));
		_exit(127);
	}
	close(out[1]);
	/* Readable when it says something or is gone; else it runs: accepted. */
	pfd.fd = out[0];
	if (poll(&pfd, 1, REFUSE_TIMEOUT_MS) <= 0)
		kill(pid, SIGKILL);
	f = fdopen(out[0], "r");
	while (f && fgets(line, sizeof(line), f)) {
		if (strstr(line, text))
			found = true;
		else
			printf("# %s", line);
	}
	if (f)
		fclose(f);
	waitpid(pid, &status, 0);
	return found && WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

long vm_rss(struct vm *vm)
{
	char path[64];
	long rss = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)vm->pid);
	f = fopen(path, "r");
	if (!f)
		die("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "VmRSS: %ld", &rss) == 1)
			break;
	fclose(f);
	return rss;
}

static uint64_t mbox(int cpu)
{
	return cpu ? AGENT_MBOX1 : AGENT_MBOX0;
}

void agent_begin(struct vm *vm, int cpu, int op, uint64_t a, uint64_t b)
{
	vm->seq[cpu] = vm_readq(vm, mbox(cpu) + MBOX_DONE) + 1;
	vm_writeq(vm, mbox(cpu) + MBOX_OP, op);
	vm_writeq(vm, mbox(cpu) + MBOX_A, a);
	vm_writeq(vm, mbox(cpu) + MBOX_B, b);
	vm_writeq(vm, mbox(cpu) + MBOX_SEQ, vm->seq[cpu]);
}

bool agent_done(struct vm *vm, int cpu)
{
	return vm_readq(vm, mbox(cpu) + MBOX_DONE) == vm->seq[cpu];
}

uint64_t agent_end(struct vm *vm, int cpu, uint64_t *pgm)
{
	time_t end = time(NULL) + AGENT_TIMEOUT_S;
	uint64_t code;

	while (!agent_done(vm, cpu)) {
		if (time(NULL) > end)
			die("CPU %d of the guest does not answer", cpu);
		nap();
	}
	code = vm_readq(vm, mbox(cpu) + MBOX_PGM);
	if (pgm)
		*pgm = code;
	else if (code)
		die("program interruption 0x%" PRIx64 " on CPU %d", code, cpu);
	return vm_readq(vm, mbox(cpu) + MBOX_RET);
}

uint64_t agent_op(struct vm *vm, int op, uint64_t a, uint64_t b, uint64_t *pgm)
{
	agent_begin(vm, 0, op, a, b);
	return agent_end(vm, 0, pgm);
}
