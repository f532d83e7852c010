// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a fuzz target once for each file named, or in a directory named: takes libFuzzer's place
 * where there is no clang. Called by fuzz.sh, and by hand for an input that ended a fuzzer. Ends
 * with how many inputs there were; none is a failure.
 */
#include <dirent.h>
#include "fuzz.h"

#define INPUT_MAX	65536

static unsigned int inputs;

static void replay_file(const char *path)
{
	static u8 room[INPUT_MAX];
	FILE *f = fopen(path, "rb");
	size_t size;
	u8 *exact;

	if (!f) {
		perror(path);
		exit(1);
	}
	size = fread(room, 1, sizeof(room), f);
	fclose(f);

	exact = fuzz_copy(room, size);
	/* If it ends here, this is the last word. */
	fprintf(stderr, "# %s\n", path);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	inputs++;
}

static void replay_dir(const char *path, DIR *dir)
{
	char file[4096];
	struct dirent *e;

	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, e->d_name);
		replay_file(file);
	}
	closedir(dir);
}

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		DIR *dir = opendir(argv[i]);

		if (dir)
			replay_dir(argv[i], dir);
		else
			replay_file(argv[i]);
	}
	printf("%u inputs\n", inputs);
	if (!inputs)
		fprintf(stderr, "no inputs: nothing is tested\n");
	return !inputs;
}
