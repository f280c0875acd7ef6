# shellcheck shell=bash
# Source this from install-tools.sh: the docker and kubectl clients, as Debian 13 has them, below $PREFLIGHT_TOOLS/docker.
# Neither needs anything but libc.

# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

docker_version=26.1.5
kubectl_version=1.32.3
docker_folder=$PREFLIGHT_TOOLS/docker
if ! { [ "$(version_of "$docker_folder/usr/bin/docker" --version)" = "$docker_version" ] &&
  [ "$(version_of "$docker_folder/usr/bin/kubectl" version --client)" = "$kubectl_version" ]; }; then
  docker_state=$(mktemp -d)
  debian_suite "$docker_state" trixie
  debian_unpack "$docker_state" trixie "$docker_folder" "docker-cli=$docker_version*" "kubectl=$kubectl_version*"
  rm -rf "$docker_state"
fi
say docker "$docker_version"
say kubectl "$kubectl_version"
