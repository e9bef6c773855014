# Takes out of an interpreter what no app runs: every block of the image is fetched from S3 at its first read.
# shellcheck shell=bash

trim::python() {
  local prefix=$1 library file
  library=$(echo "${prefix}"/lib/python3.*)
  rm -rf "${library}"/{test,idlelib,turtledemo,tkinter,lib2to3} "${library}"/{ctypes,distutils,sqlite3,unittest}/test* \
    "${library}"/site-packages/{pip,setuptools,pkg_resources,wheel,easy_install.py}* "${prefix}/share" \
    "${prefix}"/bin/{pip,easy_install,idle,2to3,pyvenv}*
  find "${prefix}" -name '*.opt-[12].pyc' -delete
  find "${prefix}" -name 'libpython*.a' -delete
  find "${prefix}" -type f \( -name '*.so' -o -name 'libpython*.so.*' -o -name 'python3.*m' \) -print0 |
    while IFS= read -r -d '' file; do strip -g "${file}"; done
}
