/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page that shows the cluster, as levd.mk puts it together from page/: part of the program.
 */
#ifndef _LEVD_PAGE_H
#define _LEVD_PAGE_H

extern const char page_html[];
extern const char page_html_end[];

/* What browsers are to let the page do, as text. */
extern const char page_policy[];

#endif /* _LEVD_PAGE_H */
