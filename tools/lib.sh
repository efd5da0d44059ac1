#!/bin/sh
# lib.sh - what tools/quickstart and tools/test share: find out what this
# machine lacks and get it. Sourced, from the package's root, by a POSIX shell.
#
# On Debian and Ubuntu everything comes from apt, R packages too; what apt does
# not have, and everything on other systems, comes from CRAN. Where all is
# there already, nothing is asked of the network or of the administrator.

MAKEFLAGS=${MAKEFLAGS--j2}
export MAKEFLAGS

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }
have() { command -v "$1" > /dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif ! have sudo; then return 1
  elif [ -t 0 ]; then sudo "$@"
  else sudo -n "$@"
  fi
}

# The packages that DESCRIPTION names in a field, without those that come
# with R.
described() {
  awk -v field="$1" '
    /^[A-Za-z\/@]+:/ { on = index($0, field ":") == 1; sub(/^[^:]*:/, "") }
    on { gsub(/\([^)]*\)/, ""); gsub(/,/, " "); printf "%s ", $0 }
  ' DESCRIPTION | tr -s ' ' '\n' |
    grep -Evx '|R|base|stats|utils|graphics|grDevices|methods|tools|parallel' |
    tr '\n' ' '
}

# Those of the named R packages that are not installed.
r_missing() {
  if ! have Rscript; then say "$@"; return; fi
  Rscript --no-init-file -e '
    wanted <- commandArgs(TRUE)
    cat(wanted[!nzchar(vapply(wanted, function(p) system.file(package = p), ""))])
  ' "$@"
}

compiles() {
  trial=$(mktemp -d)
  printf '#define PCRE2_CODE_UNIT_WIDTH 8\n#include <%s>\nint main(void) { return 0; }\n' \
    "$1" > "$trial/trial.c"
  if ${CC-cc} -c "$trial/trial.c" -o "$trial/trial.o" > /dev/null 2>&1
  then found=0; else found=1; fi
  rm -rf "$trial"
  return $found
}

# The Debian packages that this machine lacks, for these R packages.
debian_missing() {
  have Rscript || printf '%s ' r-base-core
  have cc && compiles stdio.h || printf '%s ' gcc libc6-dev
  have make || printf '%s ' make
  have pkg-config || printf '%s ' pkg-config
  compiles sqlite3.h || printf '%s ' libsqlite3-dev
  compiles pcre2.h || printf '%s ' libpcre2-dev
  for tool in $tools; do
    have "${tool%:*}" || printf '%s ' "${tool#*:}"
  done
  for package in $(r_missing "$@"); do
    printf 'r-cran-%s ' "$(say "$package" | tr '[:upper:]' '[:lower:]')"
  done
}

apt_known() {
  apt-cache policy "$1" 2> /dev/null | grep Candidate: | grep -qv '(none)'
}

apt_install() {
  say "Installing from apt: $*"
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq < /dev/null
  then
    say "apt-get update did not work (no network, or no right to install)."
  fi
  known=
  for package in "$@"; do
    if apt_known "$package"; then known="$known $package"; fi
  done
  [ -n "$known" ] || return 0
  # shellcheck disable=SC2086
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
    --no-install-recommends $known < /dev/null > "$work/apt.log" 2>&1
  then
    tail -n 20 "$work/apt.log"
    say "As an administrator, run: apt-get install$known"
  fi
}

by_hand() {
  fail "This machine lacks: $*
Install R (>= 4.1), a C compiler with make, SQLite (>= 3.35), PCRE2 and pandoc:
  Debian, Ubuntu  apt-get install r-base-dev libsqlite3-dev libpcre2-dev pandoc
  Fedora          dnf install R-core-devel sqlite-devel pcre2-devel pandoc
  macOS           R from cran.r-project.org, then: brew install pkg-config sqlite pcre2 pandoc
  Windows         R and Rtools43 or later from cran.r-project.org, which bring the libraries
and run this command again."
}

# The library that takes what is installed: the first that can be written to,
# else the user's own, which is made.
user_library() {
  Rscript --no-init-file -e '
    usual <- .libPaths()
    open <- usual[file.access(usual, 2) == 0]
    own <- strsplit(Sys.getenv("R_LIBS_USER"), .Platform$path.sep)[[1]]
    own <- if (length(own)) path.expand(own[1]) else "~/R/library"
    lib <- if (length(open)) open[1] else own
    if (!dir.exists(lib)) dir.create(lib, recursive = TRUE)
    cat(lib)
  '
}

cran_install() {
  say "Installing from CRAN into $library: $*"
  Rscript --no-init-file -e '
    words <- commandArgs(TRUE)
    repos <- getOption("repos")
    if (is.null(repos) || repos["CRAN"] %in% c("@CRAN@", NA)) {
      repos <- c(CRAN = "https://cloud.r-project.org")
    }
    utils::install.packages(words[-1], lib = words[1], repos = repos)
  ' "$library" "$@" > "$work/cran.log" 2>&1 ||
    tail -n 20 "$work/cran.log"
}

# set_up REQUIRED -- OPTIONAL : R packages that must be there, and those without
# which the command still does its work. Further commands stand in $tools, each
# as "command" or "command:package".
# Sets $library, which stands first in R_LIBS.
set_up() {
  required=
  while [ $# -gt 0 ] && [ "$1" != -- ]; do required="$required $1"; shift; done
  [ $# -eq 0 ] || shift
  # shellcheck disable=SC2086
  if have apt-get; then
    lacking=$(debian_missing $required "$@")
    if [ -n "$lacking" ]; then apt_install $lacking; fi
  fi
  have Rscript || by_hand R
  have cc || have gcc || have clang || by_hand "a C compiler"
  have make || by_hand make
  have pandoc || by_hand pandoc
  library=${library-}
  [ -n "$library" ] || library=$(user_library)
  R_LIBS=$library${R_LIBS:+:$R_LIBS}
  export R_LIBS
  # shellcheck disable=SC2086
  lacking=$(r_missing $required "$@")
  # shellcheck disable=SC2086
  if [ -n "$lacking" ]; then cran_install $lacking; fi
  # shellcheck disable=SC2086
  lacking=$(r_missing $required)
  [ -z "$lacking" ] || by_hand "the R packages $lacking"
}
