# shellcheck shell=bash
# Sourced by scripts/install-tools.sh: Node.js for the reader `node`, and the npm package for the reader `dotenv`.
# Which Node it is matters: its parser of `.env` files was rewritten between the major versions. 20 is modelled, and 20.20.2 was
# held against. It comes with the machine: Debian bookworm's own nodejs is 18, which has no `--env-file`.
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  die "missing: node and npm; install Node.js 20"
fi
node_version=$(version_of node --version)
case $node_version in
  20.*) say node "$node_version" ;;
  *) die "node is $node_version; the model is of 20" ;;
esac

npm_tool() { # NAME VERSION
  local folder=$PREFLIGHT_TOOLS/node
  mkdir -p "$folder"
  if ! grep -qsF "\"version\": \"$2\"" "$folder/node_modules/$1/package.json"; then
    npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error "$1@$2" >/dev/null ||
      die "$1 $2 did not install"
  fi
  say "npm $1" "$2"
}
npm_tool dotenv 18.0.10
