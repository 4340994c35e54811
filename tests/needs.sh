#!/bin/sh
# Sees to what the tests need beside Python: Chromium for the page tests, OpenSSH's server for those of SFTP.
# As root on Debian they are installed.
set -eu

missing=""
[ -x /usr/bin/chromium ] || missing="chromium"
[ -x /usr/sbin/sshd ] || missing="$missing openssh-server"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing what the tests need:" $missing "..."
    log=$(mktemp)
    # Debian starts a server that it installs; here it is only to be there, for the tests to start one of their own.
    # shellcheck disable=SC2086
    if (apt-get update && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
        apt-get install -y --no-install-recommends $missing) >"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
fi
echo "Some tests will be skipped, for want of a package (Debian: apt install $(echo $missing))" >&2
