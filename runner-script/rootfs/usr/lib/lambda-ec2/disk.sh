# Room on the disk. A file of ballast is put there first and taken away at the end, so that the logs can still be written
# when the app has filled everything else.
# shellcheck shell=bash

readonly BALLAST_BYTES=16777216
readonly FULL_KIB=1024

disk::add_ballast() { fallocate --length "${BALLAST_BYTES}" "${BALLAST_FILE}" 2>/dev/null || :; }
disk::drop_ballast() { rm -f "${BALLAST_FILE}"; }

disk::is_full() {
  local available
  available=$(df --output=avail --block-size=1K "${WORK_DIR}" | tail -n 1)
  ((available < FULL_KIB))
}
