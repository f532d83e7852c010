#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# levd's page in a browser, with answers that were recorded: what it shows is what they say, nothing
# is refused by its own policy, and a phone is wide enough. LEV_SHOTS=DIR leaves pictures there.
# timeout: 300

ALL_TESTS="shown hostile policy narrow pictures"

# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/../net/lib.sh"

page_dir=$(cd "$(dirname "$0")" && pwd -P)
build=$lev_top/build/obj/userspace/levd

# serve FILE [DIR]: its port is left in $port
serve()
{
	: >"$LEV_TMP/port"
	/usr/bin/python3 "$page_dir/serve.py" "${2:-$build}" "$1" >"$LEV_TMP/port" &
	served_pid=$!
	defer kill $served_pid
	busywait 10000 grep -q . "$LEV_TMP/port"
	port=$(<"$LEV_TMP/port")
}

serve_end()
{
	kill "$served_pid"
	wait "$served_pid" 2>/dev/null
}

# browse PATH OPTION...: as root chromium wants to be told that it may
browse()
{
	local path=$1
	shift

	timeout 100 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
		--no-first-run --user-data-dir="$LEV_TMP/chromium" --enable-logging=stderr \
		--hide-scrollbars --virtual-time-budget=4000 "$@" "http://127.0.0.1:$port$path" \
		2>"$LEV_TMP/said"
}

# show FILE: what the page says of it is what is in it
show()
{
	serve "$1"
	browse / --dump-dom >"$LEV_TMP/dom"
	check_err $? "no browser: $(tail -n 3 "$LEV_TMP/said")"
	/usr/bin/python3 "$page_dir/facts.py" "$LEV_TMP/dom" "$1" >"$LEV_TMP/facts"
	check_err $? "${1##*/}: $(head -n 3 "$LEV_TMP/facts")"
	! grep -E 'Refused to|Content Security Policy|Uncaught' "$LEV_TMP/said" >"$LEV_TMP/errors"
	check_err $? "${1##*/}: $(head -n 3 "$LEV_TMP/errors")"
	serve_end
}

shown()
{
	local file

	for file in "$page_dir"/*.json; do
		show "$file"
	done
	log_test "the page shows what status.json says"
}

# What a server, a program or who names things has said is words, never a part of the page.
hostile()
{
	sed 's|"lev0"|"<i>\&lt;\&amp;"|g; s|"web"|"<b id=\\"nodes\\">"|g
		s|"10\.0\.1\.102"|"<img src=x>"|g
		s|"status 500"|"<img src=x onerror=\\"throw 1\\"></td>"|g' \
		"$page_dir/trouble.json" >"$LEV_TMP/hostile.json"
	check_eq "$(grep -o '<img' "$LEV_TMP/hostile.json" | wc -l)" 6 "hostile words"
	show "$LEV_TMP/hostile.json"
	log_test "words that look like HTML are shown as words"
}

# Another script than that of the page is not run: it has another digest.
policy()
{
	mkdir "$LEV_TMP/other"
	cp "$build/page.policy" "$LEV_TMP/other"
	sed "s/'use strict';/'use strict'; /" "$build/page.html" >"$LEV_TMP/other/page.html"
	serve "$page_dir/steady.json" "$LEV_TMP/other"
	browse / --dump-dom >"$LEV_TMP/dom"
	grep -q 'waits for levd' "$LEV_TMP/dom"
	check_err $? "it was run: $(tail -n 3 "$LEV_TMP/said")"
	serve_end
	log_test "the page's policy lets no other script run"
}

narrow()
{
	local file

	for file in "$page_dir"/*.json; do
		serve "$file"
		browse /phone --window-size=800,2600 --dump-dom >"$LEV_TMP/dom"
		grep -qE '<title>over -?0 cut 0 rows [0-9]' "$LEV_TMP/dom"
		check_err $? "${file##*/}: $(grep -o '<title>.*</title>' "$LEV_TMP/dom")"
		serve_end
	done
	log_test "a phone is wide enough"
}

# shoot FILE PATH SIZE SCHEME: 0 is dark
shoot()
{
	local name

	name=$(basename "$1" .json)$(tr / - <<<"$2")$4.png
	serve "$1"
	browse "$2" --window-size="$3" --blink-settings=preferredColorScheme="$4" \
		--screenshot="$LEV_SHOTS/$name" >/dev/null
	[ -s "$LEV_SHOTS/$name" ]
	check_err $? "$name: $(tail -n 3 "$LEV_TMP/said")"
	serve_end
}

pictures()
{
	local file scheme

	[ -n "${LEV_SHOTS:-}" ] || return
	mkdir -p "$LEV_SHOTS"
	for file in "$page_dir"/*.json; do
		for scheme in 0 1; do
			shoot "$file" /desktop 1280,1500 $scheme
			shoot "$file" /phone 390,2600 $scheme
		done
	done
	log_test "pictures are taken"
}

command -v chromium >/dev/null || skip_all "no chromium (scripts/setup page gets it)"
[ -s "$build/page.html" ] || skip_all "levd is not built"
tests_run
