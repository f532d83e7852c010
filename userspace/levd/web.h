/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cluster over HTTP: a page, metrics, health. Read only. Opened and closed by main.c.
 */
#ifndef _LEVD_WEB_H
#define _LEVD_WEB_H

#include "levd.h"

struct web;

/**
 * web_open() - listen, and answer from now on
 * @d: the daemon
 * @place: where
 *
 * Return: what answers, or NULL with errno
 */
struct web *web_open(struct levd *d, const struct place *place);
void web_close(struct web *web);

/* Where it listens, or a place of port 0 if @web is NULL. */
struct place web_place(const struct web *web);

#endif /* _LEVD_WEB_H */
