# A page as Chromium leaves it once its scripts have run, and what `driver`, a
# script that is let in beside the page's own, returned.
browse <- function(page, driver = NULL, policy = TRUE) {
  testthat::skip_on_cran()
  found <- Sys.which(c("chromium", "chromium-browser", "google-chrome"))
  testthat::skip_if_not(any(nzchar(found)), "Chromium")
  html <- paste(readLines(page, encoding = "UTF-8"), collapse = "\n")
  if (!is.null(driver)) {
    html <- let_in(html, driver)
  }
  if (!policy) {
    html <- sub("<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", html)
  }
  folder <- withr::local_tempdir()
  copy <- file.path(folder, "page.html")
  writeLines(html, copy, useBytes = TRUE)
  dom <- suppressWarnings(system2(found[nzchar(found)][1], c(
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
    "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    paste0("--user-data-dir=", shQuote(file.path(folder, "profile"))),
    "--virtual-time-budget=5000", "--dump-dom",
    shQuote(paste0("file://", copy))
  ), stdout = TRUE, stderr = FALSE, timeout = 120))
  Encoding(dom) <- "UTF-8"
  xml2::read_html(paste(dom, collapse = "\n"), encoding = "UTF-8")
}

let_in <- function(html, driver) {
  code <- sprintf("
const $ = (id) => document.getElementById(id);
const key = (k, on = document.body) => (on || document.activeElement)
  .dispatchEvent(new KeyboardEvent('keydown', { key: k, bubbles: true }));
const set = (id, value, event = 'change') => {
  if ($(id).type === 'checkbox') $(id).checked = value;
  else $(id).value = value;
  $(id).dispatchEvent(new Event(event, { bubbles: true }));
};
const option = (id, text) => [...$(id).options]
  .find((o) => o.textContent.startsWith(text)).value;
const status = () => $('status').textContent;
const at = () => document.activeElement.id;
const out = document.body.appendChild(document.createElement('pre'));
out.id = 'result';
const said = (...x) => out.append(x.join(' | ') + '\\n');
%s
", driver)
  html <- sub("script-src '", sprintf("script-src 'sha256-%s' '",
                                      sha256_base64(code)), html, fixed = TRUE)
  parts <- strsplit(html, "</body>", fixed = TRUE)[[1]]
  paste0(parts[1], "<script>", code, "</script></body>", parts[2])
}

page_said <- function(dom) {
  text <- xml2::xml_text(xml2::xml_find_first(dom, "//pre[@id='result']"))
  strsplit(text, "\n", fixed = TRUE)[[1]]
}
