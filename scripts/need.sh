#!/bin/sh
# need.sh PROGRAM PACKAGE: installs a Debian package when its program is missing and we are root; otherwise says what to do.
program=$1 package=$2
command -v "$program" >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq >/dev/null && apt-get install -y -qq "$package" >/dev/null && command -v "$program" >/dev/null && exit 0
fi
echo "$program is missing: install it with your package manager (Debian: sudo apt-get install $package; Fedora: sudo dnf install $package)" >&2
exit 2
