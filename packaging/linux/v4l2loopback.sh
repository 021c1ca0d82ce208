#!/bin/sh
# Sets up the virtual camera of Linux, the kernel module v4l2loopback, so that it is there after
# every start of the computer: "Avatar Camera", /dev/video10, in the form that browsers list.
set -eu

usage() {
    cat <<'END'
usage: v4l2loopback.sh [install | undo | status] [--dry-run]
  install    write the module's settings, have it loaded at every start, load it now (as root)
  undo       unload it and remove what install wrote (as root)
  status     what is there; changes nothing
  --dry-run  tell what install or undo would do
With DESTDIR=FOLDER the files are written below that folder and no module is loaded or unloaded.
Exit code: 0 done (status: the camera is there), 1 something is missing and was said, 2 wrong use.
END
}

label="Avatar Camera"
number=10
root=${DESTDIR:-}
settings=$root/etc/modprobe.d/avatar-camera.conf
at_start=$root/etc/modules-load.d/avatar-camera.conf
module=$root/sys/module/v4l2loopback
efi=$root/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
action=install
dry=

say() { printf '%s\n' "$*"; }
fail() {
    say "$*" >&2
    exit 1
}

# Everything that changes the system passes here.
run() {
    if [ -n "$dry" ]; then say "would run: $*"; else "$@"; fi
}

module_run() {
    if [ -n "$root" ]; then say "not run, DESTDIR is set: $*"; else run "$@"; fi
}

write() { # FILE TEXT
    if [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; then
        say "already there: $1"
    elif [ -n "$dry" ]; then
        say "would write $1:"
        say "$2"
    else
        mkdir -p "$(dirname "$1")"
        say "$2" >"$1"
        say "written: $1"
    fi
}

is_installed() {
    [ -d "$module" ] || [ -n "$(find "$root/lib/modules/$(uname -r)" -name 'v4l2loopback.ko*' 2>/dev/null)" ]
}

our_device() {
    for name in "$root"/sys/class/video4linux/video*/name; do
        if [ -f "$name" ] && [ "$(cat "$name")" = "$label" ]; then
            basename "$(dirname "$name")"
            return
        fi
    done
}

# The fifth byte of the variable is 1 where Secure Boot is on.
secure_boot() { [ -r "$efi" ] && [ "$(od -An -tu1 -j4 -N1 "$efi" | tr -d ' ')" = 1 ]; }

# Another file with settings, made for OBS perhaps: both would apply, and the last one win.
other_settings() {
    for file in "$root"/etc/modprobe.d/*.conf "$root"/usr/lib/modprobe.d/*.conf; do
        if [ "$file" != "$settings" ] && grep -qs '^[[:space:]]*options[[:space:]]*v4l2loopback' "$file"; then
            say "$file"
        fi
    done
}

how_to_install() {
    # shellcheck disable=SC1091
    like=$(. "$root/etc/os-release" 2>/dev/null && say "${ID:-} ${ID_LIKE:-}") || like=
    # shellcheck disable=SC2016
    case " $like " in
    *" debian "* | *" ubuntu "*) say 'sudo apt install v4l2loopback-dkms "linux-headers-$(uname -r)"' ;;
    *" fedora "* | *" rhel "*) say "sudo dnf install akmod-v4l2loopback   (from RPM Fusion, rpmfusion.org)" ;;
    *" arch "*) say 'sudo pacman -S v4l2loopback-dkms linux-headers' ;;
    *" suse "* | *" opensuse "*) say "sudo zypper install v4l2loopback-kmp-default" ;;
    *) say "install the package v4l2loopback of your distribution" ;;
    esac
}

how_to_sign() {
    key=/var/lib/dkms/mok.pub
    for other in /var/lib/shim-signed/mok/MOK.der /etc/pki/akmods/certs/public_key.der; do
        [ -f "$root$key" ] || [ ! -f "$root$other" ] || key=$other
    done
    cat <<END
Secure Boot is on: the kernel loads only modules signed with a key this computer knows. The module
was signed with a key of its own when it was built; enrol that key once ("machine owner key", MOK):
  1. sudo mokutil --import $key      and think of a password, needed once
  2. restart; in the blue screen choose Enroll MOK, Continue, Yes, and type the password
  3. sudo $0 install
Nothing else about Secure Boot changes. Switching it off in the firmware works as well.
END
}

install_camera() {
    others=$(other_settings)
    if [ -n "$others" ]; then
        fail "These files set v4l2loopback up already: $others
Nothing was changed. For two cameras, write both into that file, for example:
  options v4l2loopback video_nr=9,$number exclusive_caps=1,1 card_label=\"OBS\",\"$label\""
    fi
    write "$settings" "options v4l2loopback video_nr=$number card_label=\"$label\" exclusive_caps=1"
    write "$at_start" "v4l2loopback"
    if ! is_installed; then
        fail "The kernel module is not installed. Install it, then run this again:
  $(how_to_install)"
    fi
    load
}

load() {
    if [ -n "$(our_device)" ]; then
        say "The camera is there: $label, /dev/$(our_device)"
        return
    fi
    if [ -d "$module" ]; then
        module_run modprobe -r v4l2loopback ||
            fail "v4l2loopback is loaded with other settings and in use: close the programs that use a camera, then run this again."
    fi
    if ! module_run modprobe v4l2loopback; then
        if secure_boot; then how_to_sign >&2; else say "The kernel refused the module: sudo dmesg | tail" >&2; fi
        exit 1
    fi
    [ -n "$dry$root" ] || say "The camera is there: $label, /dev/$(our_device)"
    say "Restart browsers and meeting programs that were open."
}

undo() {
    if [ -d "$module" ]; then
        module_run modprobe -r v4l2loopback ||
            say "v4l2loopback is in use and stays until the next start of the computer." >&2
    fi
    for file in "$settings" "$at_start"; do
        if [ -f "$file" ]; then
            run rm "$file"
            [ -n "$dry" ] || say "removed: $file"
        else
            say "not there: $file"
        fi
    done
}

status() {
    if secure_boot; then say "Secure Boot: on"; else say "Secure Boot: off or not there"; fi
    if [ -f "$settings" ]; then say "Settings: $settings"; else say "Settings: none of ours"; fi
    others=$(other_settings)
    [ -z "$others" ] || say "Settings of others: $others"
    if [ -n "$(our_device)" ]; then
        say "Camera: $label, /dev/$(our_device)"
    elif [ -d "$module" ]; then
        fail "Camera: v4l2loopback is loaded, but without $label: sudo $0 install"
    elif is_installed; then
        fail "Camera: v4l2loopback is installed and not loaded: sudo $0 install"
    else
        fail "Camera: v4l2loopback is not installed: $(how_to_install)"
    fi
}

for word; do
    case $word in
    install | undo | status) action=$word ;;
    --dry-run) dry=1 ;;
    -h | --help) usage && exit ;;
    *) usage >&2 && exit 2 ;;
    esac
done

if [ "$action" = status ]; then
    status
    exit
fi
[ "$(id -u)" = 0 ] || [ -n "$root$dry" ] || fail "This needs root: sudo $0 $action"
case $action in
install) install_camera ;;
undo) undo ;;
esac
