#!/usr/bin/env bash
# Weights for the tests that run real engines, fetched once; tests themselves never download.
set -euo pipefail
bin=${1:-.venv/bin}
export FENSHEN_HOME=${FENSHEN_TEST_MODELS:-$PWD/var}
models=$("$bin/python" -c 'import sys; sys.path.insert(0, "tests"); import models_present as m; print(*m.NEEDED)')
echo "[models] $models"
# shellcheck disable=SC2086
"$bin/fenshen" models pull $models >/dev/null
