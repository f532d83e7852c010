/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes the whole of a cluster as a file that levctl apply reads. Called by levctl's save and
 * import.
 */
#ifndef _LEV_WHOLE_OUT_H
#define _LEV_WHOLE_OUT_H

#include <stdio.h>

#include "print.h"
#include "whole.h"

/**
 * struct lev_whole_file - what is written
 * @whole: the things; there is a cluster
 * @version: number of the file
 * @host: name of the machine that is the cluster's own node, or NULL
 * @key: word for the key, or NULL
 * @shared: devices are said for all nodes, not for the own one
 * @check: how servers are checked, or NULL
 * @n_checks: how many
 */
struct lev_whole_file {
	const struct lev_whole *whole;
	uint64_t version;
	const char *host;
	const char *key;
	bool shared;
	const struct lev_whole_check *check;
	unsigned int n_checks;
};

/**
 * lev_whole_write() - write it, without what is as it would be if it were not said
 * @f: what
 * @out: a printer: if it does JSON, which is YAML too, it is written there
 * @file: else there, as YAML
 *
 * Return: 0, or -1 if it could not be written
 */
int lev_whole_write(const struct lev_whole_file *f, struct lev_out *out, FILE *file);

#endif /* _LEV_WHOLE_OUT_H */
