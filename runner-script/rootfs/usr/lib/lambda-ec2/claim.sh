# The claim: a conditional write of the status object, before any work, so that two instances that were started for one
# upload do the job once. S3 guarantees that of two such writes only one succeeds
# (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
# shellcheck shell=bash

readonly CLAIM_FILE=${STATE_DIR}/claimed

# Reads the present status object. Sets CLAIM_CODE and, when there is an object, CLAIM_OBJECT and CLAIM_ETAG.
claim::read() {
  local file=${STATE_DIR}/claim.${BASHPID}
  CLAIM_CODE=$(s3::retry 30 s3::get "$(status::key)" "${file}" "${file}.headers")
  CLAIM_OBJECT=
  CLAIM_ETAG=
  if [[ ${CLAIM_CODE} == 200 ]]; then
    CLAIM_OBJECT=$(<"${file}")
    CLAIM_ETAG=$(s3::header etag <"${file}.headers")
  fi
  rm -f "${file}" "${file}.headers"
}

claim::field() { json::field "$1" <<<"${CLAIM_OBJECT}"; }

# Whether the present object is this instance's own; keeps its ETag then.
claim::is_ours() {
  claim::read
  [[ -n ${CLAIM_ETAG} && $(claim::field instance_id) == "${INSTANCE_ID}" ]] || return 1
  printf '%s' "${CLAIM_ETAG}" >"${ETAG_FILE}"
}

# How the upload of the present object stands to ours: older, same or newer. Sequencers of one key compare as hexadecimal
# text after the shorter is padded with zeros on the right
# (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
claim::order() {
  local theirs ours=${JOB_SEQUENCER} attempt
  if [[ $(claim::field input_version) != "${JOB_VERSION}" || -z ${JOB_VERSION} ]]; then
    theirs=$(claim::field input_sequencer)
    while ((${#theirs} < ${#ours})); do theirs+=0; done
    while ((${#ours} < ${#theirs})); do ours+=0; done
    if [[ ${theirs^^} < ${ours^^} ]]; then
      printf older
      return
    elif [[ ${theirs^^} > ${ours^^} ]]; then
      printf newer
      return
    elif [[ -z ${ours} ]]; then
      # No version and no sequencer on either side: an upload by hand; the last one counts.
      printf older
      return
    fi
  fi
  attempt=$(claim::field attempt)
  attempt=${attempt:-1}
  if ((attempt < JOB_ATTEMPT)); then printf older; elif ((attempt > JOB_ATTEMPT)); then printf newer; else printf same; fi
}

# The object is this instance's from before a restart. An upload is never run twice, so the job ends here: with the record
# that is there or, when it was running, with one that says so. Returns what claim::take does, never 0.
claim::end_after_restart() {
  [[ $(claim::field state) == RUNNING ]] || return 3
  printf '%s' "${CLAIM_ETAG}" >"${ETAG_FILE}"
  : >"${CLAIM_FILE}"
  status::fail INTERRUPTED 'the instance was restarted while the job ran: upload the input again'
  return 1
}

# claim::take: returns 0 when the job is ours, 3 when it is another instance's or a newer upload's, 1 when S3 gave no
# answer for good.
claim::take() {
  local code condition='If-None-Match: *' give_up=$(($(clock::seconds) + ${CLAIM_WAIT_SECONDS:-300}))
  while (($(clock::seconds) < give_up)); do
    code=$(s3::retry 60 status::write RUNNING --header "${condition}")
    case ${code} in
      200)
        : >"${CLAIM_FILE}"
        return 0
        ;;
      404) condition='If-None-Match: *' ;;
      412)
        claim::read
        if [[ $(claim::field instance_id) == "${INSTANCE_ID}" ]]; then
          if restart::happened; then
            claim::end_after_restart || return
          fi
          condition="If-Match: ${CLAIM_ETAG}"
          continue
        fi
        case ${CLAIM_CODE} in
          404) condition='If-None-Match: *' ;;
          200)
            case $(claim::order) in
              newer) return 3 ;;
              same) [[ $(claim::field state) == WAITING ]] || return 3 ;;
            esac
            condition="If-Match: ${CLAIM_ETAG}"
            ;;
          *) return 1 ;;
        esac
        ;;
      *)
        log::error "claiming the job: S3 answered ${code} for $(status::key)"
        return 1
        ;;
    esac
  done
  return 1
}
