// SPDX-License-Identifier: GPL-2.0
/*
 * Signatures of frames (see sign.h): HMAC-SHA256 (RFC 2104, FIPS 180-4) of the kernel's crypto
 * layer. Owns the signers: a set of them is never written once it is published.
 */
#include <crypto/algapi.h>
#include <crypto/hash.h>
#include <linux/slab.h>

#include "sign.h"

/**
 * struct lev_signer - what is made from one key
 * @tfm: NULL: no key
 * @id: see lev_sign_id()
 */
struct lev_signer {
	struct crypto_shash *tfm;
	u32 id;
};

#define SEAL	"leveler seal "

/* What hides the hash key in a beat is the HMAC of this, which no other beat has. */
struct seal_label {
	char what[sizeof(SEAL)];
	__be16 cluster;
	u8 node;
	__be32 incarnation;
	__be64 sequence;
} __packed;

/* The key's, and behind it the old one's. */
struct lev_signers {
	unsigned int n;
	struct lev_signer signer[LEV_WIRE_TAGS_MAX];
};

static int hmac(struct crypto_shash *tfm, const void *data, size_t len, u8 *tag)
{
	SHASH_DESC_ON_STACK(desc, tfm);
	int ret;

	desc->tfm = tfm;
	ret = crypto_shash_digest(desc, data, len, tag);
	shash_desc_zero(desc);
	return ret;
}

/* HMAC over a label with the cluster's id; without a key the id alone, known to all. */
static int derive(struct crypto_shash *tfm, const char *what, u16 id, u8 *tag)
{
	u8 label[32];
	size_t len = strlen(what);

	memset(tag, 0, LEV_WIRE_TAG_LEN);
	memcpy(label, what, len);
	put_unaligned_be16(id, label + len);
	label[len + 2] = 0;
	if (tfm)
		return hmac(tfm, label, len + 3, tag);
	memcpy(tag, label + len, 2);
	return 0;
}

static void free_signers(struct lev_signers *s)
{
	unsigned int i;

	for (i = 0; s && i < s->n; i++)
		if (s->signer[i].tfm)
			crypto_free_shash(s->signer[i].tfm);
	kfree_sensitive(s);
}

static int make_signer(struct lev_signer *signer, const struct lev_key *key)
{
	u8 tag[LEV_WIRE_TAG_LEN] = {};
	int ret;

	if (!key->len)
		return 0;
	signer->tfm = crypto_alloc_shash("hmac(sha256)", 0, 0);
	if (IS_ERR(signer->tfm)) {
		ret = PTR_ERR(signer->tfm);
		signer->tfm = NULL;
		return ret;
	}
	ret = crypto_shash_setkey(signer->tfm, key->b, key->len) ? :
	      derive(signer->tfm, "leveler key id ", 0, tag);
	signer->id = get_unaligned_be32(tag);
	return ret;
}

static struct lev_signers *make_signers(const struct lev_keyring *keys)
{
	struct lev_signers *s = kzalloc(sizeof(*s), GFP_KERNEL);
	int ret;

	if (!s)
		return ERR_PTR(-ENOMEM);
	s->n = keys->two ? 2 : 1;
	ret = make_signer(&s->signer[0], &keys->now);
	if (!ret && keys->two)
		ret = make_signer(&s->signer[1], &keys->old);
	if (!ret)
		return s;
	free_signers(s);
	return ERR_PTR(ret);
}

void lev_sign_drop(struct lev_signing *signing)
{
	free_signers(signing->signers);
	memzero_explicit(&signing->hash_key, sizeof(signing->hash_key));
}

int lev_sign_make(u16 id, const struct lev_keyring *keys, struct lev_signing *signing)
{
	struct lev_signers *s = make_signers(keys);
	u8 tag[LEV_WIRE_TAG_LEN];
	int ret;

	if (IS_ERR(s))
		return PTR_ERR(s);
	ret = derive(s->signer[0].tfm, "leveler hash key ", id, tag);
	signing->signers = s;
	signing->hash_key.key[0] = get_unaligned_be64(tag);
	signing->hash_key.key[1] = get_unaligned_be64(tag + 8);
	memzero_explicit(tag, sizeof(tag));
	if (ret)
		lev_sign_drop(signing);
	return ret;
}

/*
 * Frames still come in, and are checked with the old ones, until it returns. A beat is sealed and
 * signed under the lock, so by the same ones.
 */
static struct lev_signers *replace(struct lev_cluster *c, struct lev_signers *s)
{
	spin_lock_bh(&c->lock);
	s = rcu_replace_pointer(c->signers, s, lockdep_is_held(&c->config_mutex));
	spin_unlock_bh(&c->lock);
	synchronize_net();
	return s;
}

void lev_sign_exchange(struct lev_cluster *c, struct lev_keyring *keys,
		       struct lev_signing *signing)
{
	u8 stays = lev_keyring_stays(&c->keys, keys);
	struct lev_keyring was = c->keys;

	lockdep_assert_held(&c->config_mutex);
	/*
	 * A frame that has room for one tag would lose that of the old key. Those with pins are
	 * written under the lock, and signed behind it.
	 */
	spin_lock_bh(&c->lock);
	lev_key_begin(c->member, keys->two);
	spin_unlock_bh(&c->lock);
	synchronize_net();
	signing->signers = replace(c, signing->signers);
	swap(c->hash_key, signing->hash_key);
	c->keys = *keys;
	*keys = was;
	memzero_explicit(&was, sizeof(was));
	spin_lock_bh(&c->lock);
	lev_key_changed(c->member, c->keys.now.len, c->keys.two, stays, lev_now());
	spin_unlock_bh(&c->lock);
}

bool lev_sign_drop_old(struct lev_cluster *c)
{
	struct lev_keyring keys = c->keys;
	struct lev_signers *s;
	bool done;

	lockdep_assert_held(&c->config_mutex);
	spin_lock_bh(&c->lock);
	done = c->member->two_keys && !lev_key_waiting(c->member);
	spin_unlock_bh(&c->lock);
	if (!done)
		goto out;
	lev_keyring_set_old(&keys, &(struct lev_key){});
	s = make_signers(&keys);
	done = !IS_ERR(s);
	if (!done)
		goto out;
	free_signers(replace(c, s));
	c->keys = keys;
	spin_lock_bh(&c->lock);
	lev_key_dropped(c->member);
	spin_unlock_bh(&c->lock);
out:
	memzero_explicit(&keys, sizeof(keys));
	return done;
}

void lev_sign_free(struct lev_cluster *c)
{
	free_signers(rcu_dereference_protected(c->signers, true));
	memzero_explicit(&c->keys, sizeof(c->keys));
}

/* Each tag is over all that stands before it. */
static u8 *tag_at(u8 *frame, size_t len, unsigned int i)
{
	return frame + len - (lev_wire_tags(frame) - i) * LEV_WIRE_TAG_LEN;
}

static int make_tag(const struct lev_signer *signer, const u8 *frame, size_t body, u8 *tag)
{
	if (signer->tfm)
		return hmac(signer->tfm, frame, body, tag);
	memset(tag, 0, LEV_WIRE_TAG_LEN);
	return 0;
}

int lev_sign(struct lev_cluster *c, u8 *frame, size_t len)
{
	const struct lev_signers *s = rcu_dereference(c->signers);
	unsigned int i;
	int ret = 0;

	for (i = 0; i < lev_wire_tags(frame) && !ret; i++) {
		u8 *tag = tag_at(frame, len, i);

		ret = make_tag(&s->signer[min(i, s->n - 1)], frame, tag - frame, tag);
	}
	return ret;
}

/*
 * Hides it, or shows it again. A pad that came twice would show two hash keys to who knows one
 * of them. Without a key nothing is hidden; what cannot be made is not shown.
 */
static void mix(const struct lev_signer *signer, const struct seal_label *label, u8 *seal)
{
	u8 pad[LEV_WIRE_TAG_LEN];

	if (!signer->tfm)
		return;
	if (hmac(signer->tfm, label, sizeof(*label), pad))
		memset(seal, 0, LEV_WIRE_SEAL_LEN);
	else
		crypto_xor(seal, pad, LEV_WIRE_SEAL_LEN);
	memzero_explicit(pad, sizeof(pad));
}

static void unseal(const struct lev_signers *s, const u8 *beat, u8 proof, siphash_key_t *key)
{
	const struct lev_wire_beat *w = (const struct lev_wire_beat *)beat;
	struct seal_label label = {
		.what = SEAL, .cluster = w->cluster, .node = w->node,
		.incarnation = w->incarnation, .sequence = w->sequence,
	};
	/* Of the tags that are right, any will do. */
	bool first = proof & (LEV_PROOF_NOW | LEV_PROOF_WAS);
	bool ours = proof & (first ? LEV_PROOF_NOW : LEV_PROOF_HAS);
	u8 seal[LEV_WIRE_SEAL_LEN];

	memcpy(seal, w->seal[first ? 0 : 1], sizeof(seal));
	mix(&s->signer[ours ? 0 : 1], &label, seal);
	key->key[0] = get_unaligned_be64(seal);
	key->key[1] = get_unaligned_be64(seal + 8);
}

u8 lev_sign_proof(struct lev_cluster *c, const u8 *frame, size_t len, siphash_key_t *hash_key)
{
	const struct lev_signers *s = rcu_dereference(c->signers);
	u8 proof = 0, right[LEV_WIRE_TAG_LEN];
	unsigned int i, k;

	for (i = 0; s && i < lev_wire_tags(frame); i++) {
		const u8 *tag = tag_at((u8 *)frame, len, i);

		for (k = 0; k < s->n; k++) {
			if (make_tag(&s->signer[k], frame, tag - frame, right) ||
			    crypto_memneq(right, tag, sizeof(right)))
				continue;
			proof |= k ? LEV_PROOF_OLD : LEV_PROOF_HAS;
			if (!i)
				proof |= k ? LEV_PROOF_WAS : LEV_PROOF_NOW;
		}
	}
	if (proof && hash_key)
		unseal(s, frame, proof, hash_key);
	return proof && lev_wire_tags(frame) > 1 ? proof | LEV_PROOF_TWO : proof;
}

void lev_sign_seal(struct lev_cluster *c, struct lev_beat *beat)
{
	const struct lev_signers *s = rcu_dereference(c->signers);
	struct seal_label label = {
		.what = SEAL, .cluster = cpu_to_be16(beat->cluster), .node = beat->node,
		.incarnation = cpu_to_be32(beat->incarnation),
		.sequence = cpu_to_be64(beat->sequence),
	};
	unsigned int i;

	for (i = 0; i < (beat->two ? 2 : 1); i++) {
		put_unaligned_be64(beat->hash_key.key[0], beat->seal[i]);
		put_unaligned_be64(beat->hash_key.key[1], beat->seal[i] + 8);
		mix(&s->signer[min(i, s->n - 1)], &label, beat->seal[i]);
	}
}

u32 lev_sign_id(struct lev_cluster *c, bool old)
{
	const struct lev_signers *s = rcu_dereference(c->signers);

	if (!s || old >= s->n)
		return 0;
	return s->signer[old].id;
}
