#!/bin/sh
# Installs this project into a virtual environment: by uv, which is quick and leaves out half a
# gigabyte nobody uses, or by pip where uv cannot reach its packages.
# usage: install.sh VENV WHAT      WHAT is "." or ".[dev,train]"
set -e
venv=$1 what=$2 pins=packaging/constraints.txt
pip="$venv/bin/python -m pip install -q --disable-pip-version-check -c $pins"

# pip first, for torch: it heeds a folder or an index with the smaller build without CUDA.
case $what in *train*) "$venv/bin/python" -c "import torch" 2>/dev/null || $pip torch ;; esac

[ -x "$venv/bin/uv" ] || $pip uv || true
if [ -x "$venv/bin/uv" ]; then
    VIRTUAL_ENV=$venv "$venv/bin/uv" pip install -q -c $pins -e "$what" 2>"$venv/uv.log" && exit
    echo "uv did not succeed (see $venv/uv.log); trying pip, which takes longer." >&2
fi
exec $pip -e "$what"
