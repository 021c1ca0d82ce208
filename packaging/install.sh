#!/bin/sh
# Installs this project into a virtual environment: by uv, which is quick and leaves out half a
# gigabyte nobody uses, or by pip where uv cannot reach its packages. On a terminal both show how
# far they are.
# usage: install.sh VENV WHAT      WHAT is "." or ".[dev,train]"
set -e
venv=$1 what=$2 pins=packaging/constraints.txt
quiet=-q
[ -t 2 ] && quiet=
pip="$venv/bin/python -m pip install $quiet --disable-pip-version-check -c $pins"

by_uv() {
    VIRTUAL_ENV=$venv "$venv/bin/uv" pip install $quiet --compile-bytecode -c $pins -e "$what"
}

# The program's own bytecode too: without it the first opening of each dialog takes longer.
compile_own() {
    "$venv/bin/python" -m compileall -q avatar_app || true
}

# pip first, for torch: it heeds a folder or an index with the smaller build without CUDA.
case $what in *train*) "$venv/bin/python" -c "import torch" 2>/dev/null || $pip torch ;; esac

[ -x "$venv/bin/uv" ] || $pip -q uv || true
if [ -x "$venv/bin/uv" ]; then
    if [ -t 2 ]; then
        by_uv && compile_own && exit
        echo "uv did not succeed (see above); trying pip, which takes longer." >&2
    else
        by_uv 2>"$venv/uv.log" && compile_own && exit
        echo "uv did not succeed (see $venv/uv.log); trying pip, which takes longer." >&2
    fi
fi
$pip -e "$what"
compile_own
