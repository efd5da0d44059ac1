#!/bin/sh
# test-configure.sh : the configure script in the situations it must survive,
# each in a copy of the tree. Closes with "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 2
R_HOME=${R_HOME-$(R RHOME)}
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
passed=0 failed=0

# try NAME ok|stops PATTERN VARIABLE=VALUE... : every line of PATTERN must be
# found in what configure said or in the Makevars that it wrote
try() {
  name=$1 want=$2 patterns=$3; shift 3
  copy=$scratch/copy
  rm -rf "$copy"; mkdir -p "$copy/src"
  cp configure cleanup "$copy/"; cp src/Makevars.in "$copy/src/"
  if (cd "$copy" && env R_HOME="$R_HOME" "$@" sh ./configure) \
    > "$scratch/said" 2>&1; then got=ok; else got=stops; fi
  if [ -f "$copy/src/Makevars" ]; then
    cat "$copy/src/Makevars" >> "$scratch/said"
    [ $want = ok ] || got="stops, but leaves a Makevars"
    grep -q '@' "$copy/src/Makevars" && got="a slot left open"
  fi
  lost=
  while IFS= read -r pattern; do
    grep -q -e "$pattern" "$scratch/said" || lost="$lost [$pattern]"
  done <<END
$patterns
END
  if [ "$got" = "$want" ] && [ -z "$lost" ]; then
    passed=$((passed + 1)); echo "ok     configure: $name"
  else
    failed=$((failed + 1)); echo "FAILED configure: $name ($got; not said:$lost)"
    sed 's/^/  /' "$scratch/said" | head -n 30
  fi
}

# A pkg-config that knows only what it is told, a uname and a brew of macOS.
mkdir "$scratch/mac" "$scratch/old" "$scratch/two words"
cat > "$scratch/pc" <<'END'
#!/bin/sh
case "$*" in
  *--exists*sqlite3*) exit "${SQLITE_KNOWN-0}" ;;
  *--exists*) exit 0 ;;
  *--cflags*) echo "-DFROM_PC_$2" | tr -d '-' | sed 's/^D/-D/' ;;
  *--libs*--static*) echo "-l${3#lib} -lm" ;;
  *--libs*) echo "-l${2#lib}" ;;
esac
END
printf '#!/bin/sh\necho Darwin\n' > "$scratch/mac/uname"
cat > "$scratch/mac/brew" <<'END'
#!/bin/sh
case "$1" in --version) echo Homebrew 4 ;; --prefix) echo "/opt/brew/$2" ;; esac
END
# a compiler that only finds the libraries where Homebrew keeps them
cat > "$scratch/mac/cc" <<'END'
#!/bin/sh
case "$*" in *-I/opt/brew/*-L/opt/brew/*) exit 0 ;; esac
echo "fatal error: header not found" >&2; exit 1
END
chmod +x "$scratch/pc" "$scratch"/mac/*
cat > "$scratch/old/sqlite3.h" <<'END'
#define SQLITE_VERSION_NUMBER 3008000
int sqlite3_libversion_number(void);
END
cp "$scratch/old/sqlite3.h" "$scratch/two words/"
# an R whose compiler is that one
mkdir -p "$scratch/mac-r/bin"
cat > "$scratch/mac-r/bin/R" <<END
#!/bin/sh
case "\$*" in "CMD config CC") echo "$scratch/mac/cc" ;; esac
END
chmod +x "$scratch/mac-r/bin/R"
none="PKG_CONFIG=/nonexistent/pkg-config"

try "finds both as the machine has them" ok "SQLite by
PCRE2 by
PKG_LIBS = .*-lsqlite3.*-lpcre2-8.*-pthread" A=1
try "asks pkg-config first" ok "SQLite by pkg-config
PCRE2 by pkg-config
PKG_CPPFLAGS = -DFROM_PC_sqlite3 -DFROM_PC_libpcre28" PKG_CONFIG="$scratch/pc"
try "without pkg-config tries the compiler's own path" ok \
  "SQLite by default search path
PCRE2 by default search path" "$none"
try "falls back where pkg-config knows no SQLite" ok \
  "SQLite by default search path
PCRE2 by pkg-config" PKG_CONFIG="$scratch/pc" SQLITE_KNOWN=1
try "takes libraries as given" ok "SQLite by as given
PKG_LIBS = -L/some/where -lsqlite3" "SQLITE_LIBS=-L/some/where -lsqlite3"
try "takes flags as given, with the usual library" ok \
  "PKG_CPPFLAGS = -DMINE=1" SQLITE_CFLAGS=-DMINE=1 "$none"
try "takes PCRE2 as given" ok "PCRE2 by as given
PKG_CPPFLAGS = -DTHEIRS" PCRE2_CFLAGS=-DTHEIRS PCRE2_LIBS=-lpcre2-8 "$none"
try "keeps a value that holds a bar" ok 'PKG_CPPFLAGS = -DBAR="a|b&c"' \
  'SQLITE_CFLAGS=-DBAR="a|b&c"' "$none"
try "stops without SQLite and names what to install" stops \
  "SQLite 3.35 or later was not found
libsqlite3-dev .*Debian and Ubuntu
sqlite-devel .*Fedora
brew install sqlite
Rtools" SQLITE_LIBS=-lno-such-sqlite
try "stops without PCRE2 and names what to install" stops \
  "PCRE2 10.32 or later was not found
libpcre2-dev .*Debian and Ubuntu
pcre2-devel .*Fedora
brew install pcre2
Rtools" PCRE2_LIBS=-lno-such-pcre2
try "shows what the compiler said" stops "The compiler said
no-such-sqlite" SQLITE_LIBS=-lno-such-sqlite
try "refuses an SQLite that is too old" stops "older than 3.35" \
  "SQLITE_CFLAGS=-I$scratch/old" SQLITE_LIBS=-lsqlite3
try "uses the static link line on macOS" ok "PKG_LIBS = .*-lm" \
  PKG_CONFIG="$scratch/pc" PATH="$scratch/mac:$PATH"
try "finds Homebrew's libraries on macOS" ok "SQLite by Homebrew
PKG_CPPFLAGS = -I/opt/brew/sqlite/include -I/opt/brew/pcre2/include" \
  R_HOME="$scratch/mac-r" PATH="$scratch/mac:$PATH" "$none"
try "works where TMPDIR is gone" ok "SQLite by" TMPDIR=/nonexistent
try "works where TMPDIR has a space" ok "SQLite by" "TMPDIR=$scratch/two words"

# R itself passes --configure-vars on as variables of the environment
copy=$scratch/copy
rm -rf "$copy"; mkdir -p "$copy/src" "$copy/R" "$scratch/lib"
cp configure cleanup DESCRIPTION "$copy/"; cp src/Makevars.in "$copy/src/"
sed -i.bak '/^Imports/d;/^VignetteBuilder/d;/^Lazy/d' "$copy/DESCRIPTION"
rm -f "$copy/DESCRIPTION.bak"; : > "$copy/NAMESPACE"
if R CMD INSTALL --no-docs --library="$scratch/lib" \
  --configure-vars='SQLITE_LIBS=-lno-such-sqlite' "$copy" \
  > "$scratch/said" 2>&1; then got=ok; else got=stops; fi
if [ $got = stops ] && grep -q "libsqlite3-dev" "$scratch/said"; then
  passed=$((passed + 1)); echo "ok     configure: obeys --configure-vars"
else
  failed=$((failed + 1)); echo "FAILED configure: obeys --configure-vars"
  cat "$scratch/said"
fi

# cleanup takes away what configure and make leave
rm -rf "$copy"; mkdir -p "$copy/src/core"; cp cleanup "$copy/"
touch "$copy/src/Makevars" "$copy/src/a.o" "$copy/src/core/b.o" "$copy/src/c.so"
(cd "$copy" && ./cleanup)
if [ -z "$(find "$copy/src" -type f)" ]; then
  passed=$((passed + 1)); echo "ok     cleanup leaves nothing"
else
  failed=$((failed + 1)); echo "FAILED cleanup leaves $(find "$copy/src" -type f)"
fi

if command -v checkbashisms > /dev/null 2>&1; then
  if checkbashisms configure cleanup tools/*.sh tools/quickstart tools/test \
    > "$scratch/said" 2>&1; then
    passed=$((passed + 1)); echo "ok     the scripts are POSIX shell"
  else
    failed=$((failed + 1)); echo "FAILED the scripts are POSIX shell"
    cat "$scratch/said"
  fi
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
