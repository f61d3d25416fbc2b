#!/bin/sh
# install.sh FOLDER: Debian's two TFTP servers, unpacked and not installed: as packages they exclude each other.
set -eu
mkdir -p "$1"
folder=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# libwrap0 is all that they need beyond what every Debian has.
apt-get -q -o APT::Sandbox::User=root download atftpd tftpd-hpa libwrap0 libnsl2 libtirpc3
for name in atftpd tftpd-hpa; do
  dpkg -x "$name"_*.deb "$folder/$name"
  for library in lib*.deb; do dpkg -x "$library" "$folder/$name"; done
done
chmod -R a+rX "$folder"
