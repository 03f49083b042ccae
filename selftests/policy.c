// SPDX-License-Identifier: GPL-2.0-only
/*
 * policy: run a command whose memory comes from a node.
 *
 *	policy bind|static|preferred NODE COMMAND...
 *
 *	bind		from that node alone; from others where it is gone, and then for
 *			good
 *	static		the same, and from that node again once it is back
 *	preferred	from others, too
 */
#include <err.h>
#include <linux/mempolicy.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BITS	(8 * sizeof(unsigned long))

static const struct {
	const char *name;
	int mode;
} modes[] = {
	{ "bind", MPOL_BIND },
	{ "static", MPOL_BIND | MPOL_F_STATIC_NODES },
	{ "preferred", MPOL_PREFERRED },
	{ }
};

int main(int argc, char **argv)
{
	unsigned long mask[16] = { 0 }, node;
	size_t i = 0;

	while (argc > 3 && modes[i].name && strcmp(argv[1], modes[i].name))
		i++;
	if (argc < 4 || !modes[i].name)
		errx(2, "usage: policy bind|static|preferred NODE COMMAND...");
	node = strtoul(argv[2], NULL, 0);
	if (node >= 16 * BITS)
		errx(2, "node %lu is too much", node);
	mask[node / BITS] = 1UL << node % BITS;
	if (syscall(SYS_set_mempolicy, modes[i].mode, mask, 16 * BITS))
		err(2, "set_mempolicy of node %lu", node);
	execvp(argv[3], argv + 3);
	err(2, "%s", argv[3]);
}
