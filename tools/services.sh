#!/usr/bin/env bash
# What the tests need beside Python packages: PostgreSQL's programs and Chromium, from Debian.
# As root they are installed; otherwise they are skipped loudly, except in CI, where they must be there.
set -euo pipefail
missing=()
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing+=(postgresql)
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
fc-list 2>/dev/null | grep -qi 'cjk\|noto sans sc\|wenquanyi' || missing+=(fonts-noto-cjk fontconfig)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "[services] installing ${missing[*]}: about a minute"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
elif [ -n "${CI:-}" ]; then
  echo "[services] ${missing[*]} are missing and cannot be installed without root" >&2
  exit 1
else
  echo "[services] SKIPPING the tests that need: ${missing[*]}. Install them to run everything." >&2
fi
