# The credential of a private repository: read with the instance role, handed to git through a helper, kept in a file on
# tmpfs that only we can read, and removed as soon as the source is here. It is never an argument, a variable that git
# shows, or a log line.
# shellcheck shell=bash

readonly CREDENTIAL_DIR=${STATE_DIR}/git-credential

# Prints the secret's text. app_credentials is the name or ARN of a Secrets Manager secret, or ssm:NAME for an SSM
# SecureString parameter.
credentials::read_secret() {
  local name=$1 answer=${STATE_DIR}/secret.${BASHPID} code
  if [[ ${name} == ssm:* ]]; then
    code=$(s3::retry 30 aws::json ssm AmazonSSM.GetParameter \
      "{\"Name\": $(json::string "${name#ssm:}"), \"WithDecryption\": true}" "${answer}")
  else
    code=$(s3::retry 30 aws::json secretsmanager secretsmanager.GetSecretValue \
      "{\"SecretId\": $(json::string "${name}")}" "${answer}")
  fi
  if [[ ${code} != 200 ]]; then
    rm -f "${answer}"
    log::error "reading ${name}: the service answered ${code}"
    return 1
  fi
  # The secret's own text may hold any character, so a real parser reads it.
  python3 -c 'import json, sys
answer = json.load(open(sys.argv[1]))
print(answer.get("SecretString") or answer.get("Parameter", {}).get("Value", ""), end="")' "${answer}"
  rm -f "${answer}"
}

# Puts the credential where git-askpass and ssh find it. Known forms: an SSH private key, {"username", "password"} as JSON,
# USER:PASSWORD, and a bare token.
credentials::prepare() {
  local name=${SETTING[app_credentials]} secret
  [[ -n ${name} ]] || return 0
  (umask 077 && mkdir -p "${CREDENTIAL_DIR}")
  secret=$(umask 077 && credentials::read_secret "${name}") || secret=''
  [[ -n ${secret} ]] || {
    status::fail BAD_SETTINGS "app_credentials '${name}' cannot be read: check its name and that the instance role may read it"
    return 1
  }
  (
    umask 077
    case ${secret} in
      *'PRIVATE KEY-----'*) printf '%s\n' "${secret}" >"${CREDENTIAL_DIR}/ssh-key" ;;
      '{'*)
        python3 -c 'import json, sys
secret = json.load(sys.stdin)
for name in ("username", "password"):
    with open(sys.argv[1] + "/" + name, "w") as file:
        file.write(secret.get(name, ""))' "${CREDENTIAL_DIR}" <<<"${secret}"
        ;;
      *:*)
        printf '%s' "${secret%%:*}" >"${CREDENTIAL_DIR}/username"
        printf '%s' "${secret#*:}" >"${CREDENTIAL_DIR}/password"
        ;;
      *)
        # The name that GitHub documents for tokens; other servers take any.
        printf 'x-access-token' >"${CREDENTIAL_DIR}/username"
        printf '%s' "${secret}" >"${CREDENTIAL_DIR}/password"
        ;;
    esac
  ) || {
    status::fail BAD_SETTINGS "app_credentials '${name}' is not readable as a credential: store a token, USER:PASSWORD, a JSON object with username and password, or an SSH private key"
    return 1
  }
}

credentials::forget() { rm -rf "${CREDENTIAL_DIR}"; }
