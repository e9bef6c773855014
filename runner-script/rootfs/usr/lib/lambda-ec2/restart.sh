# A restart of the instance under its id: by EC2's recovery from a fault of the host, a scheduled reboot, a kernel panic.
# What the runner noted on tmpfs is gone then, and the service begins anew.
# shellcheck shell=bash

restart::boot_id() { cat /proc/sys/kernel/random/boot_id; }

# Keeps which boot the job began in. On a full disk a restart goes unseen, which is no reason to have no job.
restart::note_boot() { [[ -f ${FIRST_BOOT_FILE} ]] || restart::boot_id >"${FIRST_BOOT_FILE}" || :; }

restart::happened() { [[ -s ${FIRST_BOOT_FILE} && $(<"${FIRST_BOOT_FILE}") != "$(restart::boot_id)" ]]; }
