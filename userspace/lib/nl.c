// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink client of the "leveler" family, over libnl. Owns the socket and the last refusal.
 * Called by the commands of levctl.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "nl.h"

#define DUMP_TRIES	5
#define SMALL		(16 << 10)	/* bytes of a request */
#define EVENTS_BUFFER	(1 << 20)	/* bytes: a turn of many lanes in many clusters */

/**
 * struct lev_nl - the client
 * @sock: NULL until the first message
 * @family: number that the kernel gave the family
 * @refusal: why the last call failed
 * @done: the kernel has answered the running request
 * @kept: messages of the running request, in the order they came
 * @n_kept: how many
 * @heard: who gets each event
 * @heard_arg: its argument
 */
struct lev_nl {
	struct nl_sock *sock;
	int family;
	struct lev_refusal refusal;
	bool done;
	struct nl_msg **kept;
	size_t n_kept;
	lev_nl_fn heard;
	void *heard_arg;
};

struct lev_nl *lev_nl_new(void)
{
	return calloc(1, sizeof(struct lev_nl));
}

static void drop_kept(struct lev_nl *nl)
{
	for (size_t i = 0; i < nl->n_kept; i++)
		nlmsg_free(nl->kept[i]);
	free(nl->kept);
	nl->kept = NULL;
	nl->n_kept = 0;
}

void lev_nl_free(struct lev_nl *nl)
{
	if (!nl)
		return;
	drop_kept(nl);
	nl_socket_free(nl->sock);
	free(nl);
}

const struct lev_refusal *lev_nl_refusal(const struct lev_nl *nl)
{
	return &nl->refusal;
}

static struct nl_msg *put_head(struct nl_msg *msg, uint8_t cmd)
{
	/* The family's number is filled in when the message is sent. */
	if (msg && !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, 0, 0, 0, cmd, LEV_GENL_VERSION)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

struct nl_msg *lev_nl_msg(uint8_t cmd)
{
	return put_head(nlmsg_alloc(), cmd);
}

struct nl_msg *lev_nl_msg_sized(uint8_t cmd, size_t size)
{
	return put_head(nlmsg_alloc_size(size), cmd);
}

uint32_t lev_nl_here(struct nl_msg *msg)
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);

	return (char *)nlmsg_tail(hdr) - (char *)hdr;
}

static int refuse(struct lev_nl *nl, int error, const char *text)
{
	memset(&nl->refusal, 0, sizeof(nl->refusal));
	nl->refusal.error = error;
	snprintf(nl->refusal.text, sizeof(nl->refusal.text), "%s", text);
	return -1;
}

/* A failure in libnl itself; @err is one of its negative codes. */
static int refuse_nl(struct lev_nl *nl, int err)
{
	return refuse(nl, EIO, nl_geterror(err));
}

/* Reads the extended part of a refusal: the kernel's own words, and what was wrong. */
static void read_extack(struct lev_refusal *r, struct nlattr *head, int len)
{
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];

	if (len <= 0 || nla_parse(tb, NLMSGERR_ATTR_MAX, head, len, NULL) < 0)
		return;
	if (tb[NLMSGERR_ATTR_MSG])
		nla_strlcpy(r->text, tb[NLMSGERR_ATTR_MSG], sizeof(r->text));
	if (tb[NLMSGERR_ATTR_OFFS] && nla_len(tb[NLMSGERR_ATTR_OFFS]) >= 4)
		r->offset = nla_get_u32(tb[NLMSGERR_ATTR_OFFS]);
	if (tb[NLMSGERR_ATTR_MISS_NEST] && tb[NLMSGERR_ATTR_MISS_TYPE] &&
	    nla_len(tb[NLMSGERR_ATTR_MISS_TYPE]) >= 4)
		r->missing = nla_get_u32(tb[NLMSGERR_ATTR_MISS_TYPE]);
}

/* NLMSG_ERROR with an error in it. */
static int on_error(struct sockaddr_nl *from, struct nlmsgerr *err, void *arg)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)((char *)err - NLMSG_HDRLEN);
	struct lev_nl *nl = arg;
	size_t used = sizeof(*err);

	(void)from;
	refuse(nl, -err->error, strerror(-err->error));
	nl->done = true;
	if (!(hdr->nlmsg_flags & NLM_F_ACK_TLVS))
		return NL_STOP;
	if (!(hdr->nlmsg_flags & NLM_F_CAPPED))
		used += err->msg.nlmsg_len - NLMSG_HDRLEN;
	if (nlmsg_datalen(hdr) > (int)NLMSG_ALIGN(used))
		read_extack(&nl->refusal, (struct nlattr *)((char *)err + NLMSG_ALIGN(used)),
			    nlmsg_datalen(hdr) - NLMSG_ALIGN(used));
	return NL_STOP;
}

/* NLMSG_DONE: a dump that fails on its way says so here. */
static int on_finish(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	struct lev_nl *nl = arg;
	int error = 0;

	nl->done = true;
	if (nlmsg_datalen(hdr) >= (int)sizeof(error))
		memcpy(&error, nlmsg_data(hdr), sizeof(error));
	if (error >= 0)
		return NL_STOP;
	refuse(nl, -error, strerror(-error));
	if (hdr->nlmsg_flags & NLM_F_ACK_TLVS)
		read_extack(&nl->refusal, nlmsg_attrdata(hdr, sizeof(error)),
			    nlmsg_attrlen(hdr, sizeof(error)));
	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct lev_nl *nl = arg;

	(void)msg;
	nl->done = true;
	return NL_STOP;
}

/* Keeps a message of the answer until all is there. */
static int on_answer(struct nl_msg *msg, void *arg)
{
	struct lev_nl *nl = arg;
	struct nl_msg **kept;

	kept = realloc(nl->kept, (nl->n_kept + 1) * sizeof(*kept));
	if (!kept)
		return -NLE_NOMEM;
	nl->kept = kept;
	nlmsg_get(msg);
	nl->kept[nl->n_kept++] = msg;
	return NL_OK;
}

static int on_event(struct nl_msg *msg, void *arg)
{
	struct nlattr *tb[LEV_A_MAX + 1];
	struct lev_nl *nl = arg;

	if (!genlmsg_parse(nlmsg_hdr(msg), 0, tb, LEV_A_MAX, NULL))
		nl->heard(tb, nl->heard_arg);
	return NL_OK;
}

/* Opens the socket and learns the family's number, once. */
static int connect_family(struct lev_nl *nl)
{
	int on = 1;
	int err;

	if (!nl->sock) {
		nl->sock = nl_socket_alloc();
		if (!nl->sock)
			return refuse(nl, ENOMEM, strerror(ENOMEM));
		err = genl_connect(nl->sock);
		if (err) {
			nl_socket_free(nl->sock);
			nl->sock = NULL;
			return refuse_nl(nl, err);
		}
		/* A status of 64 nodes is larger than the page that libnl reads at a time. */
		nl_socket_enable_msg_peek(nl->sock);
		setsockopt(nl_socket_get_fd(nl->sock), SOL_NETLINK, NETLINK_EXT_ACK,
			   &on, sizeof(on));
		setsockopt(nl_socket_get_fd(nl->sock), SOL_NETLINK, NETLINK_CAP_ACK,
			   &on, sizeof(on));
	}
	if (nl->family)
		return 0;

	err = genl_ctrl_resolve(nl->sock, LEV_GENL_NAME);
	if (err == -NLE_OBJ_NOTFOUND) {
		refuse(nl, ENOENT, "the leveler module is not loaded (modprobe leveler)");
		nl->refusal.no_family = true;
		return -1;
	}
	if (err < 0)
		return refuse_nl(nl, err);
	nl->family = err;
	return 0;
}

static struct nl_cb *make_callbacks(struct lev_nl *nl)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);

	if (!cb)
		return NULL;
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, nl);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, nl);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, nl);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_answer, nl);
	return cb;
}

/*
 * Sends a request and keeps its answer. Returns 0, -1 with the refusal set, or 1 if the
 * kernel's state changed while it was dumped.
 */
static int exchange(struct lev_nl *nl, struct nl_msg *msg, int flags)
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	bool interrupted = false;
	struct nl_cb *cb;
	int err;

	drop_kept(nl);
	memset(&nl->refusal, 0, sizeof(nl->refusal));
	hdr->nlmsg_type = nl->family;
	hdr->nlmsg_flags = NLM_F_REQUEST | flags;
	hdr->nlmsg_seq = NL_AUTO_SEQ;

	cb = make_callbacks(nl);
	if (!cb)
		return refuse(nl, ENOMEM, strerror(ENOMEM));

	/* libnl gives a socket room for 32 KiB. */
	if (hdr->nlmsg_len > SMALL)
		nl_socket_set_buffer_size(nl->sock, 0, 2 * hdr->nlmsg_len);
	err = nl_send_auto(nl->sock, msg);
	nl->done = err < 0;
	while (!nl->done) {
		err = nl_recvmsgs(nl->sock, cb);
		if (err == -NLE_DUMP_INTR) {
			interrupted = true;
			err = 0;
		}
		if (err < 0)
			break;
	}
	nl_cb_put(cb);

	if (nl->refusal.error)
		return -1;
	if (err < 0)
		return refuse_nl(nl, err);
	return interrupted;
}

static int hand_over(struct lev_nl *nl, lev_nl_fn fn, void *arg)
{
	struct nlattr *tb[LEV_A_MAX + 1];

	for (size_t i = 0; i < nl->n_kept; i++) {
		if (genlmsg_parse(nlmsg_hdr(nl->kept[i]), 0, tb, LEV_A_MAX, NULL) < 0)
			return refuse(nl, EBADMSG, "the kernel's answer is not well formed");
		if (fn)
			fn(tb, arg);
	}
	return 0;
}

int lev_nl_do(struct lev_nl *nl, struct nl_msg *msg, lev_nl_fn fn, void *arg)
{
	if (connect_family(nl) || exchange(nl, msg, NLM_F_ACK))
		return -1;
	return hand_over(nl, fn, arg);
}

int lev_nl_dump(struct lev_nl *nl, struct nl_msg *msg, lev_nl_fn fn, void *arg)
{
	if (connect_family(nl))
		return -1;
	for (int i = 0; i < DUMP_TRIES; i++) {
		int ret = exchange(nl, msg, NLM_F_DUMP);

		if (ret < 0)
			return -1;
		if (!ret)
			return hand_over(nl, fn, arg);
	}
	return refuse(nl, EBUSY, "the cluster keeps changing while it is read");
}

int lev_nl_listen(struct lev_nl *nl)
{
	int group, err;

	if (connect_family(nl))
		return -1;
	group = genl_ctrl_resolve_grp(nl->sock, LEV_GENL_NAME, LEV_GENL_MCGRP_EVENTS);
	if (group < 0)
		return refuse_nl(nl, group);

	nl_socket_disable_seq_check(nl->sock);
	nl_socket_set_buffer_size(nl->sock, EVENTS_BUFFER, 0);
	err = nl_socket_add_membership(nl->sock, group);
	if (!err)
		err = nl_socket_set_nonblocking(nl->sock);
	if (err)
		return refuse_nl(nl, err);
	return nl_socket_get_fd(nl->sock);
}

int lev_nl_events(struct lev_nl *nl, lev_nl_fn fn, void *arg)
{
	int err;

	nl->heard = fn;
	nl->heard_arg = arg;
	nl_socket_modify_cb(nl->sock, NL_CB_VALID, NL_CB_CUSTOM, on_event, nl);
	errno = 0;
	err = nl_recvmsgs_default(nl->sock);
	if (err >= 0 || err == -NLE_AGAIN)
		return 0;
	/* libnl gives ENOBUFS and ENOMEM one code; only the first leaves it in errno. */
	if (err == -NLE_NOMEM && errno == ENOBUFS)
		return 1;
	return refuse_nl(nl, err);
}
