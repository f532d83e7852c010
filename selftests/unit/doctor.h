/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the unit tests of levctl doctor share: a site's addresses, and what was found.
 */
#ifndef _LEV_UNIT_DOCTOR_H
#define _LEV_UNIT_DOCTOR_H

#include "unit.h"
#include "../../userspace/doctor/checks.h"

static inline struct lev_ip ip_of(const char *text)
{
	struct lev_ip ip;

	assert_true(lev_parse_ip(text, &ip));
	return ip;
}

static inline struct lev_site_addr *add_addr(struct lev_site *s, const char *text,
					     unsigned int prefix, const char *dev)
{
	struct lev_site_addr *a = &s->addr[s->n_addrs++];

	a->ip = ip_of(text);
	a->prefix = prefix;
	snprintf(a->dev, sizeof(a->dev), "%s", dev);
	return a;
}

/* Just one thing is found; @command may be NULL, if it does not matter here. */
static inline void assert_only(const struct lev_findings *fs, enum lev_severity severity,
			       const char *name, const char *says, const char *command)
{
	const struct lev_finding *f = &fs->finding[0];

	assert_int_equal(fs->n, 1);
	assert_int_equal(fs->of[severity], 1);
	assert_string_equal(f->name, name);
	if (!strstr(f->what, says))
		fail_msg("\"%s\" is not in \"%s\"", says, f->what);
	if (command)
		assert_string_equal(f->mend, command);
	assert_true(*f->why);
}

#endif /* _LEV_UNIT_DOCTOR_H */
