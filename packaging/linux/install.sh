#!/bin/sh
# Installs the unpacked bundle for this user, or with PREFIX=/usr/local (as root) for everybody.
# usage: install.sh [remove]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=${PREFIX:-$HOME/.local}
name=io.github.avatar_app.Avatar
program=$prefix/lib/avatar_app
share=$prefix/share

if [ "$here" = "$program" ] && [ "${1:-}" != remove ]; then
    echo "This copy is installed already." >&2
    exit 1
fi
rm -rf "$program" "$prefix/bin/avatar-app" "$share/applications/$name.desktop" \
    "$share/metainfo/$name.metainfo.xml" "$share/icons/hicolor/256x256/apps/$name.png" \
    "$share/icons/hicolor/scalable/apps/$name.svg"
if [ "${1:-}" = remove ]; then
    echo "Removed from $prefix. Your avatars and settings stay in your own folders."
    exit
fi

mkdir -p "$prefix/lib" "$prefix/bin"
cp -R "$here" "$program"
ln -s "$program/avatar-app" "$prefix/bin/avatar-app"
install -D -m 644 "$here/share/$name.metainfo.xml" "$share/metainfo/$name.metainfo.xml"
install -D -m 644 "$here/share/icon.png" "$share/icons/hicolor/256x256/apps/$name.png"
install -D -m 644 "$here/share/icon.svg" "$share/icons/hicolor/scalable/apps/$name.svg"
mkdir -p "$share/applications"
sed "s|^Exec=avatar-app|Exec=\"$program/avatar-app\"|" "$here/share/$name.desktop" \
    >"$share/applications/$name.desktop"
echo "Installed. Start it from the menu (Avatar) or with $prefix/bin/avatar-app."
echo "For the virtual camera: sudo $program/v4l2loopback.sh"
