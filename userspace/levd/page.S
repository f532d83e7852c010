/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page and its policy as bytes of the program (see page.h). The files' names come from levd.mk.
 */
	.section .rodata
	.global page_html, page_html_end, page_policy
page_html:
	.incbin PAGE_HTML
page_html_end:
page_policy:
	.incbin PAGE_POLICY
	.byte 0
	.section .note.GNU-stack, "", %progbits
