#!/bin/sh
# Deploys an environment step by step. Before each step the configuration of the service that it is about is checked; the
# first step that is not passed ends the deploy, and what was done before stays done.
#
#   deploy.sh ENV
#
# PREFLIGHT  the program to run (default: preflight, from PATH)
#
# Exit codes: 0 all steps ran; 1 fail and 2 no verdict are preflight's; 64 wrong usage; any other is a step's own.
[ $# -eq 1 ] || { echo 'usage: deploy.sh ENV' >&2; exit 64; }
environment=$1
cd "$(dirname "$0")" || exit 2

step() { # NAME SERVICE
  # Behind the dashes nothing is taken for an option.
  "${PREFLIGHT:-preflight}" check --service "$2" -- "$environment" && "steps/$1.sh" "$environment"
}

# The migrations run with the configuration of api.
step migrate api && step api api && step worker worker && step web web
