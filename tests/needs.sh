#!/bin/sh
# Sees to what the tests need beside Python: Chromium, for the page tests. As root on Debian it is installed.
set -eu

[ -x /usr/bin/chromium ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the page tests ..."
    log=$(mktemp)
    if (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium) \
        >"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
fi
echo "Chromium is not at /usr/bin/chromium, so the page tests will be skipped: install it (Debian: apt install chromium)" >&2
