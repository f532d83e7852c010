/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Module parameters: a first cluster at load.
 */
#ifndef _LEV_PARAM_H
#define _LEV_PARAM_H

/**
 * lev_param_create() - make the cluster that the parameters describe, if they do
 *
 * Return: 0, also without parameters, or an error that has been logged
 * Context: module load, in the loader's namespace
 */
int lev_param_create(void);

#endif /* _LEV_PARAM_H */
