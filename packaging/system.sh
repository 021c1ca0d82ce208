#!/bin/sh
# Says which of Debian's packages are missing, and installs them when it may.
# usage: system.sh [install]
here=$(dirname "$0")
command -v dpkg-query >/dev/null 2>&1 || exit 0
missing=
while read -r name; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing="$missing $name"
done < "$here/debian-packages.txt"
[ -n "$missing" ] || exit 0
if [ "$1" = install ] && [ "$(id -u)" = 0 ]; then
    apt-get update -q && exec apt-get install -y -q --no-install-recommends $missing
fi
echo "These system packages are missing; install them with:" >&2
echo "  sudo apt-get install --no-install-recommends$missing" >&2
[ "$1" != install ]
