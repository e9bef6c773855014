# Python 3.6.15 from its checksummed source, by pyenv's python-build at a pinned commit.
# shellcheck shell=bash

# Version 2.6.30. Its recipe holds the SHA-256 of the source, which python-build checks.
readonly PYENV_COMMIT=f6a5b409e9fd1ad78aa4350ddc1fc5fc3d0fa666
readonly PYENV_URL=https://github.com/pyenv/pyenv.git
readonly RECIPE=3.6.15
readonly BUILD_DIR=/var/tmp/lambda-ec2-python

# Needed to build only; clean-up.sh removes those that were not there before.
readonly BUILD_PACKAGES=(
  gcc make patch xz bzip2 openssl-devel zlib-devel bzip2-devel xz-devel libffi-devel sqlite-devel readline-devel
  ncurses-devel gdbm-devel
)
# Named, so that they stay when the packages above, which depend on them, go.
readonly RUN_PACKAGES=(openssl-libs zlib bzip2-libs xz-libs libffi sqlite-libs readline ncurses-libs gdbm-libs)

# Everything that the result depends on.
build::inputs() {
  printf '%s %s %s ' "${PYENV_COMMIT}" "${PYTHON_OPTIMIZED}" "${PYTHON_CONFIGURE_OPTIONS}"
  cat "${FILES}/python/openssl3.patch" "${FILES}/python/build.sh" "${FILES}/python/trim.sh" | sha256sum | cut -d' ' -f1
}

build::packages() {
  local list=${ROOT}/var/lib/lambda-ec2-bake/build-packages name
  mkdir -p "${list%/*}"
  # A second run finds its own there, and they must go all the same.
  if [[ ! -f ${list} ]]; then
    for name in "${BUILD_PACKAGES[@]}"; do
      rpm --quiet --query "${name}" || printf '%s\n' "${name}"
    done >"${list}.part"
    mv "${list}.part" "${list}"
  fi
  bake::packages "${RUN_PACKAGES[@]}" "${BUILD_PACKAGES[@]}"
}

build::fetch() {
  rm -rf "${BUILD_DIR}"
  git init --quiet "${BUILD_DIR}"
  git -C "${BUILD_DIR}" -c http.lowSpeedLimit=1000 -c http.lowSpeedTime=60 fetch --quiet --no-tags --depth 1 "${PYENV_URL}" "${PYENV_COMMIT}"
}

# With a patch of one's own python-build leaves out the recipe's, among them those against the crash with newer
# compilers (bpo-27987): they are given along with ours.
build::patches() {
  local recipes=${BUILD_DIR}/plugins/python-build/share/python-build/patches/${RECIPE}/Python-${RECIPE}
  local name
  for name in 0009 0010 0011; do
    compgen -G "${recipes}/${name}-*.patch" >/dev/null || bake::fail "pyenv's patch ${name} for ${RECIPE} is gone"
  done
  cat "${recipes}"/*.patch "${FILES}/python/openssl3.patch"
}

# python-build makes a shared library unless told otherwise: an interpreter with one is a tenth slower.
build::options() {
  local options=${PYTHON_CONFIGURE_OPTIONS}
  [[ " ${options} " == *' --enable-shared '* ]] || options="--disable-shared ${options}"
  [[ ${PYTHON_OPTIMIZED} != true ]] || options="--enable-optimizations --with-lto ${options}"
  printf '%s' "${options% }"
}

build::python() {
  local prefix=$1 patches=${BUILD_DIR}.patch flags=
  bake::retry build::fetch
  git -C "${BUILD_DIR}" -c advice.detachedHead=false checkout --quiet --detach FETCH_HEAD
  build::patches >"${patches}"
  if [[ ${PYTHON_OPTIMIZED} == true ]]; then
    # 3.6 would train with its whole test suite.
    flags='PROFILE_TASK=-m\ test.regrtest\ --pgo\ test_array\ test_base64\ test_bytes\ test_collections\ test_csv\ test_datetime\ test_decimal\ test_dict\ test_hashlib\ test_json\ test_list\ test_pickle\ test_re\ test_set\ test_sqlite\ test_struct\ test_unicode\ test_xml_etree_c\ test_zlib'
  fi
  # The source comes by curl, which by itself tries once and waits for ever.
  PYTHON_BUILD_CURL_OPTS='--retry 5 --connect-timeout 20 --speed-limit 1000 --speed-time 60' \
    MAKEFLAGS=${flags} PYTHON_CONFIGURE_OPTS=$(build::options) \
    "${BUILD_DIR}/plugins/python-build/bin/python-build" --verbose --patch "${RECIPE}" "${prefix}" <"${patches}"
  rm -rf "${BUILD_DIR}" "${patches}"
  # setup.py leaves out, without an error, whatever it could not build.
  "${prefix}/bin/python3" -c 'import ssl, _hashlib, sqlite3, bz2, lzma, zlib, ctypes, readline, curses' ||
    bake::fail "Python ${RECIPE} was built without one of its modules: see the build's log above"
}
