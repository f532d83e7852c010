// SPDX-License-Identifier: GPL-2.0
/*
 * Askers (see asker.h). Owns the table, under its own lock.
 */
#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "asker.h"
#include "plan.h"

/* The longest that a cache that we know of keeps an entry unasked: Cisco IOS, 4 hours. */
#define ASKER_AGE	(4ULL * 3600 * HZ)

struct lev_askers *lev_askers_alloc(void)
{
	struct lev_askers *askers = kvzalloc(sizeof(*askers), GFP_KERNEL);

	if (askers)
		spin_lock_init(&askers->lock);
	return askers;
}

void lev_askers_free(struct lev_askers *askers)
{
	kvfree(askers);
}

static struct lev_asker *set_of(struct lev_askers *askers, const struct lev_asker *asker)
{
	u32 words[8];

	memcpy(words, asker->addr.b, 16);
	memcpy(words + 4, asker->levip.b, 16);
	return &askers->way[(jhash2(words, 8, 0) % LEV_ASKER_SETS) * LEV_ASKER_WAYS];
}

static bool same(const struct lev_asker *a, const struct lev_asker *b)
{
	return a->at && a->side == b->side && lev_addr_eq(&a->addr, &b->addr) &&
	       lev_addr_eq(&a->levip, &b->levip);
}

void lev_asker_learn(struct lev_askers *askers, const struct lev_asker *asker)
{
	struct lev_asker *set = set_of(askers, asker), *place = set;
	unsigned int i;

	spin_lock(&askers->lock);
	for (i = 0; i < LEV_ASKER_WAYS; i++) {
		if (same(&set[i], asker)) {
			place = &set[i];
			break;
		}
		if (set[i].at < place->at)
			place = &set[i];
	}
	*place = *asker;
	place->at = get_jiffies_64();
	__set_bit(place - askers->way, askers->used);
	spin_unlock(&askers->lock);
}

static bool valid(const struct lev_asker *asker)
{
	return asker->at && get_jiffies_64() - asker->at < ASKER_AGE;
}

/* Of any age. The caller holds the lock. */
static struct lev_asker *find(struct lev_askers *askers, const struct lev_asker *asker)
{
	struct lev_asker *set = set_of(askers, asker);
	unsigned int i;

	lockdep_assert_held(&askers->lock);
	for (i = 0; i < LEV_ASKER_WAYS; i++)
		if (same(&set[i], asker))
			return &set[i];
	return NULL;
}

bool lev_asker_find(struct lev_askers *askers, struct lev_asker *asker)
{
	struct lev_asker *known;
	bool found;

	spin_lock_bh(&askers->lock);
	known = find(askers, asker);
	found = known && valid(known);
	if (found)
		*asker = *known;
	spin_unlock_bh(&askers->lock);
	return found;
}

void lev_asker_set_unsure(struct lev_askers *askers, const struct lev_asker *asker, u8 unsure)
{
	struct lev_asker *known;

	spin_lock_bh(&askers->lock);
	known = find(askers, asker);
	if (known)
		known->unsure = unsure;
	spin_unlock_bh(&askers->lock);
}

bool lev_asker_change_unsure(struct lev_askers *askers, const struct lev_asker *asker, u8 from,
			     u8 to)
{
	struct lev_asker *known;
	bool still;

	spin_lock_bh(&askers->lock);
	known = find(askers, asker);
	still = known && known->unsure == from;
	if (still)
		known->unsure = to;
	spin_unlock_bh(&askers->lock);
	return still;
}

unsigned int lev_asker_next(struct lev_askers *askers, unsigned int i, struct lev_asker *asker)
{
	bool found = false;

	spin_lock_bh(&askers->lock);
	while (!found && (i = find_next_bit(askers->used, LEV_ASKERS_MAX, i)) < LEV_ASKERS_MAX) {
		*asker = askers->way[i++];
		found = valid(asker);
	}
	spin_unlock_bh(&askers->lock);
	return found ? i : 0;
}

unsigned int lev_askers_count(struct lev_askers *askers)
{
	unsigned int i, n = 0;

	spin_lock_bh(&askers->lock);
	for_each_set_bit(i, askers->used, LEV_ASKERS_MAX)
		n += valid(&askers->way[i]);
	spin_unlock_bh(&askers->lock);
	return n;
}

int lev_asker_in_lane(const struct lev_asker *asker, const struct lev_plan *plan,
		      unsigned int lanes)
{
	int index = lev_plan_address(plan, &asker->levip);
	struct lev_addr key;

	if (index < 0 || !lanes)
		return -1;
	lev_asker_key(asker, &key);
	return lev_plan_lane(plan, index, &key, lanes);
}
