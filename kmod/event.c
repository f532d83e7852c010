// SPDX-License-Identifier: GPL-2.0
/*
 * Notifications to the group "events" (see event.h). A lost one is not retried: listeners
 * can ask for the status.
 */
#include "event.h"
#include "nl.h"

/* Begins an event, or returns NULL when nobody listens. */
static struct sk_buff *begin(struct lev_cluster *c, enum lev_event type, u64 clock, void **head,
			     struct nlattr **nest)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&lev_genl_family, c->net, 0))
		return NULL;
	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_ATOMIC);
	if (!skb)
		return NULL;
	*head = genlmsg_put(skb, 0, 0, &lev_genl_family, 0, LEV_CMD_EVENT);
	if (!*head || lev_nl_put_device(skb, c))
		goto err_free;
	*nest = nla_nest_start(skb, LEV_A_EVENT);
	if (!*nest || nla_put_u32(skb, LEV_EVENT_A_TYPE, type) ||
	    nla_put_u64_64bit(skb, LEV_EVENT_A_CLOCK, clock, LEV_EVENT_A_PAD))
		goto err_free;
	return skb;

err_free:
	nlmsg_free(skb);
	return NULL;
}

static void end(struct lev_cluster *c, struct sk_buff *skb, void *head, struct nlattr *nest,
		bool failed)
{
	if (failed) {
		nlmsg_free(skb);
		return;
	}
	nla_nest_end(skb, nest);
	genlmsg_end(skb, head);
	genlmsg_multicast_netns(&lev_genl_family, c->net, skb, 0, 0, GFP_ATOMIC);
}

void lev_event_state(struct lev_cluster *c, u64 clock, enum lev_reason reason)
{
	struct nlattr *nest;
	struct sk_buff *skb;
	void *head;

	skb = begin(c, LEV_EVENT_STATE, clock, &head, &nest);
	if (skb)
		end(c, skb, head, nest, nla_put_u32(skb, LEV_EVENT_A_REASON, reason));
}

void lev_event_peer(struct lev_cluster *c, u64 clock, unsigned int node, bool heard,
		    enum lev_reason reason)
{
	struct nlattr *nest;
	struct sk_buff *skb;
	void *head;

	skb = begin(c, LEV_EVENT_PEER, clock, &head, &nest);
	if (skb)
		end(c, skb, head, nest, nla_put_u32(skb, LEV_EVENT_A_NODE, node) ||
		    nla_put_u8(skb, LEV_EVENT_A_HEARD, heard) ||
		    nla_put_u32(skb, LEV_EVENT_A_REASON, reason));
}

void lev_event_view(struct lev_cluster *c, u64 clock, u64 view)
{
	struct nlattr *nest;
	struct sk_buff *skb;
	void *head;

	skb = begin(c, LEV_EVENT_VIEW, clock, &head, &nest);
	if (skb)
		end(c, skb, head, nest,
		    nla_put_u64_64bit(skb, LEV_EVENT_A_VIEW, view, LEV_EVENT_A_PAD));
}

void lev_event_lanes(struct lev_cluster *c, u64 clock, unsigned int gained, unsigned int lost,
		     unsigned int owned, bool view_changed)
{
	struct nlattr *nest;
	struct sk_buff *skb;
	void *head;

	skb = begin(c, LEV_EVENT_LANES, clock, &head, &nest);
	if (skb)
		end(c, skb, head, nest, nla_put_u32(skb, LEV_EVENT_A_GAINED, gained) ||
		    nla_put_u32(skb, LEV_EVENT_A_LOST, lost) ||
		    nla_put_u32(skb, LEV_EVENT_A_OWNED, owned) ||
		    nla_put_u8(skb, LEV_EVENT_A_VIEW_CHANGED, view_changed));
}

void lev_event_keeper(struct lev_cluster *c, u64 clock, unsigned int node)
{
	struct nlattr *nest;
	struct sk_buff *skb;
	void *head;

	skb = begin(c, LEV_EVENT_KEEPER, clock, &head, &nest);
	if (skb)
		end(c, skb, head, nest, nla_put_u32(skb, LEV_EVENT_A_NODE, node));
}

void lev_event_config(struct lev_cluster *c, u64 clock, bool pending, u64 version, u64 digest)
{
	struct nlattr *nest;
	struct sk_buff *skb;
	void *head;

	skb = begin(c, pending ? LEV_EVENT_PENDING : LEV_EVENT_CONFIG, clock, &head, &nest);
	if (skb)
		end(c, skb, head, nest,
		    nla_put_u64_64bit(skb, LEV_EVENT_A_VERSION, version, LEV_EVENT_A_PAD) ||
		    nla_put_u64_64bit(skb, LEV_EVENT_A_DIGEST, digest, LEV_EVENT_A_PAD));
}

void lev_event_server(struct lev_cluster *c, u64 clock, const struct lev_addr *addr, bool up)
{
	struct nlattr *nest;
	struct sk_buff *skb;
	void *head;

	skb = begin(c, LEV_EVENT_SERVER, clock, &head, &nest);
	if (skb)
		end(c, skb, head, nest, lev_nl_put_addr(skb, LEV_EVENT_A_ADDR, addr) ||
		    nla_put_u8(skb, LEV_EVENT_A_UP, up));
}

void lev_event_key(struct lev_cluster *c, u64 clock, bool changes)
{
	struct nlattr *nest;
	struct sk_buff *skb;
	void *head;

	skb = begin(c, LEV_EVENT_KEY, clock, &head, &nest);
	if (skb)
		end(c, skb, head, nest, nla_put_u8(skb, LEV_EVENT_A_CHANGES, changes));
}

void lev_event_drained(struct lev_cluster *c, u64 clock, const struct lev_addr *addr)
{
	struct nlattr *nest;
	struct sk_buff *skb;
	void *head;

	skb = begin(c, LEV_EVENT_DRAINED, clock, &head, &nest);
	if (skb)
		end(c, skb, head, nest, lev_nl_put_addr(skb, LEV_EVENT_A_ADDR, addr));
}

void lev_event_conflict(struct lev_cluster *c, u64 clock, const struct lev_addr *addr,
			const u8 *mac)
{
	struct nlattr *nest;
	struct sk_buff *skb;
	void *head;

	skb = begin(c, LEV_EVENT_CONFLICT, clock, &head, &nest);
	if (skb)
		end(c, skb, head, nest, lev_nl_put_addr(skb, LEV_EVENT_A_ADDR, addr) ||
		    nla_put(skb, LEV_EVENT_A_MAC, ETH_ALEN, mac));
}
