// SPDX-License-Identifier: GPL-2.0
/*
 * The simulator: plays stories by seed and looks whether the laws hold ("make sim"). A seed that
 * breaks one is made smaller, thing by thing, and told in words.
 */
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include "play.h"

static jmp_buf failed;
static char why[256];

static void __noreturn on_fail(const char *file, int line, const char *what)
{
	snprintf(why, sizeof(why), "%s:%d: not so: %s", file, line, what);
	longjmp(failed, 1);
}

static struct play p;

/* Does the story break a law? Then @why says which. */
static bool breaks(const struct story *story)
{
	if (!setjmp(failed)) {
		play_story(&p, story);
		return false;
	}
	snprintf(why + strlen(why), sizeof(why) - strlen(why), " (act %u, %s, %llu ms)",
		 p.act + 1, p.doing, p.sim->now / MS);
	play_free(&p);
	return true;
}

/* Keeps the change if the story still breaks a law. */
static bool still(struct story *story, const struct story *smaller)
{
	if (!breaks(smaller))
		return false;
	*story = *smaller;
	return true;
}

static bool fewer_events(struct story *story, unsigned int i)
{
	struct story smaller;
	bool any = false;
	unsigned int j;

	for (j = 0; j < story->act[i].n; j++) {
		smaller = *story;
		smaller.act[i].event[j].node = 0;
		if (story->act[i].event[j].node)
			any |= still(story, &smaller);
	}
	return any;
}

static bool plainer(struct story *story)
{
	struct story smaller = *story;
	bool any = false;

	smaller.n--;
	if (smaller.n)
		any |= still(story, &smaller);
	smaller = *story;
	smaller.servers = 0;
	if (story->servers)
		any |= still(story, &smaller);
	smaller = *story;
	smaller.jitter = 0;
	smaller.loss = 0;
	if (story->jitter || story->loss)
		any |= still(story, &smaller);
	return any;
}

/* Leaves out whatever the fault does not need, until nothing more can be left out. */
static void shrink(struct story *story)
{
	struct story smaller;
	bool any = true;
	unsigned int i;

	while (any) {
		any = plainer(story);
		for (i = 0; i < story->n_acts; i++) {
			smaller = *story;
			smaller.act[i].off = true;
			if (!story->act[i].off && still(story, &smaller))
				any = true;
			else if (!story->act[i].off)
				any |= fewer_events(story, i);
		}
	}
	breaks(story);
}

static void report(unsigned long long seed, bool small)
{
	struct story story;

	story_make(&story, seed);
	printf("not ok - seed %llu: %s\n", seed, why);
	if (!small)
		return;
	shrink(&story);
	printf("# made smaller: %s\n", why);
	story_print(&story);
	printf("# again: make sim SEED=%llu\n", seed);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int wrong_words(void)
{
	fprintf(stderr,
		"usage: [--from SEED] [--to SEED] [--first-failure] [--whole] [--print]\n"
		"  --from SEED       the first story to play (0)\n"
		"  --to SEED         the last one (the first one)\n"
		"  --first-failure   end at the first that breaks a law\n"
		"  --whole           do not make it smaller\n"
		"  --print           tell each story, and how many beats it took\n");
	return 1;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "from", required_argument, NULL, 'f' },
		{ "to", required_argument, NULL, 't' },
		{ "first-failure", no_argument, NULL, '1' },
		{ "whole", no_argument, NULL, 'w' },
		{ "print", no_argument, NULL, 'p' },
		{}
	};
	unsigned long long from = 0, to = 0, seed, broken = 0;
	bool first = false, whole = false, print = false;
	double start = seconds();
	struct story story;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'f':
			from = strtoull(optarg, NULL, 0);
			break;
		case 't':
			to = strtoull(optarg, NULL, 0);
			break;
		case '1':
			first = true;
			break;
		case 'w':
			whole = true;
			break;
		case 'p':
			print = true;
			break;
		default:
			return wrong_words();
		}
	}
	sim_on_fail = on_fail;
	/* Said whole at the end: others may say something at the same time. */
	setvbuf(stdout, NULL, _IOFBF, 1 << 20);
	to = max(from, to);
	for (seed = from; seed <= to; seed++) {
		story_make(&story, seed);
		if (print)
			story_print(&story);
		if (!breaks(&story)) {
			if (print)
				printf("# %llu beats\n", p.beats);
			continue;
		}
		broken++;
		report(seed, !whole);
		if (first)
			break;
	}
	printf("# %llu seeds from %llu, %llu broke a law, %.1f s\n", min(to, seed) - from + 1,
	       from, broken, seconds() - start);
	return broken > 0;
}
