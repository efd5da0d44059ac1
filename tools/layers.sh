#!/bin/sh
# layers.sh [ROOT] : the rules of the house that a compiler does not enforce.
#   order      a core module includes only modules listed before it in CORE
#   listed     every .c file is in Makevars.in once, and every entry has a file
#   windows    Makevars.in and Makevars.win list the same objects
#   r-free     no core file includes a header of R
#   memory     malloc, calloc, realloc, free only in core/memory.c
#   silent     no printing, exit, abort, assert or rand in the package's C
#   sqlite     sqlite3.h is included by core/store*.c and core/foreign.c alone
#   pcre2      pcre2.h is included by the core alone
#   places     the matrices of ratings are read in R/ratings.R alone
#   once       no function of R/ is defined twice
# layers.sh --self-check : plants a fault against each rule and sees it found.
# Closes with "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 2
passed=0 failed=0

# report RULE : the faults of a rule come on standard input, one a line
report() {
  faults=$(cat)
  if [ -z "$faults" ]; then
    passed=$((passed + 1)); echo "ok     layers: $1"
  else
    failed=$((failed + 1)); echo "FAILED layers: $1"
    printf '%s\n' "$faults" | sed 's/^/  /'
  fi
}

# The words of a make variable, without the suffix .o.
listed() {
  awk -v name="$2" '
    $1 == name && $2 == "=" { on = 1; $1 = $2 = "" }
    on { line = $0; more = sub(/\\$/, "", line); print line; on = more }
  ' "$1" | tr -s ' \t' '\n' | sed -n 's/\.o$//p'
}

# C with comments and the insides of strings blanked, each line under the name
# of its file and its number.
bare() {
  for file in "$@"; do
    awk -v file="${file#"$root"/}" '
      {
        out = ""; n = length($0)
        for (i = 1; i <= n; i++) {
          c = substr($0, i, 1); two = substr($0, i, 2)
          if (comment) { if (two == "*/") { comment = 0; i++ } }
          else if (quote != "") {
            if (c == "\\") i++
            else if (c == quote) { quote = ""; out = out c }
          }
          else if (two == "/*") { comment = 1; i++; out = out " " }
          else if (two == "//") break
          else { if (c == "\"" || c == "\047") quote = c; out = out c }
        }
        quote = ""
        print file ":" FNR ": " out
      }' "$file"
  done
}

# file:line: header, of every #include
includes() {
  for file in "$@"; do
    awk -v file="${file#"$root"/}" '
      /^[ \t]*#[ \t]*include/ {
        header = $0
        sub(/^[^"<]*["<]/, "", header); sub(/[">].*$/, "", header)
        print file ":" FNR ": " header
      }' "$file"
  done
}

check_order() {
  listed "$make" CORE | sed 's|^core/||' > "$scratch/order"
  includes "$root"/src/core/*.[ch] | awk '
    NR == FNR { rank[$1] = NR; next }
    {
      split($1, at, ":"); file = at[1]; header = $2
      sub(/^.*\//, "", file); sub(/\.[ch]$/, "", file)
      sub(/^core\//, "", header); if (!sub(/\.h$/, "", header)) next
      if (header == file) next
      # a header of no module ranks as the first module that includes it
      if (!(header in rank) && (file in rank) &&
          !(lent[header] && lent[header] < rank[file]))
        lent[header] = rank[file]
      n++; where[n] = $1; from[n] = file; to[n] = header
    }
    END {
      for (i = 1; i <= n; i++) {
        if (!(to[i] in rank)) continue
        have = (from[i] in rank) ? rank[from[i]] : lent[from[i]]
        if (have && rank[to[i]] > have)
          print where[i] " " from[i] " includes " to[i] ", which is listed after it"
      }
    }' "$scratch/order" -
}

check_listed() {
  { listed "$make" CORE; listed "$make" GLUE; } | sort > "$scratch/listed"
  (cd "$root/src" && ls *.c core/*.c) | sed 's/\.c$//' | sort > "$scratch/files"
  uniq -d "$scratch/listed" | sed 's/$/ is listed twice/'
  sort -u "$scratch/listed" | comm -3 - "$scratch/files" |
    awk '/^\t/ { print $1 ".c is not listed in Makevars.in"; next }
         { print $1 ".o is listed but has no file" }'
}

check_windows() {
  for name in CORE GLUE OBJECTS; do
    listed "$make" "$name" > "$scratch/unix"
    listed "$root/src/Makevars.win" "$name" > "$scratch/win"
    diff "$scratch/unix" "$scratch/win" | sed -n "s/^[<>]/$name differs:/p"
  done
}

check_r_free() {
  includes "$root"/src/core/*.[ch] | grep -E ' (R|Rinternals|Rmath|Rdefines|Rconfig|Rversion|S|R_ext/.*|.*glue)(\.h)?$'
}

check_memory() {
  bare "$root"/src/*.[ch] "$root"/src/core/*.[ch] |
    grep -v '^src/core/memory\.c:' |
    grep -E '(^|[^A-Za-z0-9_.>])(malloc|calloc|realloc|reallocarray|aligned_alloc|strdup|strndup|free)[ ]*\('
}

check_silent() {
  bare "$root"/src/*.[ch] "$root"/src/core/*.[ch] |
    grep -E '(^|[^A-Za-z0-9_])((v?f?printf|v?sprintf|puts|putchar|fputs|perror|exit|_Exit|quick_exit|abort|assert|rand|srand|random|lgamma|strtok|setlocale|signal|longjmp)[ ]*\(|std(out|err)([^A-Za-z0-9_]|$)|assert\.h)'
}

check_sqlite() {
  includes "$root"/src/*.[ch] "$root"/src/core/*.[ch] |
    grep ' sqlite3\.h$' | grep -vE '^src/core/(store[a-z_]*|foreign)\.c:'
}

check_pcre2() {
  includes "$root"/src/*.[ch] | grep ' pcre2\.h$'
}

check_places() {
  grep -nE '(^|[^A-Za-z0-9_.$])(x|two|ratings)\$data([^A-Za-z0-9_.]|$)' \
    "$root"/R/*.R | sed "s|^$root/||" |
    grep -v '^R/ratings\.R:' | grep -vE '\$data *<-'
}

check_once() {
  sed -nE "s/^([A-Za-z.][A-Za-z0-9_.]*) <- function.*/\\1 is defined twice/p" \
    "$root"/R/*.R | sort | uniq -d
}

check_all() {
  root=$1 make=$1/src/Makevars.in
  for rule in $rules; do "check_$rule" | report "$rule"; done
}

# plant RULE FILE LINE [FILE LINE] : in a copy, the line heads the file
plant() {
  rule=$1 line=$3; shift
  root=$scratch/copy make=$scratch/copy/src/Makevars.in
  rm -rf "$root"; mkdir "$root"; cp -R src R "$root"
  while [ $# -gt 1 ]; do
    { printf '%s\n' "$2"; cat "src/$1" 2> /dev/null; } > "$root/src/$1"
    shift 2
  done
  if [ -n "$("check_$rule")" ]; then
    passed=$((passed + 1)); echo "ok     layers finds: $rule ($line)"
  else
    failed=$((failed + 1)); echo "FAILED layers misses: $rule ($line)"
  fi
}

rules="order listed windows r_free memory silent sqlite pcre2 places once"
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

# report() reads a pipe, so it would count in a subshell: it counts in a file.
count() { grep -c "$1" "$scratch/out"; }

case ${1-} in
  --self-check)
    plant order core/text.h '#include "store.h"'
    plant order core/rng.c '#include "core/permute.h"'
    plant order core/rule.h '#include "table.h"' core/table.h '#include "store.h"'

    plant listed core/stray.c 'typedef int stray;'
    plant listed Makevars.in 'GLUE = ghost.o'
    plant windows Makevars.win 'CORE = core/status.o'
    plant r_free core/rule.c '#include <Rinternals.h>'
    plant r_free core/rule.h '# include <R_ext/Memory.h>'
    plant memory core/scan.c 'static void *f(void) { return malloc(4); }'
    plant memory r_text.c 'static void f(void *p) { /* */ free (p); }'
    plant silent core/scan.c 'static void f(void) { printf("x"); }'
    plant silent r_store.c 'static void f(void) { if (1) abort(); }'
    plant silent core/text.c '#include <assert.h>'
    plant sqlite r_store.c '#include <sqlite3.h>'
    plant places ../R/codings.R 'f <- function(x) x$data[[1]]'
    plant once ../R/codings.R 'agreement <- function(x) x'
    plant pcre2 r_codebook.c '#include <pcre2.h>'
    ;;
  *)
    check_all "${1-$(pwd)}" > "$scratch/out" 2>&1
    cat "$scratch/out"
    passed=$(count '^ok ') failed=$(count '^FAILED ')
    ;;
esac
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
