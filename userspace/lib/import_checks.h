/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How keepalived checks the servers of a virtual_server, as words of leveler.conf(5). Called by
 * import_keepalived.c.
 */
#ifndef _LEV_IMPORT_CHECKS_H
#define _LEV_IMPORT_CHECKS_H

#include "import.h"
#include "stanza.h"

/* Is it a check of a kind that there is here? */
bool lev_import_is_check(const struct lev_stanza *s);

/**
 * lev_import_take_check() - a real_server's check; the first one that a service has counts for all
 * @im: hears what could not be carried over
 * @s: the check
 * @service: gets it
 * @server: whose it is
 */
void lev_import_take_check(struct lev_import *im, const struct lev_stanza *s,
			   struct lev_import_service *service,
			   const struct lev_import_server *server);

/* Does it say something for all checks of a virtual_server? */
bool lev_import_is_for_checks(const struct lev_stanza *s);

/**
 * lev_import_end_check() - all of the virtual_server was read: what it says for all of its checks
 * @im: hears what could not be carried over
 * @block: the virtual_server
 * @service: its check is completed
 */
void lev_import_end_check(struct lev_import *im, const struct lev_stanza *block,
			  struct lev_import_service *service);

#endif /* _LEV_IMPORT_CHECKS_H */
