/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each fuzz target includes first: the entry that libFuzzer and replay.c call, what must hold,
 * and the input as a run of numbers.
 */
#ifndef _LEV_SELFTESTS_FUZZ_H
#define _LEV_SELFTESTS_FUZZ_H

#include <stdio.h>
#include "core/base.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* Ends the program if it does not hold: the input that did it is kept by libFuzzer. */
#define fuzz_must(cond)								\
do {										\
	if (!(cond)) {								\
		fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #cond); \
		abort();							\
	}									\
} while (0)

/**
 * struct fuzz_input - what is left of the input
 * @at: next byte
 * @left: bytes there
 */
struct fuzz_input {
	const u8 *at;
	size_t left;
};

/* The next number, of @bytes bytes; of an input that is used up, 0. */
static inline u64 fuzz_take(struct fuzz_input *in, unsigned int bytes)
{
	u64 v = 0;

	while (bytes--) {
		v <<= 8;
		if (in->left) {
			v |= *in->at++;
			in->left--;
		}
	}
	return v;
}

/* To be freed. Ends where the bytes end, so that the sanitizer sees a read beyond. */
static inline u8 *fuzz_copy(const u8 *data, size_t len)
{
	u8 *exact = malloc(len ? len : 1);

	fuzz_must(exact);
	if (len)
		memcpy(exact, data, len);
	return exact;
}

#endif /* _LEV_SELFTESTS_FUZZ_H */
