# shellcheck shell=bash
# Source this from install-tools.sh: systemd's own library, as Debian 12 has it, in $PREFLIGHT_TOOLS/systemd, with those of
# its libraries that the machine lacks.

# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

systemd_version=252
systemd_folder=$PREFLIGHT_TOOLS/systemd
systemd_library=$systemd_folder/libsystemd-shared-$systemd_version.so

systemd_missing() { LD_LIBRARY_PATH=$systemd_folder ldd "$systemd_library" | awk '/not found/ { print $1 }'; }

if ! [ -e "$systemd_library" ] || [ -n "$(systemd_missing)" ]; then
  systemd_state=$(mktemp -d)
  debian_suite "$systemd_state" bookworm
  debian_unpack "$systemd_state" bookworm "$systemd_state/root" "libsystemd-shared=$systemd_version*" libacl1 \
    libapparmor1 libaudit1 libblkid1 libcap-ng0 libcap2 libcrypt1 libgcrypt20 libgpg-error0 libip4tc2 libkmod2 \
    liblz4-1 liblzma5 libmount1 libpam0g libpcre2-8-0 libseccomp2 libselinux1 libssl3 libzstd1
  mkdir -p "$systemd_folder"
  find "$systemd_state/root" -name "${systemd_library##*/}" -exec cp {} "$systemd_library" \;
  for systemd_name in $(systemd_missing); do
    find "$systemd_state/root" -name "$systemd_name" -exec cp -L {} "$systemd_folder/$systemd_name" \;
  done
  # What these need in turn.
  for systemd_name in $(systemd_missing); do
    find "$systemd_state/root" -name "$systemd_name" -exec cp -L {} "$systemd_folder/$systemd_name" \;
  done
  rm -rf "$systemd_state"
  [ -z "$(systemd_missing)" ] || die "libsystemd-shared $systemd_version lacks: $(systemd_missing)"
fi
say systemd "$systemd_version"
