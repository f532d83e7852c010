/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What "levctl doctor" finds: a list of findings, each with its severity and the command that mends
 * it. Filled by the checks of this directory, printed by levctl's cmd_doctor.c.
 */
#ifndef _LEV_FINDING_H
#define _LEV_FINDING_H

#include <stdio.h>

#include "../lib/words.h"

enum lev_severity {
	LEV_FAULT,	/* it breaks the cluster, or a part of its work */
	LEV_WARNING,	/* it may, or does in some case */
	LEV_HINT,	/* it is good to know */
	__LEV_SEVERITY_MAX
};

extern const struct lev_names lev_severity_names;

#define LEV_FINDINGS_MAX	128
#define LEV_WHAT		192
#define LEV_COMMAND		400

/**
 * struct lev_finding - one thing that is not as it should be
 * @severity: how bad it is
 * @name: its one word
 * @what: what is wrong
 * @why: why that matters for Leveler
 * @on: the machine on which the command is to be run; empty: this one
 * @mend: the command; empty if there is none
 */
struct lev_finding {
	enum lev_severity severity;
	const char *name;
	char what[LEV_WHAT];
	char why[LEV_WHAT];
	char on[LEV_IP_STR];
	char mend[LEV_COMMAND];
};

/**
 * struct lev_findings - all of them
 * @finding: those that there is room for, and a last one that is written over
 * @n: how many
 * @more: how many had no room
 * @of: how many there are of each severity
 * @good: checks that found nothing
 */
struct lev_findings {
	struct lev_finding finding[LEV_FINDINGS_MAX + 1];
	unsigned int n;
	unsigned int more;
	unsigned int of[__LEV_SEVERITY_MAX];
	unsigned int good;
};

/* A new one, to be filled in; never NULL. */
struct lev_finding *lev_found(struct lev_findings *fs, enum lev_severity severity,
			      const char *name);

/* A check has ended that had found @before findings when it began. */
void lev_checked(struct lev_findings *fs, unsigned int before);

/* How many were found so far, for lev_checked(). */
unsigned int lev_found_so_far(const struct lev_findings *fs);

/* The command as who is outside of network namespace @netns types it, in @text if it is another. */
#define LEV_MEND	(LEV_COMMAND + 300)
const char *lev_mend_in(const char *netns, const char *mend, char text[LEV_MEND]);

/* Text of a finding, as printf() has it. */
#define lev_say(field, ...) snprintf(field, sizeof(field), __VA_ARGS__)

#endif /* _LEV_FINDING_H */
