#!/usr/bin/env bash
# Makes a project of any size on which preflight passes: the same bytes on every run and every machine.
#
#   benches/generate.sh DIR --environments N --keys K --secrets S [--kinds mixed|secrets|settings]
#
# DIR must be empty or absent. It gets .env.<name> (K keys), secrets/<name>/ (S files), .env.example and
# policies/preflight.yaml. Keys are settings and secrets by turns, secrets alone, or hosts, names and connection strings. One environment is called prod, three are dev, stage and prod, more are env0001...
set -euo pipefail

die() { printf 'generate: %s\n' "$*" >&2; exit 125; }

usage='usage: benches/generate.sh DIR --environments N --keys K --secrets S [--kinds mixed|secrets|settings]'
[ $# -eq 7 ] || [ $# -eq 9 ] || die "$usage"
dir=$1 environments='' keys='' secrets='' kinds=mixed
shift
while [ $# -gt 0 ]; do
  case $1:$2 in
    --kinds:mixed | --kinds:secrets | --kinds:settings)
      kinds=$2
      shift 2
      continue
      ;;
    --kinds:*) die "$usage" ;;
  esac
  [[ $2 =~ ^[0-9]{1,6}$ ]] || die "$1 takes a number"
  case $1 in
    --environments) environments=$((10#$2)) ;;
    --keys) keys=$((10#$2)) ;;
    --secrets) secrets=$((10#$2)) ;;
    *) die "$usage" ;;
  esac
  shift 2
done
if [ -z "$environments" ] || [ -z "$keys" ] || [ -z "$secrets" ]; then die "$usage"; fi
((environments > 0 && keys + secrets > 0)) || die 'nothing to make'
[ ! -e "$dir" ] || [ -z "$(ls -A "$dir")" ] || die "$dir is not empty"

umask 077 # every file 0600 and every folder 0700 from the start
mkdir -p "$dir/policies"
cd "$dir"

case $environments in
  1) names=(prod) ;;
  3) names=(dev stage prod) ;;
  *) mapfile -t names < <(seq -f 'env%04.0f' 1 "$environments") ;;
esac
if ((secrets)); then
  printf 'secrets/%s\n' "${names[@]}" | xargs mkdir -p
fi

# The values come from a seeded generator, so that no literal that looks like a secret is in the repository.
printf '%s\n' "${names[@]}" | LC_ALL=C awk -v keys="$keys" -v secrets="$secrets" -v kinds="$kinds" '
  # The "minimal standard" generator of Park and Miller: its products are exact in doubles, so every awk agrees.
  function next_int() { return state = (state * 16807) % 2147483647 }
  function hex(digits,   text) {
    text = ""
    while (length(text) < digits) text = text sprintf("%06x", next_int() % 16777216)
    return substr(text, 1, digits)
  }
  function base64(digits,   text, bits, i) {
    text = ""
    while (length(text) < digits) {
      bits = next_int() % 16777216
      for (i = 0; i < 4; i++) { text = text substr(alphabet, bits % 64 + 1, 1); bits = int(bits / 64) }
    }
    return text
  }
  function uuid() {
    return hex(8) "-" hex(4) "-4" hex(3) "-" substr("89ab", next_int() % 4 + 1, 1) hex(3) "-" hex(12)
  }
  function word() { return words[next_int() % wordcount + 1] }
  function value(type, environment) {
    if (type == "hostname") return word() "." environment ".internal"
    if (type == "postgres-url")
      return "postgres://app:" hex(32) "@" word() "." environment ".internal:5432/" word() "?sslmode=verify-full&sslrootcert=system"
    if (type == "email") return word() "." word() "@" environment ".internal"
    if (type == "path") return "/srv/" word() "/" word() "-" hex(4)
    if (type == "duration") return 1 + next_int() % 600 "s"
    if (type == "string" && kinds == "settings") return word() "-" word() "-" environment
    if (type == "url") return "https://api-" hex(6) "." environment ".internal/v1"
    if (type == "port") return 1024 + next_int() % 60000
    if (type == "bool") return next_int() % 2 ? "true" : "false"
    if (type == "int") return next_int() % 100000
    if (type == "string") return "pool-" hex(6)
    if (type == "base64") return base64(44) # 33 bytes: no padding
    if (type == "hex") return hex(64)
    if (type == "git-sha") return hex(40)
    return uuid()
  }
  BEGIN {
    state = 20260101
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    listed["mixed"] = "url port bool hex int string base64 uuid git-sha hex"
    listed["secrets"] = "hex base64"
    listed["settings"] = "hostname string port postgres-url path bool email duration url int"
    count = split(listed[kinds], kind, " ")
    wordcount = split("billing orders search catalog media events ledger metrics gateway reports", words, " ")
    width = length(keys) > 4 ? length(keys) : 4 # one width: linters want keys in order
    policy = "policies/preflight.yaml"
    # A file once opened is there even when nothing follows: an environment without keys has an empty one.
    printf "" > ".env.example"
    for (k = 1; k <= keys; k++) {
      type[k] = kind[(k - 1) % count + 1]
      secret[k] = type[k] == "hex" || type[k] == "base64" || type[k] == "postgres-url"
      name[k] = sprintf("APP_%0" width "d_%s", k, toupper(type[k]))
      gsub(/-/, "_", name[k])
      print name[k] "=" > ".env.example"
    }
    print "version: 1\nedition: 2026\nenvironments:" > policy
  }
  {
    print "  " $0 ": {}" > policy
    file = ".env." $0
    printf "" > file
    for (k = 1; k <= keys; k++) print name[k] "=" value(type[k], $0) > file
    close(file)
    for (s = 1; s <= secrets; s++) {
      file = "secrets/" $0 "/" sprintf("FILE_%0" width "d_TOKEN", s)
      printf "%s", hex(64) > file
      close(file)
    }
  }
  END {
    print "keys:" > policy
    for (k = 1; k <= keys; k++)
      print "  " name[k] ": { required: true, " (secret[k] ? "secret: true, " : "") "type: " (type[k] == "path" ? "string" : type[k]) " }" > policy
    for (s = 1; s <= secrets; s++)
      printf "  FILE_%0" width "d_TOKEN: { required: true, secret: true, type: hex }\n", s > policy
  }'
