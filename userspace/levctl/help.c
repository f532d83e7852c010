// SPDX-License-Identifier: GPL-2.0
/*
 * Help that teaches, made from the same tables that the parser reads. Owns no state; called
 * by main.c.
 */
#include <stdio.h>

#include "levctl.h"

int help_all(void)
{
	puts("levctl: sets up and shows clusters of machines that share an address and its load\n"
	     "\n"
	     "  levctl [-j [-p]] [-n NETNS] COMMAND ...\n"
	     "  levctl [-j [-p]] [-n NETNS] -b FILE\n"
	     "\n"
	     "Commands (\"levctl COMMAND --help\" explains one):");
	for (const struct command *const *c = commands; *c; c++)
		printf("  %-10s %s\n", (*c)->name, (*c)->about);
	puts("\n"
	     "Options, before the command:\n"
	     "  -j, --json         answer in JSON\n"
	     "  -p, --pretty       with -j: line breaks and indentation\n"
	     "  -n, --netns NAME   in the network namespace NAME, as \"ip -n\"\n"
	     "  -b, --batch FILE   run the lines of FILE (-: stdin) up to the first that fails\n"
	     "  -V, --version      version\n"
	     "  -?, --help         this text\n"
	     "\n"
	     "Exit status: 0 done, 1 wrong words, 2 refused by the kernel, 3 faults found.\n"
	     "\n"
	     "A first cluster is a file, lev0.yaml, the same on each node:\n"
	     "  version: 1\n"
	     "  cluster: {id: 7, front: eth0, back: eth1}\n"
	     "  nodes: [{id: 1, host: leveler1}, {id: 2, host: leveler2}]\n"
	     "  addresses: [{address: 10.0.0.200}]\n"
	     "  services: [{address: 10.0.1.200}]\n"
	     "  servers: [{address: 10.0.1.101}, {address: 10.0.1.102}]\n"
	     "\n"
	     "Then, on each node:\n"
	     "  levctl apply lev0 lev0.yaml\n"
	     "  levctl status lev0");
	return DONE;
}

/* The values that a word may have, and has if it is not said, where its help leaves it open. */
static void put_values(const struct word *w)
{
	char min[LEV_TIME_STR], max[LEV_TIME_STR], initial[LEV_TIME_STR];

	switch (w->kind) {
	case WORD_NUMBER:
		printf(" (%u..%u", w->min, w->max);
		if (w->initial)
			printf("; else %u", w->initial);
		break;
	case WORD_TIME:
	case WORD_TIME_OR_NEVER:
		printf(" (%s%s..%s%s", w->zero ? "0, or " : "", lev_time_str(w->min, min),
		       lev_time_str(w->max, max),
		       w->kind == WORD_TIME_OR_NEVER ? ", or never" : "");
		if (w->initial)
			printf("; else %s", lev_time_str(w->initial, initial));
		break;
	default:
		return;
	}
	putchar(')');
}

int help_command(const struct command *command)
{
	const struct word *w = command->noun ? command->noun->words : command->words;

	printf("levctl %s: %s\n\n%s", command->name, command->about, command->grammar);
	if (w)
		puts("\nWords, in any order after the device and what comes right behind it:");
	for (; w && w->name; w++) {
		printf("  %-10s %s", w->name, w->help);
		put_values(w);
		putchar('\n');
	}
	if (command->help)
		printf("\n%s", command->help);
	printf("\nExample:\n%s", command->example);
	return DONE;
}
