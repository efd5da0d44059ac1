#!/bin/sh
# core-tests.sh [test_NAME ...] : compiles the core without R's headers, once,
# with AddressSanitizer and UBSan, then builds and runs each tests/core/test_*.c
# against it, and those of texts and rules against a core without SIMD too.
# Closes with "N passed, N failed" over all programs.
# BUILD=tsan uses ThreadSanitizer; CC=... another compiler.
set -eu
cd "$(dirname "$0")/.."
CC=${CC-cc}
OUT=$(mktemp -d "${TMPDIR-/tmp}/intercoder-core-tests.XXXXXX") || exit 2
trap 'rm -rf "$OUT"' EXIT HUP INT TERM

case ${BUILD-asan} in
  asan) sanitize="-fsanitize=address,undefined -fno-sanitize-recover=undefined" ;;
  tsan) sanitize="-fsanitize=thread" ;;
  plain) sanitize="" ;;
  *) echo "BUILD must be asan, tsan or plain" >&2; exit 2 ;;
esac
FLAGS="-std=c11 -g -O1 -fno-omit-frame-pointer -pthread -Wall -Wextra \
  -Wpedantic -Wstrict-prototypes -Wmissing-prototypes -Wshadow -Werror \
  $sanitize -DIC_TEST_MEMORY -Isrc \
  $(pkg-config --cflags sqlite3 libpcre2-8 2> /dev/null || true)"
LIBS="$(pkg-config --libs sqlite3 libpcre2-8 2> /dev/null ||
  echo '-lsqlite3 -lpcre2-8') -lm"

# Two at a time. A program that does not compile counts as one failure.
export CC FLAGS LIBS OUT
ls src/core/*.c | xargs -n 1 -P 2 sh -c \
  '$CC $FLAGS -c "$0" -o "$OUT/$(basename "$0" .c).o"'
mkdir "$OUT/scalar"
cp "$OUT"/*.o "$OUT/scalar"
grep -l IC_NO_SIMD src/core/*.c | xargs -n 1 -P 2 sh -c \
  '$CC $FLAGS -DIC_NO_SIMD -c "$0" -o "$OUT/scalar/$(basename "$0" .c).o"'

[ $# -gt 0 ] || set -- $(cd tests/core && ls test_*.c | sed 's/\.c$//')
set -- $(for name in "$@"; do
  echo "$name"
  if grep -qE 'core/(text|scan|matcher|evaluate|passages)\.h' \
    "tests/core/$name.c"; then echo "scalar/$name"; fi
done)
printf '%s\n' "$@" | xargs -n 1 -P 2 sh -c '
  $CC $FLAGS "tests/core/${0#scalar/}.c" "$(dirname "$OUT/$0")"/*.o $LIBS \
    -o "$OUT/$0" > "$OUT/$0.log" 2>&1 || exit 0
  cd tests/core && "$OUT/$0" >> "$OUT/$0.log" 2>&1
  echo $? > "$OUT/$0.code"'

passed=0 failed=0
for name in "$@"; do
  code=$(cat "$OUT/$name.code" 2> /dev/null || echo 1)
  counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' \
    "$OUT/$name.log" | tail -n 1)
  if [ -z "$counts" ]; then counts="0 1"; fi
  p=${counts% *} f=${counts#* }
  if [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
  printf '%-24s %8s passed, %s failed\n' "$name" "$p" "$f"
  if [ "$f" -ne 0 ]; then cat "$OUT/$name.log"; fi
  passed=$((passed + p)) failed=$((failed + f))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
