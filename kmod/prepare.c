// SPDX-License-Identifier: GPL-2.0
/*
 * Plans made ready before they are due (see prepare.h). Owns lev_cluster.prepared and
 * .prepared_of, under config_mutex; what is right at the switch is for core/basis.h to say.
 */
#include "plan.h"
#include "prepare.h"

/* The other nodes must know alike what moved: so @base is as of now. */
static struct lev_basis basis_now(struct lev_cluster *c, u64 digest,
				  const struct lev_word *word, const struct lev_plan *old)
{
	struct lev_basis basis = {
		.digest = digest,
		.word = *word,
		.serial = old ? old->serial : 0,
		.base = LEV_BASE_NONE,
	};

	spin_lock_bh(&c->lock);
	basis.untold = old ? old->untold : 0;
	basis.incarnation = c->member->incarnation;
	if (c->running)
		basis.base = lev_join_base(c->member, lev_now());
	spin_unlock_bh(&c->lock);
	return basis;
}

void lev_prepare_drop(struct lev_cluster *c)
{
	lockdep_assert_held(&c->config_mutex);
	lev_plan_free(c->prepared);
	c->prepared = NULL;
	memset(&c->prepared_of, 0, sizeof(c->prepared_of));
}

static void prepare(struct lev_cluster *c, const struct lev_config *cfg, u64 digest,
		    const struct lev_word *word)
{
	const struct lev_plan *old = lev_plan_held(c);
	struct lev_basis basis = basis_now(c, digest, word, old);

	/* It is there; or there was no memory for it, and it is not tried all the time. */
	if (lev_basis_same(&c->prepared_of, &basis))
		return;
	lev_prepare_drop(c);
	c->prepared_of = basis;
	c->prepared = lev_plan_build(c, cfg, &basis, old);
	if (c->prepared && c->prepared->forgets) {
		lev_plan_free(c->prepared);
		c->prepared = NULL;
	}
}

void lev_prepare(struct lev_cluster *c)
{
	struct lev_word agreed, next, carried;
	struct lev_member *m = c->member;
	u64 digest, pending_digest;
	u32 ahead;
	bool due;

	lockdep_assert_held(&c->config_mutex);
	spin_lock_bh(&c->lock);
	due = c->running && c->todo & (LEV_DO_CONFIG | LEV_DO_SERVERS);
	ahead = c->running ? lev_member_ahead(m) : 0;
	digest = m->digest;
	pending_digest = m->pending_digest;
	agreed = m->agreed;
	next = m->servers_next;
	spin_unlock_bh(&c->lock);

	/* The switch is next: it looks for itself whether what is there is right. */
	if (due)
		return;
	if (ahead == LEV_DO_CONFIG && c->pending) {
		lev_word_remap(c->active, c->pending, &agreed, &carried);
		prepare(c, c->pending, pending_digest, &carried);
	} else if (ahead == LEV_DO_SERVERS) {
		prepare(c, c->active, digest, &next);
	} else {
		lev_prepare_drop(c);
	}
}

struct lev_plan *lev_prepare_plan(struct lev_cluster *c, const struct lev_config *cfg, u64 digest,
				  const struct lev_word *word, const struct lev_plan *old)
{
	struct lev_basis basis = basis_now(c, digest, word, old);
	struct lev_plan *plan = NULL;

	if (lev_basis_same(&c->prepared_of, &basis))
		swap(plan, c->prepared);
	lev_prepare_drop(c);
	return plan ? : lev_plan_build(c, cfg, &basis, old);
}
