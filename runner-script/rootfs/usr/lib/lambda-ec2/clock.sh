# Time that never jumps: chrony may step the wall clock seconds after boot, so limits and durations use the uptime.
# shellcheck shell=bash

# Hundredths of a second since boot.
clock::centiseconds() {
  local uptime _
  read -r uptime _ </proc/uptime
  printf '%d' "$((10#${uptime/./}))"
}

clock::seconds() { printf '%d' "$(($(clock::centiseconds) / 100))"; }

# Wall-clock time as ISO 8601, for people.
clock::iso() { TZ=UTC printf '%(%Y-%m-%dT%H:%M:%SZ)T' "${1:--1}"; }

# `60s`, `15m`, `8h`, `2d` as seconds; fails on anything else.
clock::duration() {
  [[ $1 =~ ^([1-9][0-9]{0,6})([smhd])$ ]] || return 1
  local -A unit=([s]=1 [m]=60 [h]=3600 [d]=86400)
  printf '%d' "$((BASH_REMATCH[1] * unit[${BASH_REMATCH[2]}]))"
}

# Seconds since a file was written.
clock::file_age() { printf '%d' "$(($(date +%s) - $(stat --format=%Y "$1" 2>/dev/null || printf 0)))"; }
