# SPDX-License-Identifier: GPL-2.0
# Builds levd. Included by userspace/Makefile, from whose directory all paths here count; it gives
# O and OBJ (where results go), PROGS, MANS, LEV_CFLAGS, LEV_VERSION, PKG_CONFIG and Q.

LEVD_PKGS := libnl-genl-3.0 popt json-c yaml-0.1 libcurl libsystemd
LEVD_SRCS := $(sort $(wildcard levd/*.c))
LEVD_OBJS := $(LEVD_SRCS:%.c=$(OBJ)/%.o)
# What reads and applies a file is levctl's.
LEVD_SHARED := $(addprefix levctl/,args.c checks.c cmd_address.c cmd_apply.c cmd_cluster.c \
	cmd_node.c cmd_server.c cmd_service.c file.c key.c say.c value.c whole_ask.c)
LEVD_SHARED_OBJS := $(patsubst %.c,$(OBJ)/%.o,$(LEVD_SHARED) $(sort $(wildcard lib/*.c)))
LEVD_CFLAGS := $(LEV_CFLAGS) $(shell $(PKG_CONFIG) --cflags $(LEVD_PKGS)) \
	-DLEV_VERSION='"$(LEV_VERSION)"'
LEVD_LDLIBS := $(shell $(PKG_CONFIG) --libs $(LEVD_PKGS)) -lev -lm

PROGS += $(O)/levd
MANS += man/levd.8

$(LEVD_OBJS): $(OBJ)/%.o: %.c levd/levd.mk
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC      userspace/$<")
	$(Q)$(CC) $(LEVD_CFLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(O)/levd: $(LEVD_OBJS) $(LEVD_SHARED_OBJS)
	$(if $(Q),@echo "  LD      $(@F)")
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LEVD_LDLIBS)

-include $(LEVD_OBJS:.o=.d)
