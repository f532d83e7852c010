// SPDX-License-Identifier: GPL-2.0
/*
 * The pace of frames that tell of moves (see pace.h). The pacer is under the cluster's lock.
 */
#include "pace.h"

bool lev_pace_may_send(struct lev_cluster *c)
{
	bool may;

	spin_lock_bh(&c->lock);
	may = lev_pacer_take(&c->pacer, lev_now(), c->member->cfg->params.pace);
	spin_unlock_bh(&c->lock);
	return may;
}

unsigned long lev_pace_wait(struct lev_cluster *c)
{
	u64 wait;

	spin_lock_bh(&c->lock);
	wait = lev_pacer_wait(&c->pacer, lev_now());
	spin_unlock_bh(&c->lock);
	return nsecs_to_jiffies(wait) + 1;
}
