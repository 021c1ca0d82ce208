#!/bin/sh
# Names the Debian packages that are missing; with "install" it installs them, as root or by sudo.
# Elsewhere than on Debian and its kin it does nothing.
here=$(dirname "$0")
command -v dpkg-query >/dev/null 2>&1 || exit 0

missing=
while read -r name; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing="$missing $name"
done <"$here/debian-packages.txt"
[ -n "$missing" ] || exit 0

install="apt-get install -y -q --no-install-recommends$missing"
if [ "$1" != install ]; then
    echo "System packages are missing (make system installs them):$missing" >&2
    exit 0
fi
as_root=
if [ "$(id -u)" != 0 ]; then
    as_root="sudo"
    [ -t 0 ] || as_root="sudo -n"
    command -v sudo >/dev/null 2>&1 || {
        echo "These need root: $install" >&2
        exit 1
    }
fi
$as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive $install
