// SPDX-License-Identifier: GPL-2.0
/*
 * The unit of a server's setup (see boot.h). Owns leveler-realserver-ADDRESS-DEVICE.service in
 * systemd's directory for the admin, and the link that enables it, which is what "systemctl enable"
 * would make; so it works in a tree that has not been started, too.
 */
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot.h"

#define UNITS	"/etc/systemd/system"

/* Letters that mean themselves in a unit's file and name; @ and % do not. */
#define PLAIN	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"

/**
 * struct names - what is written for a server
 * @device: systemd's unit for the device
 * @unit: ours
 * @path: of its file
 * @wants: the directory of what the device's unit starts
 * @link: in that
 */
struct names {
	char device[40 + IFNAMSIZ * 4];
	char unit[32 + LEV_IP_STR + IFNAMSIZ];
	char path[160];
	char wants[160];
	char link[320];
};

static void make_names(struct names *n, const struct lev_ip *ip, const char *dev)
{
	char text[LEV_IP_STR], escaped[IFNAMSIZ * 4];
	size_t at = 0;

	/* In the name of a device's unit a dash stands for a slash. */
	for (const char *s = dev; *s && at + 5 < sizeof(escaped); s++) {
		if (*s == '-') {
			memcpy(escaped + at, "\\x2d", 4);
			at += 4;
		} else {
			escaped[at++] = *s;
		}
	}
	escaped[at] = '\0';
	snprintf(n->device, sizeof(n->device), "sys-subsystem-net-devices-%s.device", escaped);
	snprintf(n->unit, sizeof(n->unit), "leveler-realserver-%s-%s.service",
		 lev_ip_str(ip, text), dev);
	snprintf(n->path, sizeof(n->path), "%s/%s", UNITS, n->unit);
	snprintf(n->wants, sizeof(n->wants), "%s/%s.wants", UNITS, n->device);
	snprintf(n->link, sizeof(n->link), "%s/%s", n->wants, n->unit);
}

/* Is it the namespace that "ip netns" has under a name? */
static bool is_named_netns(const struct stat *own)
{
	bool named = false;
	struct stat st;
	glob_t found;

	if (glob("/run/netns/*", 0, NULL, &found))
		return false;
	for (size_t i = 0; i < found.gl_pathc && !named; i++)
		named = !stat(found.gl_pathv[i], &st) && st.st_ino == own->st_ino &&
			st.st_dev == own->st_dev;
	globfree(&found);
	return named;
}

/*
 * A unit sets up the network namespace that the machine starts with. Where nobody may look at the
 * first process, it is known by having no name.
 */
static bool in_first_netns(void)
{
	struct stat first, own;

	if (stat("/proc/self/ns/net", &own))
		return false;
	if (stat("/proc/1/ns/net", &first))
		return !is_named_netns(&own);
	return first.st_ino == own.st_ino && first.st_dev == own.st_dev;
}

/* The program that the unit is to call: this one. */
static int own_path(const struct ctl *ctl, char path[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);

	if (n < 0)
		return say_failed(ctl, "/proc/self/exe: %s", strerror(errno));
	path[n] = '\0';
	if (strspn(path, PLAIN "/+") != (size_t)n)
		return say_failed(ctl, "a unit cannot name the program \"%s\"", path);
	return DONE;
}

int boot_possible(const struct ctl *ctl, const char *dev)
{
	char path[PATH_MAX];

	if (strspn(dev, PLAIN) != strlen(dev))
		return say_wrong(ctl, "\"persistent\": a unit cannot name the device \"%s\"", dev);
	if (!in_first_netns())
		return say_wrong(ctl, "\"persistent\": at its start the machine does not have this "
				 "network namespace");
	if (access(UNITS, W_OK))
		return say_failed(ctl, "\"persistent\": %s: %s", UNITS, strerror(errno));
	return own_path(ctl, path);
}

static int write_unit(const struct names *n, const struct lev_ip *ip, const char *dev,
		      const char *program)
{
	FILE *f = fopen(n->path, "we");
	char text[LEV_IP_STR];
	int ret;

	if (!f)
		return -1;
	lev_ip_str(ip, text);
	fprintf(f,
		"# Written by \"levctl realserver setup ... persistent\"; \"remove\" removes it.\n"
		"[Unit]\n"
		"Description=ServIP %s of packets that come by %s\n"
		"Documentation=man:levctl(8)\n"
		"BindsTo=%s\n"
		"After=%s systemd-sysctl.service\n\n"
		"[Service]\n"
		"Type=oneshot\n"
		"RemainAfterExit=yes\n"
		"ExecStart=%s realserver setup %s dev %s\n\n"
		"[Install]\n"
		"WantedBy=%s\n",
		text, dev, n->device, n->device, program, text, dev, n->device);
	ret = ferror(f) ? -1 : 0;
	return fclose(f) ? -1 : ret;
}

int boot_add(const struct ctl *ctl, const struct lev_ip *ip, const char *dev)
{
	char path[PATH_MAX], to[PATH_MAX];
	struct names n;
	int ret = own_path(ctl, path);

	if (ret)
		return ret;
	make_names(&n, ip, dev);
	if (write_unit(&n, ip, dev, path))
		return say_failed(ctl, "%s: %s", n.path, strerror(errno));
	snprintf(to, sizeof(to), "../%s", n.unit);
	if ((mkdir(n.wants, 0755) && errno != EEXIST) || (symlink(to, n.link) && errno != EEXIST)) {
		ret = say_failed(ctl, "%s: %s", n.link, strerror(errno));
		unlink(n.path);
	}
	return ret;
}

bool boot_has(const struct lev_ip *ip, const char *dev)
{
	struct names n;

	make_names(&n, ip, dev);
	return in_first_netns() && !access(n.path, F_OK);
}

int boot_remove(const struct ctl *ctl, const struct lev_ip *ip, const char *dev)
{
	struct names n;

	make_names(&n, ip, dev);
	if (unlink(n.link) && errno != ENOENT)
		return say_failed(ctl, "%s: %s", n.link, strerror(errno));
	rmdir(n.wants);	/* if nothing else is in it */
	if (unlink(n.path) && errno != ENOENT)
		return say_failed(ctl, "%s: %s", n.path, strerror(errno));
	return DONE;
}
