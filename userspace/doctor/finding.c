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

void lev_checked(struct lev_findings *fs, unsigned int before)
{
	if (lev_found_so_far(fs) == before)
		fs->good++;
}
