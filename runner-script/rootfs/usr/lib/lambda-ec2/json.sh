# The little JSON that the runner needs, without a process of its own: jq is not on the way to the app's first line.
# shellcheck shell=bash

json::string() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\r'/\\r}
  text=${text//$'\t'/\\t}
  printf '"%s"' "${text//[[:cntrl:]]/ }"
}

# A string, or null when it is empty.
json::string_or_null() { if [[ -n $1 ]]; then json::string "$1"; else printf null; fi; }

# A number, or null when it is not one.
json::number_or_null() { if [[ $1 =~ ^-?[0-9]+(\.[0-9]+)?$ ]]; then printf '%s' "$1"; else printf null; fi; }

# The lines of standard input as an array of strings.
json::array() {
  local line separator=
  printf '['
  while IFS= read -r line || [[ -n ${line} ]]; do
    printf '%s' "${separator}"
    json::string "${line}"
    separator=', '
  done
  printf ']'
}

# json::field NAME: the simple string or number of that name in the JSON text on standard input; empty when there is none.
# Made for documents whose values hold no quotes: IMDS answers and the identifiers in a status object.
json::field() {
  local text
  text=$(cat)
  if [[ ${text} =~ \"$1\"[[:space:]]*:[[:space:]]*\"([^\"]*)\" ]] || [[ ${text} =~ \"$1\"[[:space:]]*:[[:space:]]*([0-9.]+) ]]; then
    printf '%s' "${BASH_REMATCH[1]}"
  fi
}
