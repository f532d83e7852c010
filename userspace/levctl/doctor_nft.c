// SPDX-License-Identifier: GPL-2.0
/*
 * Asks the firewall for its rules, by libnftables, for levctl's doctor (see doctor.h). Owns the
 * library's context.
 */
#include <nftables/libnftables.h>
#include <stdlib.h>
#include <string.h>

#include "../doctor/rules.h"
#include "doctor.h"

/* An answer as text, or NULL; it is the library's. */
static const char *ask(struct nft_ctx *nft, const char *command, bool json)
{
	nft_ctx_output_set_flags(nft, json ? NFT_CTX_OUTPUT_JSON : 0);
	return nft_run_cmd_from_buffer(nft, command) ? NULL : nft_ctx_get_output_buffer(nft);
}

/* Is it among the names behind the word "device" or "devices", in quotes or between commas? */
static bool names_device(const char *hook, const char *dev)
{
	size_t len = strlen(dev);

	for (const char *at = strstr(hook, dev); at; at = strstr(at + 1, dev)) {
		if (at > hook && strchr("\" {,", at[-1]) && strchr("\" },", at[len]))
			return true;
	}
	return false;
}

/* In JSON, the library of Debian 12 leaves out on which device a chain is; as text it does not. */
static void add_device(struct nft_ctx *nft, const struct lev_site *s, struct json_object *chain)
{
	struct json_object *dev = json_object_new_array();
	char command[LEV_COMMAND], line[LEV_COMMAND];
	const char *text;

	snprintf(command, sizeof(command), "list chain %s %s %s", lev_rules_text(chain, "family"),
		 lev_rules_text(chain, "table"), lev_rules_text(chain, "name"));
	text = ask(nft, command, false);
	text = text ? strstr(text, " hook ") : NULL;
	text = text ? strstr(text, " device") : NULL;
	text = text ? text : "";
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(text, "\n;"), text);
	for (unsigned int i = 0; i < s->n_devs; i++) {
		if (names_device(line, s->dev[i].name))
			json_object_array_add(dev, json_object_new_string(s->dev[i].name));
	}
	json_object_object_add(chain, "dev", dev);
}

static void add_devices(struct nft_ctx *nft, const struct lev_site *s, struct json_object *ruleset)
{
	for (size_t i = 0; i < json_object_array_length(ruleset); i++) {
		struct json_object *o = json_object_array_get_idx(ruleset, i), *chain = NULL;
		const char *hook;

		if (!json_object_object_get_ex(o, "chain", &chain))
			continue;
		hook = lev_rules_text(chain, "hook");
		if ((!strcmp(hook, "ingress") || !strcmp(hook, "egress")) &&
		    !json_object_object_get_ex(chain, "dev", NULL))
			add_device(nft, s, chain);
	}
}

/* The array within "nftables", or NULL: the kernel has no nftables, or nothing can be read. */
static struct json_object *read_rules(struct nft_ctx *nft, const struct lev_site *s)
{
	const char *text = ask(nft, "list ruleset", true);
	struct json_object *all = text ? json_tokener_parse(text) : NULL, *ruleset = NULL;

	if (json_object_is_type(all, json_type_object) &&
	    json_object_object_get_ex(all, "nftables", &ruleset) &&
	    json_object_is_type(ruleset, json_type_array)) {
		json_object_get(ruleset);
		add_devices(nft, s, ruleset);
	} else {
		ruleset = NULL;
	}
	json_object_put(all);
	return ruleset;
}

struct json_object *doctor_nft(const struct lev_site *s)
{
	struct nft_ctx *nft = nft_ctx_new(NFT_CTX_DEFAULT);
	struct json_object *ruleset = NULL;

	if (!nft)
		return NULL;
	if (!nft_ctx_buffer_output(nft) && !nft_ctx_buffer_error(nft))
		ruleset = read_rules(nft, s);
	nft_ctx_free(nft);
	return ruleset;
}
