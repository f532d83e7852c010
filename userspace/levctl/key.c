// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the cluster's key from a file that nobody but its owner may touch. Owns no state;
 * called by value.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "levctl.h"

/* What is wrong with the file itself, as an exit status. */
static int check_file(const struct ctl *ctl, const char *name, const char *file, int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return say_wrong(ctl, "\"%s\": \"%s\": %s", name, file, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return say_wrong(ctl, "\"%s\": \"%s\" is not a regular file", name, file);
	if (st.st_mode & 077)
		return say_wrong(ctl, "\"%s\": \"%s\" has mode %04o, so others may use it "
				 "(chmod 600 mends that)", name, file,
				 (unsigned int)st.st_mode & 07777);
	return DONE;
}

int read_key(const struct ctl *ctl, const char *name, const char *file,
	     uint8_t key[LEV_KEY_MAX], unsigned int *len)
{
	uint8_t raw[LEV_KEY_MAX + 2];	/* a line end, and a byte that shows there is more */
	ssize_t n = 0, got;
	int fd, ret;

	/* Not blocking: opening a pipe must not wait for its writer. */
	fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return say_wrong(ctl, "\"%s\": \"%s\": %s", name, file, strerror(errno));
	ret = check_file(ctl, name, file, fd);
	if (ret)
		goto out;

	do {
		got = read(fd, raw + n, sizeof(raw) - n);
		if (got > 0)
			n += got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	if (got < 0) {
		ret = say_wrong(ctl, "\"%s\": \"%s\": %s", name, file, strerror(errno));
		goto out;
	}

	if (n && raw[n - 1] == '\n' && n < (ssize_t)sizeof(raw))
		n--;
	if (n < LEV_KEY_MIN || n > LEV_KEY_MAX) {
		ret = say_wrong(ctl, "\"%s\": \"%s\" holds %s%zd bytes (a key has %d..%d)",
				name, file, n > LEV_KEY_MAX ? "more than " : "",
				n > LEV_KEY_MAX ? LEV_KEY_MAX : n, LEV_KEY_MIN, LEV_KEY_MAX);
		goto out;
	}
	memcpy(key, raw, n);
	*len = n;
out:
	explicit_bzero(raw, sizeof(raw));
	close(fd);
	return ret;
}
