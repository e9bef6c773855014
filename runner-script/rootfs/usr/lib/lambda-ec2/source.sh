# The latest source of the app: one commit, without history. Measured against a clone: 0.4 s where that takes 3.
# shellcheck shell=bash

readonly SOURCE_LIMIT_SECONDS=600
readonly GIT_ERRORS=${STATE_DIR}/git-errors

source::git() {
  local ssh="ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o ConnectTimeout=20"
  # ssh goes by the password database, not by HOME: a bake would leave the server's key in the image for good.
  ssh+=" -o UserKnownHostsFile='\"${APP_HOME}/known_hosts\"'"
  local -a options=(-C "${APP_DIR}" -c advice.detachedHead=false -c http.lowSpeedLimit=1 -c http.lowSpeedTime=60)
  [[ ! -f ${CREDENTIAL_DIR}/ssh-key ]] || ssh+=" -o IdentitiesOnly=yes -i '${CREDENTIAL_DIR}/ssh-key'"
  # git refuses submodules by file path unless told otherwise; an app that itself comes from a path may have them.
  [[ ${SETTING[app_url]} != file://* ]] || options+=(-c protocol.file.allow=always)
  GIT_TERMINAL_PROMPT=0 GIT_ASKPASS=${LIBEXEC}/git-askpass GIT_SECRET_DIR=${CREDENTIAL_DIR} \
    GIT_SECRET_URL=${SETTING[app_url]} GIT_SSH_COMMAND=${ssh} \
    GIT_CONFIG_NOSYSTEM=${GIT_CONFIG_NOSYSTEM:-} HOME=${APP_HOME} \
    bounded::run "$(deadline::remaining "${SOURCE_LIMIT_SECONDS}")" git "${options[@]}" "$@" 2>"${GIT_ERRORS}"
}

# Prints what git complained of, for the message; nothing when it said nothing.
source::complaint() {
  local line
  line=$(grep --max-count=1 --extended-regexp '^(fatal|error|remote|ssh|Permission|Host)' "${GIT_ERRORS}") ||
    line=$(tail -n 1 "${GIT_ERRORS}")
  printf '%.300s' "${line}"
}

source::is_final() {
  grep --quiet --ignore-case --extended-regexp \
    "couldn't find remote ref|authentication failed|could not read (username|password)|not found|does not appear to be a git|permission denied|not our ref" \
    "${GIT_ERRORS}"
}

# A name that stands for a commit: branch, tag or full hash in one shallow fetch; an abbreviated hash, which no server
# resolves, through a fetch of all history without file contents.
source::fetch_ref() {
  local ref=${SETTING[app_ref]} url=${SETTING[app_url]} try
  for try in 1 2 3; do
    if source::git fetch --quiet --no-tags --depth 1 "${url}" "${ref}"; then return 0; fi
    if source::is_final || deadline::has_passed; then break; fi
    log::warn "fetch ${try} of 3 failed: $(source::complaint)"
    sleep $((try * 2))
  done
  [[ ${ref} =~ ^[0-9a-f]{4,39}$ ]] || return 1
  log::info "${ref} is no branch or tag: looking for a commit that begins so"
  source::git fetch --quiet --tags --filter=blob:none "${url}" '+refs/heads/*:refs/remotes/origin/*' || return 1
  source::git config extensions.partialClone origin && source::git config remote.origin.promisor true || return 1
  git -C "${APP_DIR}" rev-parse --verify --quiet "${ref}^{commit}" >"${APP_DIR}/.git/FETCH_HEAD" || {
    printf "fatal: no commit begins with '%s'\n" "${ref}" >"${GIT_ERRORS}"
    return 1
  }
}

source::checkout() {
  source::git checkout --quiet --force --detach FETCH_HEAD || return 1
  if [[ -f ${APP_DIR}/.gitmodules ]]; then
    source::git submodule --quiet update --init --recursive --depth 1 --jobs 4 || return 1
  fi
}

source::fetch() {
  local complaint
  credentials::prepare || return 1
  git init --quiet "${APP_DIR}" || return 1
  # Submodules with a relative URL and git-lfs look for it.
  git -C "${APP_DIR}" remote add origin "${SETTING[app_url]}" || return 1
  if ! { source::fetch_ref && source::checkout; }; then
    credentials::forget
    if deadline::has_passed; then
      status::fail TIMED_OUT "fetching ${SETTING[app_url]} was not done when ec2_timeout (${SETTING[ec2_timeout]}) ended"
    else
      complaint=$(source::complaint)
      status::fail CLONE_FAILED "fetching ${SETTING[app_ref]} of ${SETTING[app_url]} failed: ${complaint:-no answer within ${SOURCE_LIMIT_SECONDS} s}; check app_url, app_ref and app_credentials"
    fi
    return 1
  fi
  credentials::forget
  status::set git_commit "$(git -C "${APP_DIR}" rev-parse HEAD)"
  log::info "source: ${SETTING[app_url]} ${SETTING[app_ref]} is commit $(status::value git_commit)"
}
