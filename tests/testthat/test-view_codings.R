# Two interviews; Ann and Ben differ over "time" in the second turn of A and
# over "trust" in B.
viewed <- function(...) {
  x <- transcripts(data.frame(
    transcript = c("A", "A", "A", "B"), speaker = c("INT", "P1", "P1", "P2"),
    participant = c("P1", "P1", "P1", "P2"),
    text = c("What helps a cafe\u0301?",
             "It saves time \U0001F600 and I trust it.",
             "Time again.", "No time, no trust.")
  ))
  u <- units(x)
  done <- codings(data.frame(
    transcript = c("A", "A", "A", "A", "B"),
    start = u$start[c(1, 1, 1, 2, 3)],
    end = u$end[c(1, 1, 1, 2, 3)],
    code = c("trust", "time", "trust", "time", "trust"),
    coder = c("Ben", "Ann", "Ann", "Ann", "Ann"), memo = c("sure?", rep(NA, 4))
  ), x)
  done <- rbind(done, codings(transform(done[4, ], coder = "Ben"), x))
  book <- codebook(data.frame(code = c("time", "trust"),
                              label = c("Time saved", "Trust"),
                              theme = c("Work", "People"),
                              definition = c("Any time", NA)))
  plan <- coding_plan(Ann = c("A", "B"), Ben = c("A", "B"))
  view_codings(x, done, book, u, plan, open = FALSE, ...)
}

page_data <- function(page) {
  dom <- xml2::read_html(page, encoding = "UTF-8")
  json <- xml2::xml_text(xml2::xml_find_first(dom, "//script[@id='data']"))
  jsonlite::fromJSON(json, simplifyVector = TRUE)
}

test_that("the page stands alone and runs its own script only", {
  file <- withr::local_tempfile(fileext = ".html")
  expect_invisible(viewed(file = file))
  page <- paste(readLines(file, encoding = "UTF-8"), collapse = "\n")
  dom <- xml2::read_html(file, encoding = "UTF-8")
  policy <- xml2::xml_attr(xml2::xml_find_first(
    dom, "//meta[@http-equiv='Content-Security-Policy']"), "content")
  expect_match(policy, "^default-src 'none';")
  expect_false(grepl("unsafe|http", policy))
  foreign <- "//*[@src]|//link|//iframe|//*[@style]"
  expect_length(xml2::xml_find_all(dom, foreign), 0)
  expect_false(grepl("https?://", page))
  scripts <- xml2::xml_find_all(dom, "//script")
  expect_equal(xml2::xml_attr(scripts, "type"), c("application/json", NA))
  digest <- sha256_base64(xml2::xml_text(scripts[[2]]))
  expect_match(policy, digest, fixed = TRUE)
  expect_false(grepl("{{", page, fixed = TRUE))
  # the same study, the same bytes
  expect_equal(readLines(viewed()), readLines(file))
})

test_that("a digest is as everybody writes it", {
  expect_equal(sha256_base64(""),
               "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
  skip_if_not_installed("jsonlite")
  hex <- cli::hash_sha256("alert(1)")
  bytes <- as.raw(strtoi(substring(hex, seq(1, 63, 2), seq(2, 64, 2)), 16))
  expect_equal(sha256_base64("alert(1)"), jsonlite::base64_enc(bytes))
})

test_that("the data are those of the study", {
  skip_if_not_installed("jsonlite")
  s <- simulated_study
  u <- units(s$transcripts)
  data <- page_data(view_codings(s$transcripts, s$codings, s$codebook, u,
                                 s$plan, open = FALSE))
  expect_equal(data$transcripts$text, s$transcripts$documents$text)
  name <- function(of, at) of[at + 1]
  expect_equal(name(data$transcripts$name, data$codings$transcript),
               s$codings$transcript)
  expect_equal(name(data$codes$code, data$codings$code), s$codings$code)
  expect_equal(name(data$coders, data$codings$coder), s$codings$coder)
  expect_equal(data$codings$start, s$codings$start)
  expect_equal(data$codings$end, s$codings$end)
  expect_equal(data$codes$code, s$codebook$code)
  x <- as_ratings(s$codings, u, s$plan)
  d <- disagreements(x)
  expect_equal(data$units$name, u$unit)
  expect_equal(data$units$start, u$start)
  expect_equal(data$units$end, u$end)
  expect_equal(name(data$units$name, data$disagreements$unit), d$unit)
  expect_equal(name(data$codes$code, data$disagreements$code), d$code)
  expect_equal(data$values[match("B", data$coders), ], d$value.B)
  a <- agreement(x, seed = 1)
  a <- a[match(s$codebook$code, a$code), ]
  expect_equal(name(data$codes$code, data$agreement$code), a$code)
  expect_equal(data$agreement$estimate, sprintf("%.2f", a$estimate))
  expect_equal(as.numeric(data$agreement$disagreements), a$disagreements)
  here <- agreement(x["eff_cost"], by = "transcript", ci = "none")
  here <- here[here$pairable > 0, ]
  rows <- name(data$codes$code, data$here$code) == "eff_cost"
  expect_equal(name(data$transcripts$name, data$here$transcript[rows]),
               here$by)
  expect_equal(data$here$units[rows], here$pairable)
  expect_equal(data$here$disagreements[rows],
               as.character(here$disagreements))
  seen <- lapply(data$seen, name, of = data$transcripts$name)
  expect_equal(seen, unname(split(s$plan$transcript, s$plan$coder)))
  group <- which(vapply(data$attributes$name, `==`, NA, "group"))
  expect_equal(name(data$attributes$levels[[group]],
                    data$attributes$of[[group]]),
               s$participants$group[match(data$participants,
                                          s$participants$participant)])
  expect_false("area" %in% unlist(data$attributes$name) &&
                 length(unique(s$participants$area)) > 12)
})

test_that("a consensus stands beside the coders and out of agreement", {
  skip_if_not_installed("jsonlite")
  s <- simulated_study
  u <- units(s$transcripts)
  settled <- resolve(s$codings, u, s$adjudication, c("A", "B"),
                     unsettled = "open")
  view <- function(consensus) {
    page_data(view_codings(s$transcripts, s$codings, s$codebook, u, s$plan,
                           consensus, open = FALSE))
  }
  plain <- view(NULL)
  data <- view(settled)
  expect_equal(data$coders, c(plain$coders, "consensus"))
  expect_equal(data$agreement, plain$agreement)
  expect_equal(length(data$codings$start),
               nrow(s$codings) + nrow(settled$codings))
  of <- data$disagreements
  where <- paste(data$units$name[of$unit + 1], data$codes$code[of$code + 1])
  row <- match(where, paste(settled$log$unit, settled$log$code))
  expect_equal(of$decision == "applied", settled$log$decision[row])
  expect_equal(of$reason, settled$log$reason[row])
  expect_null(view(s$consensus)$disagreements$decision)
  expect_error(view(s$codings[1, ]), "coders of `codings`",
               class = "intercoder_error_argument")
  expect_error(view(1), class = "intercoder_error_argument")
})

test_that("units are needed for agreement only, and a codebook never", {
  skip_if_not_installed("jsonlite")
  s <- simulated_study
  data <- page_data(view_codings(s$transcripts, s$codings, open = FALSE))
  expect_null(data$agreement)
  expect_null(data$disagreements)
  expect_setequal(data$codes$code, s$codings$code)
  none <- codings(s$codings[0, ], s$transcripts)
  data <- page_data(view_codings(s$transcripts, none, s$codebook,
                                 units(s$transcripts), s$plan, open = FALSE))
  expect_equal(data$codes$code, s$codebook$code)
  expect_length(data$codings$start, 0)
  alone <- s$codings[s$codings$coder == "A", ]
  data <- page_data(view_codings(s$transcripts, alone, s$codebook,
                                 units(s$transcripts),
                                 s$plan[s$plan$coder == "A", ], open = FALSE))
  expect_equal(unique(data$agreement$estimate), "one coder")
})

test_that("bad input is refused by name", {
  s <- simulated_study
  expect_error(view_codings(1, s$codings), class = "intercoder_error_argument")
  expect_error(view_codings(s$transcripts[integer()], s$codings),
               class = "intercoder_error_argument")
  expect_error(view_codings(s$transcripts, data.frame(a = 1)),
               class = "intercoder_error_columns")
  wrong <- s$codings
  wrong$end[3] <- 1e6L
  expect_error(view_codings(s$transcripts, wrong, open = FALSE),
               class = "intercoder_error_codings")
  expect_error(view_codings(s$transcripts, s$codings, plan = s$plan),
               "`units` must be", class = "intercoder_error_argument")
  expect_error(view_codings(s$transcripts["C01"],
                            s$codings[s$codings$transcript == "C01", ],
                            units = units(s$transcripts), plan = s$plan),
               "unknown transcript", class = "intercoder_error_argument")
  expect_error(view_codings(s$transcripts, s$codings, "book"),
               class = "intercoder_error_argument")
  expect_error(view_codings(s$transcripts, s$codings, title = NA),
               class = "intercoder_error_argument")
  expect_error(view_codings(s$transcripts, s$codings, open = "yes"),
               class = "intercoder_error_argument")
  expect_error(view_codings(s$transcripts, s$codings, open = FALSE,
                            file = file.path(tempdir(), "no", "page.html")),
               class = "intercoder_error_file")
})

test_that("the viewer of the editor opens the page", {
  opened <- NULL
  withr::local_options(viewer = function(url, ...) opened <<- url)
  s <- simulated_study
  page <- view_codings(s$transcripts, s$codings, open = TRUE)
  expect_equal(opened, page)
  # its pane shows files of the session's folder only
  expect_true(startsWith(page, file.path(tempdir(), "codings-")))
})

test_that("keys, filters and links move through the codings", {
  dom <- browse(viewed(), "
said(status());
key('j'); said(at(), status());
key('j'); key('j'); said(at());
key('k'); said(at());
key('d'); said(at(), status());
key('d'); said(at(), $('heading').textContent);
key('d'); said(at(), status().startsWith('Round the end'));
key('D'); said(at());
key(']'); said($('heading').textContent); key('['); said($('heading').textContent);
$('clear').click();
set('code', option('code', 'Time saved')); said(status());
set('code', option('code', 'All of People')); said(status());
set('code', ''); set('participant', option('participant', 'P2'));
said($('heading').textContent, status(), $('pick').options.length);
$('clear').click(); set('dissent', 'any'); said(status());
$('clear').click(); set('dissent', option('dissent', 'Not applied by Ben'));
said(status());
$('clear').click(); set('dissent', option('dissent', 'Applied by Ben alone'));
said(status(), document.querySelectorAll('.turn').length, $('turns').textContent);
$('clear').click();
const ben = [...$('coders').querySelectorAll('input')][1];
ben.checked = false; ben.dispatchEvent(new Event('change', { bubbles: true }));
said(status());
$('clear').click(); key('/'); said(at());
set('query', 'TIME', 'input'); said(status());
key('j', $('query')); key('Enter', $('query')); key('Enter', $('query'));
said(document.querySelector('mark.at').textContent, document.querySelectorAll('mark').length);
key('Enter', $('query')); said(document.querySelector('mark.at').textContent);
set('query', 'caf\u00e9', 'input'); said(status());
key('Escape', $('query')); said(status(), document.querySelectorAll('mark').length);
key('j'); $('keys').checked = false; const was = at(); key('j'); said(at() === was);
const link = document.querySelector('#dissent-list a'); link.click();
addEventListener('hashchange', () => setTimeout(() => {
  said(at(), $('heading').textContent);
  if (at() === 'coding-4') return;
  key(']'); link.click(); said(at());
  location.hash = '#coding-5';
}));
")
  expect_equal(page_said(dom), c(
    "6 of 6 codings shown, 2 disagreements.",
    "coding-0 | Coding 1 of 6. Ben: Trust. 6 of 6 codings shown, 2 disagreements.",
    "coding-2", "coding-1",
    "dissent-0 | Disagreement 1 of 2. Time saved, applied by Ann; not applied by Ben. 6 of 6 codings shown, 2 disagreements.",
    "dissent-1 | B, P2", "dissent-0 | true", "dissent-1",
    "B, P2", "A, P1",
    "3 of 6 codings shown, 1 disagreement.",
    "3 of 6 codings shown, 1 disagreement.",
    "B, P2 | 1 of 6 codings shown, 1 disagreement. | 1",
    "2 of 6 codings shown, 2 disagreements.",
    "2 of 6 codings shown, 2 disagreements.",
    "0 of 6 codings shown, 0 disagreements. | 0 | 1 turn left out",
    "4 of 6 codings shown, 2 disagreements.",
    "query", "6 of 6 codings shown, 2 disagreements. 3 hits.",
    "time | 2", "Time", "6 of 6 codings shown, 2 disagreements. 1 hit.",
    "6 of 6 codings shown, 2 disagreements. | 0",
    "true", "dissent-0 | A, P1", "dissent-0", "coding-4 | B, P2"
  ))
})

test_that("a step leaves the turns as they would be drawn from the start", {
  x <- transcripts(data.frame(
    transcript = rep(c("A", "B"), c(6, 3)), speaker = "P",
    participant = rep(c("a", "b"), c(6, 3)), text = rep(c("No time at all.", "I trust it.", "Time will tell."), 3)
  ))
  u <- units(x)
  # codings over several turns, and units of two turns
  u <- data.frame(unit = paste0("u", 1:4), transcript = rep(c("A", "B"), c(3, 1)),
                  start = u$start[c(1, 3, 5, 7)], end = u$end[c(2, 4, 6, 9)])
  done <- codings(data.frame(
    transcript = rep(c("A", "B"), c(5, 1)), start = u$start[c(1, 1, 1, 2, 3, 4)],
    end = u$end[c(1, 3, 2, 2, 3, 4)], code = c("a", "b", "a", "b", "b", "a"),
    coder = c("Ann", "Ben", "Ben", "Ann", "Ann", "Ben")
  ), x)
  plan <- coding_plan(Ann = c("A", "B"), Ben = c("A", "B"))
  dom <- browse(view_codings(x, done, units = u, plan = plan, open = FALSE), "
const drawn = () => $('turns').innerHTML.replace(/ aria-describedby=\"tip\"/g, '');
const check = (what) => {
  const was = drawn();
  const marked = document.querySelectorAll('.chosen, mark.at').length;
  $('code').dispatchEvent(new Event('change', { bubbles: true }));
  said(what, marked > 0, was === drawn());
};
const steps = ['j', 'd', 'k', 'D', 'D', 'j', 'd', 'j'];
for (const only of ['', 'any']) {
  set('dissent', only);
  for (const k of steps) { key(k); check(k); }
  set('query', 'time', 'input');
  for (let i = 0; i < 4; i++) { key('Enter', $('query')); check('Enter'); }
  key('d'); check('d');
  set('query', '', 'input');
}
location.hash = '#transcript=A&start=5&end=40';
addEventListener('hashchange', () => setTimeout(() => {
  check('place');
  set('participant', option('participant', 'b'));
  said($('heading').textContent, document.querySelectorAll('.chosen').length);
  key('j'); check('j');
}));
")
  steps <- c(strsplit("jdkDDjdj", "")[[1]], rep("Enter", 4), "d")
  expect_equal(page_said(dom),
               c(paste(c(steps, steps, "place"), "| true | true"), "B, b | 0",
                 "j | true | true"))
})

test_that("what is underlined is what was coded, for each coder a line", {
  dom <- browse(viewed(), "
for (const s of document.querySelectorAll('.coded')) {
  said(s.textContent, s.style.backgroundImage.split('gradient').length - 1);
}
$('coding-0').click();
said([...document.querySelectorAll('.chosen')].map((s) => s.textContent).join(''));
said($('chosen').textContent);
said($('turns').textContent.includes('P1: It saves'));
")
  expect_equal(page_said(dom), c(
    "It saves time \U0001F600 and I trust it. | 3", "Time again. | 2",
    "It saves time \U0001F600 and I trust it.",
    paste0("TrustBenMemo: sure?It saves time \U0001F600 and I trust it.",
           "A, characters 30 to 60. Link: #transcript=A&start=30&end=60"),
    "true"
  ))
})

test_that("what was agreed on stands beside, and does not count", {
  s <- simulated_study
  u <- units(s$transcripts)
  settled <- resolve(s$codings, u, s$adjudication, coders = c("A", "B"))
  first <- disagreements(as_ratings(s$codings, u, s$plan))[1, ]
  at <- which(settled$log$unit == first$unit & settled$log$code == first$code)
  expect_length(at, 1)
  page <- view_codings(s$transcripts, s$codings, s$codebook, u, s$plan,
                       consensus = settled, show = "disagreements",
                       open = FALSE)
  dom <- browse(page, "
said([...$('coders').querySelectorAll('bdi')].map((b) => b.textContent).join(' '));
said(document.querySelectorAll('#turns .gap').length > 0);
said($('dissent').value);
location.hash = '#disagreement-1';
addEventListener('hashchange', () => setTimeout(() => {
  said($('chosen').textContent.includes('Decided: '));
  said($('seen').textContent);
}));
")
  said <- page_said(dom)
  expect_equal(said[1:4], c("A B C consensus", "true", "any", "true"))
  blind <- !"C" %in% s$plan$coder[s$plan$transcript == first$transcript]
  expect_equal(grepl("C has not seen it", said[5], fixed = TRUE), blind)
  skip_if_not_installed("jsonlite")
  data <- page_data(page)
  expect_equal(data$disagreements$decision[1],
               c("not applied", "applied")[settled$log$decision[at] + 1])
  plain <- page_data(view_codings(s$transcripts, s$codings, s$codebook, u,
                                  s$plan, open = FALSE))
  expect_equal(data$agreement, plain$agreement)
  expect_error(view_codings(s$transcripts, s$codings, open = FALSE,
                            consensus = s$codings),
               "`consensus` must be", class = "intercoder_error_argument")
  expect_error(view_codings(s$transcripts, s$codings, show = "disagreements",
                            open = FALSE),
               "`units` must be", class = "intercoder_error_argument")
})

test_that("agreement in a transcript is that of its units", {
  skip_if_not_installed("jsonlite")
  s <- simulated_study
  u <- units(s$transcripts)
  here <- page_data(view_codings(s$transcripts, s$codings, s$codebook, u,
                                 s$plan, open = FALSE))$here
  own <- which(here$transcript == 1)
  name <- s$transcripts$documents$transcript[2]
  x <- as_ratings(s$codings[s$codings$transcript == name, ],
                  u[u$transcript == name, ],
                  s$plan[s$plan$transcript == name, ], codes = s$codebook$code)
  a <- agreement(x, ci = "none")
  a <- a[match(s$codebook$code[here$code[own] + 1], a$code), ]
  expect_equal(as.numeric(here$units[own]), a$units)
  ok <- a$status == "ok"
  expect_gt(sum(ok), 5)
  expect_equal(here$estimate[own][ok], sprintf("%.2f", a$estimate[ok]))
})

test_that("participants are filtered by group, codings stand where they are in any script", {
  words <- c("\u05e9\u05dc\u05d5\u05dd \u05d0\u05de\u05d5\u05df \u05d6\u05de\u05df",
             "\u4fe1\u4efb\u533b\u751f\U0001F468\u200D\u2695\uFE0F\u65f6\u95f4",
             "cafe\u0301 tru\u0301st")
  x <- transcripts(
    data.frame(transcript = c("H", "C", "E"), speaker = "P",
               participant = c("h", "c", "e"), text = words),
    participants = data.frame(participant = c("h", "c", "e"),
                              side = c("left", "right", "right")))
  wanted <- c("\u05d0\u05de\u05d5\u05df",
              "\u751f\U0001F468\u200D\u2695\uFE0F\u65f6", "tru\u0301st")
  start <- mapply(regexpr, wanted, x$documents$text, fixed = TRUE)
  done <- codings(data.frame(
    transcript = c("H", "C", "E"), start = start,
    end = start + nchar(wanted) - 1, code = "k", coder = "Ann"), x)
  dom <- browse(view_codings(x, done, open = FALSE), "
const marked = () => said([...document.querySelectorAll('.coded')]
  .map((s) => s.textContent).join(''));
marked(); key(']'); marked(); key(']'); marked();
set('participant', option('participant', 'side: right'));
said($('pick').options.length, status());
")
  expect_equal(page_said(dom)[1:3], wanted)
  expect_equal(page_said(dom)[4], "2 | 2 of 3 codings shown.")
})

test_that("links name units and places, and what is not there is said", {
  dom <- browse(viewed(), "
const links = ['#transcript=A&unit=2', '#transcript=A&unit=A:0003',
  '#transcript=B&unit=1', '#transcript=A&start=46&end=46',
  '#transcript=B&unit=9', '#transcript=C&unit=1', '#transcript=A&start=3&end=900',
  '#coding-99'];
const chosen = () => [...document.querySelectorAll('.chosen')]
  .map((s) => s.textContent).join('');
const next = () => {
  const link = links.shift();
  if (!link) return;
  addEventListener('hashchange', () => setTimeout(() => {
    said($('heading').textContent, at(), chosen(), status());
    next();
  }), { once: true });
  location.hash = link;
};
key('j'); key('j');
said($('chosen').querySelector('a').hash);
key('d'); said($('chosen').querySelector('a').hash);
next();
")
  shown <- "6 of 6 codings shown, 2 disagreements."
  at <- function(...) paste(..., sep = " | ")
  lost <- paste("The place of the link is not here. The place of the link.",
                shown)
  expect_equal(page_said(dom), c(
    "#transcript=A&start=30&end=60", "#transcript=A&unit=2",
    # the unit of the disagreement that is chosen already
    at("A, P1", "dissent-0", "It saves time \U0001F600 and I trust it.",
       paste("Time saved, applied by Ann; not applied by Ben.", shown)),
    at("A, P1", "transcript", "Time again.", paste("A:0003.", shown)),
    at("B, P2", "transcript", "No time, no trust.", paste("B:0001.", shown)),
    at("A, P1", "transcript", "a", paste("The place of the link.", shown)),
    rep(at("A, P1", "transcript", "a", lost), 4)
  ))
})

test_that("every place is that of substring(), in any script", {
  said <- c(
    "plain words here", "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd abc",
    "\u0645\u0631\u062d\u0628\u0627 12 \u0628\u0643", "\u6f22\u5b57\u304b\u306a\ud55c\uae00",
    "\U0001F600\U0001F468\u200d\U0001F469\u200d\U0001F467 x \U0001F1E9\U0001F1EA",
    "e\u0301a\u0308\u0323 o\u0302", "\U00020000\U0001F600z", "a\u200bb\u2028c"
  )
  x <- transcripts(data.frame(transcript = rep(c("L", "R"), c(5, 3)),
                              speaker = "P", text = said))
  turns <- x$turns
  spans <- do.call(rbind, lapply(seq_len(nrow(turns)), function(i) {
    n <- turns$end[i] - turns$start[i] + 1
    pairs <- expand.grid(from = seq_len(n), to = seq_len(n))
    pairs <- pairs[pairs$from <= pairs$to, ]
    data.frame(transcript = turns$transcript[i],
               start = turns$start[i] + pairs$from - 1L,
               end = turns$start[i] + pairs$to - 1L)
  }))
  spans <- codings(transform(spans, code = "c", coder = "Ann"), x)
  text <- x$documents$text[match(spans$transcript, x$documents$transcript)]
  dom <- browse(view_codings(x, spans, open = FALSE), sprintf("
const all = [];
for (let i = 0; i < %d; i++) {
  key('j');
  all[at().split('-')[1]] = [...document.querySelectorAll('.chosen')]
    .map((s) => s.textContent).join('');
}
said(JSON.stringify(all));
", nrow(spans)))
  signs <- c("\u200b" = "U+200B", "\u2028" = "U+2028")
  wanted <- substring(text, spans$start, spans$end)
  for (sign in names(signs)) wanted <- gsub(sign, signs[[sign]], wanted)
  expect_gt(length(wanted), 400)
  expect_equal(jsonlite::fromJSON(page_said(dom)), wanted)
})

test_that("what is coded is told on hover, on focus and to those who listen", {
  dom <- browse(viewed(), "
const tip = () => [$('tip').hidden, $('tip').textContent];
const over = (e) => e.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
said(tip());
over(document.querySelector('.coded')); said(tip());
over($('heading')); said(tip()[0]);
$('coding-1').focus(); said(tip(), $('coding-1').getAttribute('aria-describedby'));
key('Escape'); said(tip()[0], $('coding-1').hasAttribute('aria-describedby'));
over(document.querySelector('#agreement th button')); said(tip());
for (const s of document.querySelectorAll('.coded')) {
  said(s.dataset.begins, s.dataset.ends);
}
said(getComputedStyle(document.querySelector('.coded'), '::before').content);
said($('seen').textContent);
key('?'); said($('help').open); key('j'); said(at());
$('close-help').click(); said($('help').open);
")
  result <- page_said(dom)
  expect_equal(result, c(
    "true,",
    "false,TrustBenMemo: sure?AnnTime savedAny timeAnn",
    "true", "false,Time savedAny timeAnn | tip", "true | false",
    "false,Time savedAny time",
    "Ben: Trust, Ann: Time saved, Ann: Trust | Ben: Trust, Ann: Time saved, Ann: Trust",
    "Ann: Time saved, Ben: Time saved | Ann: Time saved, Ben: Time saved",
    "\"[Ben: Trust, Ann: Time saved, Ann: Trust: \"",
    "Ann: 3 codingsBen: 2 codings", "true", "close-help", "false"
  ))
})

test_that("what is told on focus covers neither what is chosen nor its name", {
  s <- simulated_study
  some <- s$transcripts[c("C01", "D01")]
  done <- s$codings[s$codings$transcript %in% c("C01", "D01"), ]
  dom <- browse(view_codings(some, done, s$codebook, open = FALSE), "
const box = (e) => e.getBoundingClientRect();
const meet = (a, b) => a.left < b.right && b.left < a.right &&
  a.top < b.bottom && b.top < a.bottom;
let [told, covered, seen] = [0, 0, 0];
for (let i = 0; i < 60; i++) {
  key('j');
  document.activeElement.dispatchEvent(new FocusEvent('focusin', { bubbles: true }));
  const [tip, tag] = [box($('tip')), box(document.activeElement)];
  told += $('tip').hidden ? 0 : 1;
  seen += tag.top >= 0 && tag.bottom <= innerHeight ? 1 : 0;
  covered += [tag, ...[...document.querySelectorAll('.chosen')].map(box)]
    .some((b) => meet(tip, b)) ? 1 : 0;
}
said(told, seen, covered);
")
  expect_equal(page_said(dom), "60 | 60 | 0")
})

hostile <- c(
  "<script>document.title='pwned'</script>",
  "</script><script>document.title='pwned'</script>",
  "<img src=x onerror=\"document.title='pwned'\">", "<svg/onload=alert(1)>",
  "\"'><b onmouseover=alert(1)>b</b>", "]]><!--", "&lt;i&gt;",
  "javascript:alert(1)", "{{script}}", "line\u2028sep\u2029end",
  "\u202eevil\u202c", "\u2066isolated\u2069", "__proto__", "constructor",
  "\\u003c/script\\u003e", "red;background:url(javascript:alert(1))",
  "expression(alert(1))", "}</style><b>css</b>", "${alert(1)}`${alert(2)}`",
  "{{constructor.constructor('alert(1)')()}}", "--><script>alert(1)</script>",
  "toString", "' onclick='alert(1)", strrep("long", 2500), "\u0001\u007f",
  "https://example.org/?q=<b>", "#transcript=A&unit=1"
)

test_that("hostile names and words are text, with and without the policy", {
  n <- length(hostile)
  # attributes by hostile names, each with three hostile levels
  people <- as.data.frame(lapply(seq_len(n), function(k) {
    hostile[(seq_len(n) %% 3 + k) %% n + 1]
  }))
  names(people) <- ifelse(nchar(hostile) > 500, "long", hostile)
  people <- cbind(data.frame(participant = hostile), people)
  x <- transcripts(data.frame(transcript = paste("T", hostile),
                              speaker = paste("S", hostile),
                              participant = hostile, text = hostile),
                   participants = people)
  u <- units(x)
  done <- data.frame(transcript = u$transcript, start = u$start, end = u$end,
                     code = hostile, coder = hostile, memo = hostile)
  more <- transform(done, coder = "Ann", code = rev(hostile))
  done <- codings(rbind(done, more), x)
  book <- codebook(data.frame(code = hostile, label = rev(hostile),
                              theme = paste("of", hostile),
                              definition = hostile))
  plan <- unique(done[c("coder", "transcript")])
  page <- view_codings(x, done, book, u, plan, title = hostile[2],
                       open = FALSE)
  elements <- function(dom) {
    length(xml2::xml_find_all(dom, "//script|//img|//svg|//b|//i"))
  }
  expect_equal(elements(xml2::read_html(page, encoding = "UTF-8")), 2)
  driver <- sprintf("
for (let i = 0; i < %d; i++) { key('j'); key('d'); }
const texts = [];
for (let i = 0; i < %d; i++) { texts.push($('turns').textContent); key('['); }
said(texts.length, document.title);
said(texts.every((t) => t.includes('S ')));
const groups = [...$('participant').querySelectorAll('optgroup')];
said(groups.length, groups.filter((g) => g.label.includes('onerror')).length);
const levels = [...$('participant').options].filter((o) => o.value.startsWith('attribute'));
said(levels.length, levels.every((o) => !/[\\u2028-\\u202e\\u2066-\\u2069]/.test(o.textContent)));
const shown = levels.map((o) => { set('participant', o.value); return $('pick').options.length; });
said(Math.min(...shown), Math.max(...shown));
$('clear').click();
said([...$('coders').querySelectorAll('bdi')].map((b) => b.textContent).join('\\n'));
", 2 * n + 2, n)
  shown <- hostile
  for (sign in c(0x2028, 0x2029, 0x202e, 0x202c, 0x2066, 0x2069, 1, 0x7f)) {
    shown <- gsub(intToUtf8(sign), sprintf("U+%04X", sign), shown, fixed = TRUE)
  }
  for (policy in c(TRUE, FALSE)) {
    dom <- browse(page, driver, policy)
    expect_equal(elements(dom), 3)
    result <- page_said(dom)
    expect_equal(result[1], paste(n, "|", hostile[2]))
    expect_equal(result[2:5], c(
      "true", paste(n + 1, "| 1"), paste(3 * n, "| true"), paste(n / 3, "|", n / 3)
    ))
    expect_setequal(result[-(1:5)], c(shown, "Ann"))
    text <- xml2::xml_text(xml2::xml_find_first(dom, "//div[@id='turns']"))
    expect_false(grepl("[\u2028\u2029\u202a-\u202e\u2066-\u2069]", text))
  }
})

test_that("controls have names and colours enough contrast", {
  css <- paste(readLines(system.file("viewer", "viewer.css",
                                     package = "intercoder")), collapse = "\n")
  colours <- regmatches(css, gregexpr("--[a-z0-9]+: #[0-9a-f]{3,6}", css))[[1]]
  split <- strsplit(colours, ": ")
  value <- vapply(split, `[`, "", 2)
  short <- nchar(value) == 4
  value[short] <- gsub("([0-9a-f])", "\\1\\1", value[short])
  name <- vapply(split, `[`, "", 1)
  luminance <- function(colour) {
    s <- grDevices::col2rgb(colour) / 255
    linear <- ifelse(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055)^2.4)
    sum(c(0.2126, 0.7152, 0.0722) * linear)
  }
  contrast <- function(a, b) {
    l <- sort(c(luminance(a), luminance(b)))
    (l[2] + 0.05) / (l[1] + 0.05)
  }
  first <- which(name == "--page")
  for (theme in seq_len(2)) {
    own <- seq(first[theme], length.out = 20)
    of <- stats::setNames(value[own], sub("--", "", name[own]))
    for (ground in c("page", "panel", "chosen", "hit")) {
      expect_gte(contrast(of[["ink"]], of[[ground]]), 4.5)
    }
    for (ground in c("page", "panel", "chosen")) {
      expect_gte(contrast(of[["soft"]], of[[ground]]), 4.5)
      expect_gte(contrast(of[["link"]], of[[ground]]), 4.5)
      expect_gte(contrast(of[["field"]], of[[ground]]), 3)
      expect_gte(contrast(of[["focus"]], of[[ground]]), 3)
    }
    for (ground in c("page", "panel", "chosen", "hit")) {
      expect_gte(contrast(of[["warn"]], of[[ground]]), 4.5)
    }
    for (line in paste0("c", 0:7)) {
      for (ground in c("page", "panel", "chosen")) {
        expect_gte(contrast(of[[line]], of[[ground]]), 3)
      }
    }
  }
  dom <- browse(viewed())
  named <- function(node) {
    id <- xml2::xml_attr(node, "id")
    label <- xml2::xml_find_first(node, "ancestor::label")
    nzchar(trimws(xml2::xml_text(if (is.na(label)) node else label)))
  }
  controls <- xml2::xml_find_all(dom, "//button|//select|//input|//a")
  expect_gt(length(controls), 20)
  expect_true(all(vapply(controls, named, NA)))
  ids <- xml2::xml_attr(xml2::xml_find_all(dom, "//*[@id]"), "id")
  expect_identical(anyDuplicated(ids), 0L)
  labels <- xml2::xml_text(xml2::xml_find_all(dom, "//@aria-labelledby"))
  expect_true(all(labels %in% ids))
})
