/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each unit test includes first: cmocka and its prerequisites in their order, and
 * random numbers.
 */
#ifndef _LEV_SELFTESTS_UNIT_H
#define _LEV_SELFTESTS_UNIT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "rnd.h"

#endif /* _LEV_SELFTESTS_UNIT_H */
