# SPDX-License-Identifier: GPL-2.0
# Builds levd. Included by userspace/Makefile, from whose directory all paths here count; it gives
# O and OBJ (where results go), PROGS, MANS, LEV_CFLAGS, LEV_VERSION, PKG_CONFIG and Q.

LEVD_PKGS := libnl-genl-3.0 popt json-c yaml-0.1 libcurl libsystemd libmicrohttpd
LEVD_SRCS := $(sort $(wildcard levd/*.c))
LEVD_OBJS := $(LEVD_SRCS:%.c=$(OBJ)/%.o)
# What reads and applies a file, and what shows a cluster, is levctl's.
LEVD_SHARED := $(addprefix levctl/,args.c checks.c cmd_address.c cmd_apply.c cmd_cluster.c \
	cmd_node.c cmd_server.c cmd_service.c cmd_stats.c cmd_status.c file.c key.c notice.c ring.c \
	say.c share.c status_show.c value.c whole_ask.c)
LEVD_SHARED_OBJS := $(patsubst %.c,$(OBJ)/%.o,$(LEVD_SHARED) $(sort $(wildcard lib/*.c)))
LEVD_CFLAGS := $(LEV_CFLAGS) $(shell $(PKG_CONFIG) --cflags $(LEVD_PKGS)) \
	-DLEV_VERSION='"$(LEV_VERSION)"'
LEVD_LDLIBS := $(shell $(PKG_CONFIG) --libs $(LEVD_PKGS)) -lev -lm

PROGS += $(O)/levd
MANS += man/levd.8

# The page is one file. Its policy tells browsers, by digests, that no other script or style counts.
LEVD_PAGE := $(OBJ)/levd/page
LEVD_PAGE_SRCS := $(addprefix levd/page/,page.html style.css words.js wheel.js lists.js live.js)

$(LEVD_PAGE).html: $(LEVD_PAGE_SRCS) levd/levd.mk
	@mkdir -p $(@D)
	$(if $(Q),@echo "  GEN     userspace/levd/page.html")
	$(Q)cat $(filter %.js,$^) >$(LEVD_PAGE).js
	$(Q)sed -e '/^@STYLE@$$/{r levd/page/style.css' -e 'd}' \
		-e '/^@SCRIPT@$$/{r $(LEVD_PAGE).js' -e 'd}' levd/page/page.html >$@

# Of what stands between <style> and </style>, or <script> and </script>, line ends and all.
page_digest = sha256-$$({ echo; cat $(1); } | sha256sum | cut -d" " -f1 | tr a-f A-F | \
	basenc -d --base16 | base64)

$(LEVD_PAGE).policy: $(LEVD_PAGE).html
	$(Q)printf "default-src 'none'; connect-src 'self'; img-src data:; style-src '%s'; \
	script-src '%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" \
		$(call page_digest,levd/page/style.css) $(call page_digest,$(LEVD_PAGE).js) | \
		tr -d '\t' >$@

$(LEVD_PAGE).o: levd/page.S $(LEVD_PAGE).html $(LEVD_PAGE).policy
	$(if $(Q),@echo "  AS      userspace/$<")
	$(Q)$(CC) $(CFLAGS) -DPAGE_HTML='"$(LEVD_PAGE).html"' \
		-DPAGE_POLICY='"$(LEVD_PAGE).policy"' -c -o $@ $<

$(LEVD_OBJS): $(OBJ)/%.o: %.c levd/levd.mk
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC      userspace/$<")
	$(Q)$(CC) $(LEVD_CFLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(O)/levd: $(LEVD_OBJS) $(LEVD_PAGE).o $(LEVD_SHARED_OBJS)
	$(if $(Q),@echo "  LD      $(@F)")
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LEVD_LDLIBS)

-include $(LEVD_OBJS:.o=.d)
