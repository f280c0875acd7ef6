# shellcheck shell=bash
# Source this: unpacks packages of a given Debian suite, whatever the machine itself runs. Needs apt and the mirror of its
# own sources, or DEBIAN_MIRROR; wants no root rights. `die` is the caller's.

# The mirror that the machine's own sources name for Debian.
debian_mirror() {
  # Unexpanded on purpose: the names are apt's.
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -E '/debian/?$' | head -n 1
}

# apt-get for a suite, with nothing of the machine's own state: FOLDER SUITE ARGUMENTS.
debian_apt() {
  local state=$1/$2
  shift 2
  apt-get -q -o Dir::State="$state" -o Dir::State::status="$state/status" -o Dir::Cache="$state/cache" \
    -o Dir::Etc::sourcelist="$state/suite.sources" -o Dir::Etc::sourceparts=/dev/null \
    -o APT::Sandbox::User=root "$@"
}

# Makes a suite known: FOLDER SUITE.
debian_suite() {
  local folder=$1 suite=$2 mirror=${DEBIAN_MIRROR:-}
  [ -n "$mirror" ] || mirror=$(debian_mirror) || true
  [ -n "$mirror" ] || die "no mirror of Debian in apt's sources; name one in DEBIAN_MIRROR"
  mkdir -p "$folder/$suite/lists/partial" "$folder/$suite/cache/archives/partial"
  : >"$folder/$suite/status"
  printf '%s\n' 'Types: deb' "URIs: $mirror" "Suites: $suite" 'Components: main' \
    'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' >"$folder/$suite/suite.sources"
  debian_apt "$folder" "$suite" update >/dev/null || die "apt knows no $suite at its mirror"
}

# Unpacks packages, `NAME` or `NAME=VERSION` where the version may end in `*`: FOLDER SUITE TARGET PACKAGE...
debian_unpack() {
  local folder=$1 suite=$2 target=$3 package
  shift 3
  rm -rf "$folder/$suite/debs"
  mkdir -p "$folder/$suite/debs" "$target"
  (cd "$folder/$suite/debs" && debian_apt "$folder" "$suite" download "$@" >/dev/null) ||
    die "$suite has not all of: $*"
  for package in "$folder/$suite/debs"/*.deb; do
    dpkg -x "$package" "$target"
  done
}
