/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a keepalived.conf says, as a cluster. Called by levctl's import.
 */
#ifndef _LEV_IMPORT_KEEPALIVED_H
#define _LEV_IMPORT_KEEPALIVED_H

#include "import.h"
#include "stanza.h"

/**
 * lev_import_keepalived() - take over what can be
 * @im: gets it; hears of the rest
 * @first: the file
 *
 * Return: 0, or -1 without memory
 */
int lev_import_keepalived(struct lev_import *im, const struct lev_stanza *first);

#endif /* _LEV_IMPORT_KEEPALIVED_H */
