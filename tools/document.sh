#!/bin/sh
# document.sh : man/ and NAMESPACE from the comments in R/ (needs roxygen2).
set -eu
cd "$(dirname "$0")/.."
Rscript -e 'roxygen2::roxygenise(load_code = "source")'
