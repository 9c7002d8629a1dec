#!/bin/sh
# Fetches public test workbooks into a folder (default target/tmp/ledger-corpora), where the tests of the importer look for
# them: Apache POI's (Debian source libapache-poi-java) and LibreOffice's import tests (Debian source libreoffice; large,
# only with `corpora.sh FOLDER all`). calamine's own workbooks are not in its crate and cannot be had from a registry.
# Wants a Debian with apt; what cannot be had is said and left out.
set -eu
cd "$(dirname "$0")/../.."
out=${1:-target/tmp/ledger-corpora}
which=${2:-poi}
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Debian's index of sources, in a place of its own.
echo "deb-src http://deb.debian.org/debian stable main" >sources.list
mkdir -p lists/partial
own="-q -o Dir::Etc::SourceList=$work/sources.list -o Dir::Etc::SourceParts=- -o Dir::State::Lists=$work/lists"

# fetch NAME PACKAGE: the workbooks of a source package.
fetch() {
  [ -d "$out/$1" ] && return 0
  # A mirror may lack one of the files of a package: only the archive of the source is wanted.
  # shellcheck disable=SC2086
  { apt-get $own update && apt-get $own source --download-only "$2"; } >/dev/null 2>&1 || true
  if ls "$2"_*.orig.tar.* >/dev/null 2>&1; then
    mkdir "$1" "$out/$1"
    for archive in "$2"_*.orig.tar.*; do
      tar -xf "$archive" -C "$1" --strip-components=1 --wildcards '*.xls' '*.xlsx' '*.xlsm' '*.xlsb' '*.xlt' '*.xltx' '*.ods' '*.csv' 2>/dev/null || true
    done
    (cd "$1" && find . -type f -exec cp --parents {} "$out/$1" \;)
  else
    echo "the workbooks of $2 cannot be had here"
  fi
}

fetch poi libapache-poi-java
[ "$which" = all ] && fetch libreoffice libreoffice
find "$out" -type f | sed 's/.*\.//' | sort | uniq -c
find "$out" -type f | wc -l | sed 's/$/ files in '"$(basename "$out")"'/'
