# shellcheck shell=bash
# Sourced by scripts/install-tools.sh: docker compose's own program, and a reader built of the Go package godotenv. Both
# come from Debian trixie, unpacked and not installed; the Go toolchain that builds the reader goes again.

compose_version=2.26.1-4
godotenv_version=1.5.1-1
go_version=1.24.4-1

# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

compose=$PREFLIGHT_TOOLS/bin/docker-compose
install_compose() {
  local folder
  folder=$(mktemp -d)
  debian_suite "$folder" trixie
  debian_unpack "$folder" trixie "$folder" "docker-compose=$compose_version"
  cp "$folder/usr/libexec/docker/cli-plugins/docker-compose" "$compose"
  rm -rf "$folder"
}

# Named by its version: it tells none.
godotenv=$PREFLIGHT_TOOLS/bin/godotenv-${godotenv_version%-*}
install_godotenv() {
  local folder source
  folder=$(mktemp -d)
  source=$(dirname "${BASH_SOURCE[0]}")/../../tests/oracles/godotenv.go
  debian_suite "$folder" trixie
  debian_unpack "$folder" trixie "$folder" "golang-1.24-go=$go_version" "golang-1.24-src=$go_version" \
    "golang-github-joho-godotenv-dev=$godotenv_version"
  env GOROOT="$folder/usr/lib/go-1.24" GOPATH="$folder/usr/share/gocode" GOCACHE="$folder/cache" \
    GO111MODULE=off GOTOOLCHAIN=local GOFLAGS= CGO_ENABLED=0 \
    "$folder/usr/lib/go-1.24/bin/go" build -o "$godotenv" "$source" || die "the reader with godotenv does not build"
  rm -rf "$folder"
}

mkdir -p "$PREFLIGHT_TOOLS/bin"
[ "$("$compose" version --short 2>/dev/null)" = "$compose_version" ] || install_compose
say docker-compose "$compose_version"
[ -x "$godotenv" ] || install_godotenv
say godotenv "$godotenv_version"
