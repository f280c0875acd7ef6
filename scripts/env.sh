# shellcheck shell=sh
# Source this: `. scripts/env.sh` puts the tools of scripts/install-tools.sh first on PATH.
# Plain sh without set, since it runs in whatever shell sources it.
PREFLIGHT_TOOLS=${PREFLIGHT_TOOLS:-$HOME/.cache/preflight/tools}
case ":$PATH:" in
  *":$PREFLIGHT_TOOLS/bin:"*) ;;
  *) PATH="$PREFLIGHT_TOOLS/bin:$PREFLIGHT_TOOLS/venv/bin:$PATH" ;;
esac
export PREFLIGHT_TOOLS PATH
