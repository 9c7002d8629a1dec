#!/bin/sh
# Fetches public test mails into a folder (default target/tmp/mail-corpora), where the tests of the reader look for them:
# CPython's (Debian package libpython3*-testsuite, or an installed test package) and GMime's (Debian source gmime).
# Wants a Debian with apt; what cannot be had is said and left out.
set -eu
cd "$(dirname "$0")/../.."
out=${1:-target/tmp/mail-corpora}
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

if [ ! -d "$out/cpython" ]; then
  suite=$(apt-cache search --names-only '^libpython3[.0-9]*-testsuite$' 2>/dev/null | cut -d' ' -f1 | sort -V | tail -n 1)
  if [ -n "$suite" ] && apt-get download -q "$suite" >/dev/null 2>&1; then
    dpkg-deb -x ./*testsuite*.deb suite
    data=$(find suite -type d -path '*test_email/data' | head -n 1)
    cp -r "$data" "$out/cpython"
  else
    echo "the mails of CPython cannot be had here"
  fi
fi

if [ ! -d "$out/gmime" ]; then
  echo "deb-src http://deb.debian.org/debian stable main" >sources.list
  mkdir -p lists/partial
  if apt-get -q -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$work/lists" update >/dev/null 2>&1 \
    && apt-get -q -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$work/lists" \
      source --download-only gmime >/dev/null 2>&1; then
    mkdir gmime && tar -xf gmime_*.orig.tar.* -C gmime --strip-components=1
    mkdir -p "$out/gmime"
    (cd gmime/tests/data && find . -type f -exec cp --parents {} "$out/gmime" \;)
  else
    echo "the mails of GMime cannot be had here"
  fi
fi
find "$out" -type f | wc -l | sed 's/$/ files in '"$(basename "$out")"'/'
