# shellcheck shell=bash
# Sourced by scripts/install-tools.sh: the shells, grep and xargs are the system's own. Only their versions are looked at,
# since the models in src/syntax/readers/shell and xargs.rs are models of these.
# dash tells no version of itself: the package does.
shell_version() { # NAME WANTED FOUND
  case "$3" in
    "$2" | "$2"[!0-9]*) say "$1" "$3" ;;
    *) die "$1 is ${3:-missing}, the model is of $2" ;;
  esac
}
for program in /bin/dash /bin/bash /bin/grep /usr/bin/xargs /usr/bin/env /usr/bin/setpriv /usr/bin/timeout; do
  [ -x "$program" ] || die "no $program: the tests call it by that path"
done
shell_version dash 0.5.12 "$(dpkg-query -W -f '${Version}' dash)"
shell_version bash 5.2 "$(/bin/bash -c 'printf %s "${BASH_VERSION%%(*}"')"
say grep "$(version_of /bin/grep --version)"
say xargs "$(version_of /usr/bin/xargs --version)"
