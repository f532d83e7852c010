// SPDX-License-Identifier: GPL-2.0
/*
 * The list of findings (see finding.h). Owns no state.
 */
#include <string.h>

#include "finding.h"

static const char *const severity_name[__LEV_SEVERITY_MAX] = {
	[LEV_FAULT]	= "fault",
	[LEV_WARNING]	= "warning",
	[LEV_HINT]	= "hint",
};

const struct lev_names lev_severity_names = { severity_name, __LEV_SEVERITY_MAX };

struct lev_finding *lev_found(struct lev_findings *fs, enum lev_severity severity,
			      const char *name)
{
	struct lev_finding *f = &fs->finding[fs->n];

	if (fs->n < LEV_FINDINGS_MAX)
		fs->n++;
	else
		fs->more++;
	fs->of[severity]++;
	memset(f, 0, sizeof(*f));
	f->severity = severity;
	f->name = name;
	return f;
}

unsigned int lev_found_so_far(const struct lev_findings *fs)
{
	return fs->n + fs->more;
}

/* What no namespace has of its own: modules, programs and units. */
static bool of_machine(const char *mend)
{
	static const char *const program[] = { "modprobe ", "make ", "systemctl " };

	for (size_t i = 0; i < sizeof(program) / sizeof(*program); i++) {
		if (!strncmp(mend, program[i], strlen(program[i])))
			return true;
	}
	return false;
}

const char *lev_mend_in(const char *netns, const char *mend, char text[LEV_MEND])
{
	if (of_machine(mend))
		return mend;
	if (strstr(mend, " && "))
		snprintf(text, LEV_MEND, "ip netns exec %s sh -c '%s'", netns, mend);
	else
		snprintf(text, LEV_MEND, "ip netns exec %s %s", netns, mend);
	return text;
}

void lev_checked(struct lev_findings *fs, unsigned int before)
{
	if (lev_found_so_far(fs) == before)
		fs->good++;
}
