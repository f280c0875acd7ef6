#!/usr/bin/env bash
# A deploy step that runs its command only on a fresh, passing preflight verdict. Copy it and adapt it.
#
#   deploy.sh [OPTION]... ENV -- COMMAND [ARG]...
#
#   --report FILE      read a report that an earlier job made, instead of running the gate here
#   --canonical NAME   ENV is an alias; this is the name that the report has to carry
#   --no-commit        accept a report that names no commit
#
# PREFLIGHT          the program to run (default: preflight, from PATH)
# PREFLIGHT_MAX_AGE  how old a report may be, in seconds (default: 300)
#
# Exit codes: the command's own, or, if it was not run: 1 the verdict is fail, 2 there is no verdict,
# 3 the report does not cover this deploy, 125 wrong usage.
# Whoever can write FILE can write "pass" into it: take reports only from where that is not possible.
set -euo pipefail

refuse() { # CODE WHY
  printf 'deploy: refused: %s\n' "$2" >&2
  exit "$1"
}

report='' canonical='' no_commit=false environment=''
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  case $1 in
    --report | --canonical)
      { [ $# -ge 2 ] && [ -n "$2" ] && [ "$2" != -- ]; } || refuse 125 "$1 needs a value"
      if [ "$1" = --report ]; then report=$2; else canonical=$2; fi
      shift 2
      ;;
    --no-commit) no_commit=true && shift ;;
    # An environment that starts with a dash would reach the gate as one of its options.
    -*) refuse 125 "unknown option $1" ;;
    *)
      [ -z "$environment" ] || refuse 125 'one environment at a time'
      environment=$1 && shift
      ;;
  esac
done
[ -n "$environment" ] || refuse 125 'which environment? usage: deploy.sh [OPTION]... ENV -- COMMAND...'
[ $# -ge 2 ] || refuse 125 'what to run? usage: deploy.sh [OPTION]... ENV -- COMMAND...'
shift
max_age=${PREFLIGHT_MAX_AGE:-300}
[[ $max_age =~ ^[0-9]{1,9}$ ]] || refuse 125 'PREFLIGHT_MAX_AGE is not a number of seconds'
command -v jq >/dev/null || refuse 2 'jq is not installed'

gate_code=null
folder=''
trap '[ -z "$folder" ] || rm -rf -- "$folder"' EXIT
if [ -z "$report" ]; then
  # In a private folder that holds no report yet: if the gate writes none, none is read.
  folder=$(mktemp -d)
  report=$folder/report.json
  gate_code=0
  # The subshell keeps the narrow umask away from COMMAND.
  (umask 077 && exec "${PREFLIGHT:-preflight}" check "$environment" --output "json=$report") || gate_code=$?
fi

# Without the variables by which a git hook would point this elsewhere; the gate ignores them, too.
head=$(env -u GIT_DIR -u GIT_WORK_TREE git rev-parse --verify --quiet HEAD 2>/dev/null) || head=''

# Where in the work tree this is: a report of the project next door is none of this one's.
project=$(env -u GIT_DIR -u GIT_WORK_TREE git rev-parse --show-prefix 2>/dev/null) || project=''
project=${project%/}

# The answer is "CODE why", so that nothing but the literal "0 pass" lets the command run.
# `shown`: text out of a report reaches the terminal quoted, and without control characters.
# shellcheck disable=SC2016  # the $names are jq's own
answer=$(jq -rs \
  --arg want "${canonical:-$environment}" --arg head "$head" --arg project "${project:-.}" \
  --argjson gate "$gate_code" --argjson no_commit "$no_commit" --argjson max_age "$max_age" '
  def refuse($code; $why): "\($code) \($why)";
  def shown: tojson | gsub("[^ -~]"; "?");
  def age: # in seconds; null for anything but a UTC time, with or without a fraction
    if type == "string" and test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z$")
    then now - (sub("[.][0-9]+"; "") | fromdateiso8601) else null end;
  if length != 1 or (.[0] | type) != "object" then refuse(2; "the report is not one JSON object")
  else .[0] | (.run.started_at | age) as $age |
    if .schema != "preflight.report/v1" then refuse(3; "the report has the unknown schema \(.schema | shown)")
    elif $gate == 2 or .verdict == "none" then refuse(2; "no verdict for \($want | shown)")
    elif .verdict == "fail" then refuse(1; "the verdict for \($want | shown) is fail")
    elif .verdict != "pass" then refuse(2; "the report has the unknown verdict \(.verdict | shown)")
    elif .exit_code != 0 then refuse(3; "the report says pass, but its exit code is \(.exit_code | shown)")
    elif $gate != null and $gate != 0 then refuse(3; "the report says pass, but the gate exited with \($gate)")
    elif (.environments | length) != 1 then refuse(3; "the report covers \(.environments | length) environments, not one")
    elif .environments[0].name != $want then
      refuse(3; "the report is for \(.environments[0].name | shown), not for \($want | shown)")
    elif .environments[0].verdict != "pass" then refuse(3; "the report contradicts itself on \($want | shown)")
    elif .commit == null and ($no_commit | not) then refuse(3; "the report names no commit (see --no-commit)")
    elif .commit != null and (.commit != $head or $head == "") then
      refuse(3; "the report is for commit \(.commit | shown), not for \($head | shown)")
    elif .commit != null and .project != $project then
      refuse(3; "the report is for the project \(.project | shown), not for \($project | shown)")
    elif $age == null then refuse(3; "the report does not say when it was made")
    elif $age < -5 then refuse(3; "the report is from the future")
    elif $age > $max_age then refuse(3; "the report is \($age | floor) seconds old, more than \($max_age)")
    else "0 pass" end
  end' 2>/dev/null <"$report") || answer=''

case $answer in
  '0 pass') ;;
  [123]' '*) refuse "${answer%% *}" "${answer#* }" ;;
  *)
    [ "$gate_code" = null ] || refuse 2 "the gate ended with $gate_code and left no report to read"
    refuse 2 'the report is missing or cannot be read'
    ;;
esac

# `exec` skips the trap.
[ -z "$folder" ] || rm -rf -- "$folder"
exec "$@"
