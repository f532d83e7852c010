/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What "ipvsadm-save -n" writes, as a cluster. Called by levctl's import.
 */
#ifndef _LEV_IMPORT_IPVSADM_H
#define _LEV_IMPORT_IPVSADM_H

#include "import.h"

/**
 * lev_import_ipvsadm() - take over what can be
 * @im: gets it; hears of the rest
 * @file: name of the file
 * @text: all of it
 * @len: bytes in it
 * @line: the line of @error
 * @error: what is wrong, if something is
 *
 * Return: 0; -1: @error says why
 */
int lev_import_ipvsadm(struct lev_import *im, const char *file, const char *text, size_t len,
		       unsigned int *line, char error[160]);

#endif /* _LEV_IMPORT_IPVSADM_H */
