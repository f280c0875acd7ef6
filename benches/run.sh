#!/usr/bin/env bash
# Times whole runs of preflight beside `cat` (the floor: reading the same files), dotenv-linter and evnx.
#
#   benches/run.sh           everything; the table also replaces the one in docs/performance.md
#   benches/run.sh --quick   few runs of the small projects; the table goes to the terminal only
#
# PREFLIGHT_BIN names the program to time; without it a release build is made. No figure decides a test.
set -euo pipefail

die() { printf 'bench: %s\n' "$*" >&2; exit 1; }

quick=false
case $#:${1-} in
  0:) ;;
  1:--quick) quick=true ;;
  *) die 'usage: benches/run.sh [--quick]' ;;
esac

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"
# shellcheck source=/dev/null
. scripts/env.sh
for program in hyperfine jq dotenv-linter evnx; do
  command -v "$program" >/dev/null || die "$program is missing: run scripts/install-tools.sh"
done

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
if [ -z "${PREFLIGHT_BIN:-}" ]; then
  cargo build --quiet --release --locked --bin preflight
  PREFLIGHT_BIN=$(cargo metadata --format-version 1 --no-deps --locked | jq -r .target_directory)/release/preflight
fi
# By name through PATH: no path has to survive the splitting of hyperfine's command lines.
mkdir "$work/bin"
ln -s "$(realpath "$PREFLIGHT_BIN")" "$work/bin/preflight"
PATH=$work/bin:$PATH

# A run that gives no verdict is quick and worth nothing, so the verdict comes before the clock.
must_pass() { # ARGUMENTS OF PREFLIGHT...
  local report
  report=$(preflight "$@" --format json) || die "preflight $* exited with $?, not with a pass"
  jq -e '.verdict == "pass" and .exit_code == 0' >/dev/null <<<"$report" || die "preflight $* gives no pass"
}

samples=0
sample() { # GROUP NAME COMMAND HYPERFINE'S OPTIONS...
  local group=$1 name=$2 command=$3 json
  shift 3
  samples=$((samples + 1))
  json=$work/$(printf '%03d' "$samples").json
  # -N: no shell in between. hyperfine itself stops at an exit code other than 0. It warns of noise on every
  # busy machine: kept for failures.
  hyperfine -N --style none --export-json "$json" --command-name "$name" "$@" "$command" 2>"$work/noise" || {
    cat "$work/noise" >&2
    die "$name failed on: $group"
  }
  jq --arg group "$group" '.results[0] | { $group, name: .command, ms: (.median * 1000) }' "$json" >"$json.row"
}

project() { # NAME ENVIRONMENTS KEYS SECRETS [KINDS]: makes it and goes there
  "$top/benches/generate.sh" "$work/$1" --environments "$2" --keys "$3" --secrets "$4" --kinds "${5:-mixed}"
  cd "$work/$1"
}

small=(--warmup 5 --min-runs 50)
if $quick; then small=(--warmup 1 --runs 5); fi

project three 3 40 20
all="cat policies/preflight.yaml $(echo .env.dev .env.stage .env.prod secrets/*/*)"
group='prod of 3 environments x 40 keys + 20 secret files (the other two are read to compare)'
must_pass prod
sample "$group" preflight 'preflight prod' "${small[@]}"
sample "$group" cat "$all" "${small[@]}"
sample "$group" dotenv-linter 'dotenv-linter check .env.prod' "${small[@]}"
sample "$group" evnx 'evnx validate --env .env.prod --example .env.example' "${small[@]}"
group='all of these 3 environments'
must_pass check --all
sample "$group" preflight 'preflight check --all' "${small[@]}"
sample "$group" cat "$all" "${small[@]}"
sample "$group" dotenv-linter 'dotenv-linter check .env.dev .env.stage .env.prod' "${small[@]}"

project one 1 1000 0
group='1 environment x 1,000 keys'
must_pass prod
sample "$group" preflight 'preflight prod' "${small[@]}"
sample "$group" cat 'cat policies/preflight.yaml .env.prod' "${small[@]}"
sample "$group" dotenv-linter 'dotenv-linter check .env.prod' "${small[@]}"
sample "$group" evnx 'evnx validate --env .env.prod --example .env.example' "${small[@]}"

if ! $quick; then
  project many 1000 1000 0
  files=$(echo .env.env*)
  group='all of 1,000 environments x 1,000 keys'
  must_pass check --all
  sample "$group" preflight 'preflight check --all' --warmup 1 --runs 5
  sample "$group" cat "cat policies/preflight.yaml $files" --warmup 1 --runs 5
  # Once: it takes tens of seconds.
  sample "$group" dotenv-linter "dotenv-linter check $files" --runs 1
  for kinds in secrets settings; do
    project "many-$kinds" 1000 1000 0 "$kinds"
    group="the same, all keys $kinds"
    must_pass check --all
    sample "$group" preflight 'preflight check --all' --warmup 1 --runs 5
    sample "$group" cat "cat policies/preflight.yaml $files" --warmup 1 --runs 5
  done
fi

cd "$top"
table=$(
  echo '| what | program | median, ms | to dotenv-linter | to cat |'
  echo '|---|---|---:|---:|---:|'
  cat "$work"/*.row | jq -rs '
    def places: if . < 100 then . * 100 | round / 100 else round end | tostring;
    def ratio($rows; $name): . as $ms | ($rows | map(select(.name == $name) | .ms)[0]) as $base
      | if $base == null then "" elif $ms < $base / 100 then "<0.01x" else "\($ms / $base | places)x" end;
    . as $all | (reduce .[] as $row ([]; if any(.[]; . == $row.group) then . else . + [$row.group] end))[] as $group
    | ($all | map(select(.group == $group))) as $rows | $rows[]
    | "| \(if .name == $rows[0].name then $group else "" end) | \(.name) | \(.ms | places) | \(.ms | ratio($rows; "dotenv-linter")) | \(.ms | ratio($rows; "cat")) |"'
)
printf '%s\n' "$table"
if $quick; then exit 0; fi

page=docs/performance.md
if [ ! -e "$page" ]; then
  mkdir -p docs
  cat >"$page" <<'PAGE'
# Performance

Whole runs, from start to exit, of projects that `benches/generate.sh` makes; `benches/run.sh` writes the table.
`cat` reads the same files and does nothing else. dotenv-linter and evnx look at the text of `.env` files only, so
their figures say what a run costs beside them, not which program is better.

<!-- bench:start -->
<!-- bench:end -->
PAGE
fi
for marker in start end; do
  [ "$(grep -cxF "<!-- bench:$marker -->" "$page")" = 1 ] || die "$page needs the line <!-- bench:$marker --> once"
done
{
  sed '/^<!-- bench:start -->$/q' "$page"
  printf '%s, %s cores, %s; %s, %s, %s.\n\n' \
    "$(date -u +%F)" "$(nproc)" "$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)" \
    "$(preflight --version)" "$(dotenv-linter --version)" "$(evnx --version)"
  printf '%s\n\n' "$table"
  sed -n '/^<!-- bench:end -->$/,$p' "$page"
} >"$work/page.md"
cat "$work/page.md" >"$page" # in place: keeps the file's mode
