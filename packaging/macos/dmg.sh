#!/bin/sh
# Packs dist/Avatar.app into dist/Avatar-VERSION.dmg on a Mac. NOT RUN YET: see packaging/README.md.
# AVATAR_MAC_IDENTITY  "Developer ID Application: …"; the same at `make bundle`, which signs the
#                      program inside. Without it the disk image is not signed.
# AVATAR_MAC_NOTARY    the name that `xcrun notarytool store-credentials NAME` was given; Apple then
#                      checks the image, and Macs open it without a warning. Takes some minutes.
set -eu
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' avatar_app/__init__.py)
image=dist/Avatar-$version.dmg
stage=build/dmg

rm -rf "$stage" "$image"
mkdir -p "$stage"
ditto dist/Avatar.app "$stage/Avatar.app"
cp LICENSE "$stage/"
ln -s /Applications "$stage/Applications"
hdiutil create -volname Avatar -srcfolder "$stage" -format UDZO "$image"

if [ -n "${AVATAR_MAC_IDENTITY:-}" ]; then
    codesign --verify --deep --strict dist/Avatar.app
    codesign --sign "$AVATAR_MAC_IDENTITY" --timestamp "$image"
fi
if [ -n "${AVATAR_MAC_NOTARY:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$AVATAR_MAC_NOTARY" --wait
    xcrun stapler staple "$image"
fi
echo "$image"
