#!/usr/bin/env bash
# Times the fingerprints of 1,000 secrets, beside openssl making a MAC of each of the same values in a loop, as a shell script would.
#
#   benches/fingerprints.sh
#
# PREFLIGHT_BIN names the program to time; without it a release build is made. No figure decides a test.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
if [ -z "${PREFLIGHT_BIN:-}" ]; then
  cargo build --quiet --release --locked --bin preflight
  PREFLIGHT_BIN=${CARGO_TARGET_DIR:-$top/target}/release/preflight
fi
PREFLIGHT_BIN=$(realpath "$PREFLIGHT_BIN")
mkdir "$work/project"
cd "$work/project"
(umask 077; for n in $(seq 1000); do printf 'S%s_SECRET=%s\n' "$n" "$(openssl rand -hex 32)"; done >.env.prod)
"$PREFLIGHT_BIN" fingerprint --new-key "$work/key" >/dev/null
export PREFLIGHT_FINGERPRINT_KEY_FILE=$work/key

ms() { # COMMAND...: the median of seven runs
  for _ in 1 2 3 4 5 6 7; do
    local start=${EPOCHREALTIME/./}
    "$@" >/dev/null
    echo $((${EPOCHREALTIME/./} - start))
  done | sort -n | awk 'NR == 4 { printf "%.1f", $1 / 1000 }'
}
openssl_loop() {
  local line key
  # A throwaway key: an argument is no place for a real one.
  key=$(openssl rand -hex 32)
  while IFS= read -r line; do
    printf '%s' "${line#*=}" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key"
  done <.env.prod
}
again() { rm -rf policies; "$PREFLIGHT_BIN" fingerprint prod "$@"; }
"$PREFLIGHT_BIN" fingerprint prod >/dev/null
nothing=$(ms "$PREFLIGHT_BIN" explain missing-key)
hmac=$(ms again)
check=$(ms "$PREFLIGHT_BIN" fingerprint prod --check)
loop=$(start=${EPOCHREALTIME/./}; openssl_loop >/dev/null; awk -v us=$((${EPOCHREALTIME/./} - start)) 'BEGIN { printf "%.1f", us / 1000 }')
head -n 10 .env.prod >short && mv short .env.prod
slow=$(ms again --method argon2id)
awk -v nothing="$nothing" -v hmac="$hmac" -v check="$check" -v loop="$loop" -v slow="$slow" 'BEGIN {
  printf "start of the process: %s ms\n", nothing
  printf "1,000 secrets, hmac-sha256, written: %s ms\n", hmac
  printf "1,000 secrets, hmac-sha256, --check: %s ms\n", check
  printf "openssl dgst, one process each: %s ms, %.0f times as long\n", loop, loop / hmac
  printf "argon2id, of ten secrets each: %.1f ms\n", (slow - nothing) / 10
}'
