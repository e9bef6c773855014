#!/usr/bin/env bash
# The interpreter has all its modules, speaks TLS, and makes environments that work.
# shellcheck source=../lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

main() {
  local work ending=abrupt
  bake::find_python
  work=$(mktemp -d)
  # shellcheck disable=SC2064
  trap "rm -rf '${work}'" EXIT
  "${PYTHON}" -c 'import ssl, sqlite3, bz2, lzma, zlib, ctypes, readline, curses; print(ssl.OPENSSL_VERSION)'
  if bake::is_provided "${ROOT}/opt/python${PYTHON_VERSION}"; then
    bake::left_out 'the test of what our build of Python changes: the interpreter is not ours'
    ending=orderly
  else
    "${PYTHON}" -c 'import _hashlib'
  fi
  "${PYTHON}" -c 'import ssl; assert ssl.create_default_context().cert_store_stats()["x509_ca"], "no CA certificates"'
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "${work}/key.pem" -out "${work}/certificate.pem" 2>/dev/null
  "${PYTHON}" "${FILES}/test/tls.py" "${work}/certificate.pem" "${work}/key.pem" "${ending}"
  "${PYTHON}" -m venv --without-pip "${work}/venv"
  cp -a "${ROOT}/opt/setuptools/." "${work}"/venv/lib/python3.*/site-packages/
  "${work}/venv/bin/python" -c 'import ssl, zlib'
  # An environment that Python makes itself has it before 3.12; a machine at hand may have none to give.
  bake::is_provided "${ROOT}/opt/pip" ||
    "${work}/venv/bin/python" -c 'import sys; assert sys.version_info >= (3, 12) or __import__("pkg_resources")'
  PYTHONPATH=${ROOT}/opt/pip "${work}/venv/bin/python" -m pip --version
}

main
