#!/bin/sh
# install.sh sid|bullseye|imap DIR: a tree with Debian's Asterisk, from the mirror that apt is set up with. As root; needs mmdebstrap.
# imap: bullseye's with a voicemail that keeps its messages in a mail store.
# The mirror's address is not kept in the tree.
set -eu
suite=$1 tree=$2 voicemail=asterisk-voicemail
[ "$suite" != imap ] || suite=bullseye voicemail=asterisk-voicemail-imapstorage
mirror=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -n 1)
[ -n "$mirror" ] || mirror=$(sed -n 's/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\) .*/\2/p' /etc/apt/sources.list 2>/dev/null | head -n 1)
[ -n "$mirror" ] || { echo 'no mirror is set up for apt' >&2; exit 1; }
packages=asterisk,asterisk-modules,asterisk-config,asterisk-core-sounds-en-wav
[ "$suite" = sid ] || packages="$packages,$voicemail"
mmdebstrap --mode=root --variant=extract --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='APT::Install-Recommends "false"' \
  --include="$packages" "$suite" "$tree" \
  "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
: >"$tree/etc/apt/sources.list"
rm -rf "$tree"/var/lib/apt/lists/*
