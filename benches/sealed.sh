#!/usr/bin/env bash
# Times a check of 200 files that age encrypted beside shell loops of `age -d` and `rage -d` over the same files.
#
#   benches/sealed.sh           the table goes to the terminal
#   benches/sealed.sh --quick   few runs
#
# PREFLIGHT_BIN names the program to time; without it a release build is made. No figure decides a test.
set -euo pipefail

die() { printf 'bench: %s\n' "$*" >&2; exit 1; }

runs=20
case $#:${1-} in
  0:) ;;
  1:--quick) runs=3 ;;
  *) die 'usage: benches/sealed.sh [--quick]' ;;
esac

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"
# shellcheck source=/dev/null
. scripts/env.sh
for program in hyperfine jq age age-keygen rage; do
  command -v "$program" >/dev/null || die "$program is missing: run scripts/install-tools.sh"
done

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
if [ -z "${PREFLIGHT_BIN:-}" ]; then
  cargo build --quiet --release --locked --bin preflight
  PREFLIGHT_BIN=$(cargo metadata --format-version 1 --no-deps --locked | jq -r .target_directory)/release/preflight
fi
PREFLIGHT_BIN=$(realpath "$PREFLIGHT_BIN")

mkdir -p "$work/project/secrets/prod"
cd "$work/project"
age-keygen -o key.txt 2>"$work/noise" || { cat "$work/noise" >&2; exit 1; }
recipient=$(age-keygen -y key.txt)
for number in $(seq 200); do
  od -An -N32 -tx1 /dev/urandom | tr -d ' \n' | age -r "$recipient" -o "secrets/prod/TOKEN_$number.age"
done

cat >loop.sh <<'LOOP'
for file in secrets/prod/*.age; do "$1" -d -i key.txt "$file" >/dev/null || exit 1; done
LOOP

# A run that gives no verdict is quick and worth nothing, so the verdict comes before the clock.
"$PREFLIGHT_BIN" prod -q --identity key.txt >/dev/null || die 'preflight gives no pass'
hyperfine --style none --warmup 1 --runs "$runs" --export-json "$work/times.json" -N \
  --command-name preflight "$PREFLIGHT_BIN prod -q --identity key.txt" \
  --command-name 'loop of age -d' 'sh loop.sh age' \
  --command-name 'loop of rage -d' 'sh loop.sh rage' 2>"$work/noise" || { cat "$work/noise" >&2; exit 1; }

echo '| 200 files | median, ms | to preflight |'
echo '|---|---:|---:|'
jq -r '(.results[0].median) as $base | .results[] | "| \(.command) | \(.median * 1000 | round) | \(.median / $base * 10 | round / 10)x |"' "$work/times.json"
