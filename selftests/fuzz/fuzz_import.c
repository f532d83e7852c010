// SPDX-License-Identifier: GPL-2.0
/* sources: userspace/lib/import.c userspace/lib/import_keepalived.c */
/* sources: userspace/lib/import_checks.c userspace/lib/import_words.c */
/* sources: userspace/lib/import_ipvsadm.c userspace/lib/stanza.c userspace/lib/model.c */
/* sources: userspace/lib/whole.c userspace/lib/whole_out.c userspace/lib/words.c */
/* sources: userspace/lib/print.c userspace/lib/yaml.c userspace/lib/yaml_out.c */
/* libraries: libnl-3.0 yaml-0.1 json-c */
/*
 * Any bytes as a config of keepalived or ipvsadm: an error in a line that is there, or a cluster
 * that levctl's reader of files reads, in which nothing is there twice or out of range.
 */
#include "fuzz.h"
#include "../../userspace/lib/import_ipvsadm.h"
#include "../../userspace/lib/import_keepalived.h"
#include "../../userspace/lib/whole_out.h"
#include "../../userspace/lib/yaml.h"

static unsigned int lines;

static void hear(const struct lev_place *at, const char *text, void *arg)
{
	(void)arg;
	fuzz_must(*text);
	fuzz_must(!at->file || (at->line >= 1 && at->line <= lines));
}

static void check_pool(const char *pool)
{
	fuzz_must(*pool && memchr(pool, '\0', LEV_POOL_SIZE));
	fuzz_must(!pool[strspn(pool, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789-_.")]);
}

static void check_whole(const struct lev_whole *w)
{
	unsigned int i, k;

	fuzz_must(w->cluster->id >= 1 && w->cluster->id <= 255);
	fuzz_must(*w->cluster->front && *w->cluster->back);
	for (i = 0; i < w->n_services; i++) {
		const struct lev_service *s = &w->service[i];

		fuzz_must(lev_ip_shareable(&s->ip) && s->port <= 65535);
		fuzz_must(lev_proto_has_ports(s->proto) && s->hash < __LEV_HASH_MAX);
		check_pool(s->pool);
		for (k = 0; k < i; k++)
			fuzz_must(s->proto != w->service[k].proto ||
				  s->port != w->service[k].port ||
				  !lev_ip_equal(&s->ip, &w->service[k].ip));
	}
	for (i = 0; i < w->n_servers; i++) {
		const struct lev_server *s = &w->server[i];

		fuzz_must(s->weight <= LEV_WEIGHT_MAX);
		check_pool(s->pool);
		for (k = 0; k < i; k++)
			fuzz_must(strcmp(s->pool, w->server[k].pool) ||
				  !lev_ip_equal(&s->ip, &w->server[k].ip));
		for (k = 0; k < w->n_addresses; k++)
			fuzz_must(!lev_ip_equal(&s->ip, &w->address[k].ip));
	}
}

static void check_written(const struct lev_import *im)
{
	const struct lev_whole_file file = { .whole = &im->whole, .version = 1, .shared = true,
					     .check = im->check, .n_checks = im->n_checks };
	struct lev_out *out = lev_out_new(stdout, false, false);
	struct lev_yaml_error error;
	struct lev_yaml *root;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	fuzz_must(f);
	fuzz_must(!lev_whole_write(&file, out, f));
	fclose(f);
	root = lev_yaml_parse(text, len, &error);
	fuzz_must(root);
	lev_yaml_free(root);
	lev_out_free(out);
	free(text);
}

static void keepalived(struct lev_import *im, const char *text, size_t len)
{
	struct lev_stanza_reader *r = lev_stanza_new(NULL, NULL);
	const struct lev_stanza_error *e = lev_stanza_error(r);

	fuzz_must(r);
	if (lev_stanza_text(r, "k", text, len)) {
		fuzz_must(e->line >= 1 && e->line <= lines && *e->text);
	} else {
		fuzz_must(!lev_import_keepalived(im, lev_stanza_first(r)));
		if (lev_import_end(im)) {
			check_whole(&im->whole);
			check_written(im);
		}
	}
	lev_stanza_free(r);
}

static void ipvsadm(struct lev_import *im, const char *text, size_t len)
{
	unsigned int line;
	char error[160];

	if (lev_import_ipvsadm(im, "i", text, len, &line, error)) {
		fuzz_must(line >= 1 && line <= lines && *error);
	} else if (lev_import_end(im)) {
		check_whole(&im->whole);
		check_written(im);
	}
}

/* The first byte says which of the two it is. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct lev_import *im;
	char *text;
	size_t i;

	if (!size)
		return 0;
	im = lev_import_new(hear, NULL);
	text = (char *)fuzz_copy(data + 1, size - 1);
	fuzz_must(im);
	lines = 1;
	for (i = 0; i < size - 1; i++)
		lines += text[i] == '\n';
	if (data[0] == '-')
		ipvsadm(im, text, size - 1);
	else
		keepalived(im, text, size - 1);
	lev_import_free(im);
	free(text);
	return 0;
}
