# SPDX-License-Identifier: GPL-2.0
# Builds levmeter. Included by userspace/Makefile, from whose directory all paths here count;
# it gives O and OBJ (where results go), PROGS, MANS, LEV_VERSION, PKG_CONFIG and Q.

LEVMETER_PKGS := popt json-c libnl-3.0
LEVMETER_SRCS := $(sort $(wildcard levmeter/*.c))
LEVMETER_OBJS := $(LEVMETER_SRCS:%.c=$(OBJ)/%.o)
LEVMETER_CFLAGS := -std=gnu11 -Wall -Wextra -Werror -MMD -MP \
	-DLEVMETER_VERSION='"$(LEV_VERSION)"' $(shell $(PKG_CONFIG) --cflags $(LEVMETER_PKGS))
LEVMETER_LDLIBS := $(shell $(PKG_CONFIG) --libs $(LEVMETER_PKGS))

PROGS += $(O)/levmeter
MANS += man/levmeter.8

$(LEVMETER_OBJS): $(OBJ)/%.o: %.c levmeter/levmeter.mk
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC      userspace/$<")
	$(Q)$(CC) $(LEVMETER_CFLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(O)/levmeter: $(LEVMETER_OBJS)
	$(if $(Q),@echo "  LD      $(@F)")
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LEVMETER_LDLIBS)

-include $(LEVMETER_OBJS:.o=.d)
