#!/usr/bin/env bash
# Holds every model of a reader against its program, over many more lines than a test run does.
#
#   scripts/differential.sh [--coverage] [READER...]    readers: names of tests, such as shell::bash; all, if none is named
#
# PREFLIGHT_DIFFERENTIAL (lines a reader, 120000) and PREFLIGHT_DIFFERENTIAL_SEED (1) may be set. With --coverage the models are built
# with counters, and their lines that no file reached are printed.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=/dev/null
. scripts/env.sh
export PREFLIGHT_REAL_TOOLS=1 PREFLIGHT_DIFFERENTIAL=${PREFLIGHT_DIFFERENTIAL:-120000}

if [ "${1-}" != --coverage ]; then
  exec cargo test --release --locked --test differential -- --nocapture "$@"
fi
shift
tools=$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | awk '/^host:/ { print $2 }')/bin
[ -x "$tools/llvm-cov" ] || { echo 'llvm-cov is missing: rustup component add llvm-tools' >&2; exit 1; }
counts=$(mktemp -d)
# Children whose environment is emptied count into the folder that they run in.
trap 'rm -rf -- "$counts" default_*.profraw' EXIT
export RUSTFLAGS='-C instrument-coverage' CARGO_TARGET_DIR=target/coverage LLVM_PROFILE_FILE=$counts/%p-%m.profraw
binary=$(cargo test --locked --test differential --no-run --message-format json |
  jq -r 'select(.executable != null and .target.name == "differential") | .executable')
"$binary" --nocapture "$@"
"$tools/llvm-profdata" merge -sparse "$counts"/*.profraw -o "$counts/all.profdata"
# The tests that stand in the same files are not what is asked about.
"$tools/llvm-cov" report "$binary" --instr-profile "$counts/all.profdata" src/syntax/readers
"$tools/llvm-cov" show "$binary" --instr-profile "$counts/all.profdata" src/syntax/readers |
  awk '/^\/|^src/ { file = $0 } / \|      0\|/ { print file " " $0 }'
