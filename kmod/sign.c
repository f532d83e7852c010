// SPDX-License-Identifier: GPL-2.0
/*
 * Signatures of heartbeats (see sign.h): HMAC-SHA256 (RFC 2104, FIPS 180-4) of the
 * kernel's crypto layer.
 */
#include <crypto/algapi.h>
#include <crypto/hash.h>
#include <linux/rtnetlink.h>

#include "sign.h"

static int hmac(struct crypto_shash *tfm, const void *data, size_t len, u8 *tag)
{
	SHASH_DESC_ON_STACK(desc, tfm);
	int ret;

	desc->tfm = tfm;
	ret = crypto_shash_digest(desc, data, len, tag);
	shash_desc_zero(desc);
	return ret;
}

/*
 * The hash key is of the secret and the cluster's id; without a secret of the id alone, so
 * that nodes without a key still agree.
 */
static int hash_key(struct crypto_shash *tfm, u16 id, siphash_key_t *key)
{
	u8 label[] = "leveler hash key \0\0", tag[LEV_WIRE_TAG_LEN] = {};
	int ret = 0;

	put_unaligned_be16(id, label + sizeof(label) - 3);
	if (tfm)
		ret = hmac(tfm, label, sizeof(label), tag);
	else
		memcpy(tag, label + sizeof(label) - 3, 2);
	key->key[0] = get_unaligned_be64(tag);
	key->key[1] = get_unaligned_be64(tag + 8);
	return ret;
}

int lev_sign_make(u16 id, const struct lev_key *key, struct lev_signer *signer)
{
	struct crypto_shash *tfm = NULL;
	int ret;

	if (key->len) {
		tfm = crypto_alloc_shash("hmac(sha256)", 0, 0);
		if (IS_ERR(tfm))
			return PTR_ERR(tfm);
		ret = crypto_shash_setkey(tfm, key->b, key->len);
		if (ret)
			goto err_free;
	}
	ret = hash_key(tfm, id, &signer->hash_key);
	if (ret)
		goto err_free;
	signer->hmac = tfm;
	return 0;

err_free:
	crypto_free_shash(tfm);
	return ret;
}

void lev_sign_exchange(struct lev_cluster *c, struct lev_signer *signer)
{
	struct crypto_shash *old = rtnl_dereference(c->hmac);

	swap(c->hash_key, signer->hash_key);
	rcu_assign_pointer(c->hmac, signer->hmac);
	signer->hmac = old;
	/* Beats may still come in, and be checked with the old one. */
	synchronize_net();
}

void lev_sign_drop(struct lev_signer *signer)
{
	crypto_free_shash(signer->hmac);
	memzero_explicit(&signer->hash_key, sizeof(signer->hash_key));
}

void lev_sign_free(struct lev_cluster *c)
{
	crypto_free_shash(rcu_dereference_protected(c->hmac, true));
}

int lev_sign(struct lev_cluster *c, u8 *frame, size_t len)
{
	struct crypto_shash *tfm = rcu_dereference(c->hmac);
	size_t body = len - LEV_WIRE_TAG_LEN;

	if (tfm)
		return hmac(tfm, frame, body, frame + body);
	memset(frame + body, 0, LEV_WIRE_TAG_LEN);
	return 0;
}

bool lev_sign_right(struct lev_cluster *c, const u8 *frame, size_t len)
{
	const struct lev_wire_beat *beat = (const struct lev_wire_beat *)frame;
	struct crypto_shash *tfm = rcu_dereference(c->hmac);
	size_t body = len - LEV_WIRE_TAG_LEN;
	u8 tag[LEV_WIRE_TAG_LEN];

	if (!tfm)
		return !(beat->flags & LEV_WIRE_KEYED);
	return !hmac(tfm, frame, body, tag) &&
	       !crypto_memneq(tag, frame + body, sizeof(tag));
}
