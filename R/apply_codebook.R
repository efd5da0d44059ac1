#' Rules: how a codebook finds its codes by itself
#'
#' A rule says which words, phrases or expressions make a code apply, and when
#' they do not. In the plainest case it is one or more terms joined by `OR`:
#' `pain* OR "chest pain" OR /dizz(y|iness)/`.
#'
#' @section Terms:
#' * `pain`: the whole word, in upper or lower case.
#' * `pain*`: every word that begins so. Inside a word or at its end `*` stands
#'   for any letters, or none, and `?` for exactly one: `organi?ation` finds
#'   "organisation" and "organization", `behav*r` "behaviour" and "behavior". A
#'   letter has its diacritics with it: `caf?` finds "café", `cafe*` does not.
#'   A word cannot begin with them.
#' * `=AIDS`, `="Black Death"`: after an equals sign case counts, so that `=US*`
#'   finds "USA" but neither "us" nor "use". Otherwise it does not.
#' * `~naive`, `~"creme brulee"`: after a tilde diacritics do not count, in the
#'   text and in the term: `~resume` finds "résumé", `~caf*` "cafés", and
#'   `~café` "cafe" too. What is left out are nonspacing marks (Mn), once
#'   characters are decomposed canonically. Letters that have no decomposition
#'   stay: neither does `~ore` find "øre", nor is a sharp s "ss" or a stroked l
#'   an l. Scripts that write vowels with such marks, as Devanagari and Thai do,
#'   lose them. `=~Eric` (or `~=Eric`): case counts, diacritics do not.
#' * `"chest pain"`: a phrase. Its words may be parted by any run of white
#'   space, line ends included, or by one hyphen. Other signs between its words
#'   must be there as written (`"yes, please"`). Its words may hold `*` and
#'   `?`. Within quotes `\"`, `\\`, `\*` and `\?` stand for the plain sign;
#'   typographic quotes serve too.
#' * `follow-up`, `A&E`, `3.5`: signs may stand inside a term without quotes. A
#'   hyphen is like a space in a phrase: `follow-up` finds "follow up" as well.
#' * `/dizz(y|iness)/`: a regular expression of PCRE2, without regard to case;
#'   with `c` behind the last slash, as in `/WHO|UN/c`, case counts. It
#'   matches wherever it matches, inside words too: write `\b` for the edge of
#'   a word. `^` and `$` are the ends of a turn. Only `\/` is special to rules,
#'   a slash. Empty matches do not count, `\C` is refused. It sees the text as
#'   it is written: `/café/` finds no accent that is decomposed there
#'   (`\X` is a whole character, `\p{M}` a mark).
#' * `@time`: what the rule of the code `time` says, or the list of that name
#'   (see `lists` in [codebook()]), as if it stood here in parentheses. A name
#'   that holds spaces, parentheses or quotes is quoted: `@"doctor patient"`,
#'   with `\"` and `\\` for the plain signs. What is referred to may refer to
#'   others, but never in a circle. Inside a word or quotes `@` is a plain sign:
#'   `ada@uni.org`.
#'
#' @section Operators:
#' A rule is looked for in one turn at a time, and so are all its parts. What a
#' rule finds in a turn is a set of hits, and the operators join such sets. They
#' are in capitals; `or` is a word, and `"AND"` in quotes is one too.
#'
#' * `cost OR price`: the hits of either.
#' * `pain AND fear`: the hits of both, if both are somewhere in the turn.
#' * `pain NOT joke*` (or `AND NOT`): the hits of "pain" in turns where nobody
#'   jokes.
#' * `fear* NEAR/5 future`: at most five words from each other, in either order;
#'   the next word is one word off. One hit, from the beginning of the first
#'   to the end of the second. Every hit on the left takes the nearest on the
#'   right (of two as near, the earlier); hits that overlap are not near each
#'   other. `fear* BEFORE/5 future` wants the left side first, `fear* AFTER/5
#'   future` the right side. The end of a sentence does not matter.
#' * `guinea EXCEPT "equatorial guinea"`: the hits of "guinea" that are no part
#'   of "equatorial guinea", nor overlap it otherwise. "guinea" elsewhere in
#'   the turn stays.
#' * `good UNLESS BEFORE/3 (not OR never)`: for negation. A "good" goes if one
#'   of the words on the right ends among the three words before it. `UNLESS
#'   AFTER/3` looks at the three words after it, `UNLESS NEAR/3` at both.
#' * `pain AND fear WITHIN SENTENCE`: the same within one sentence (as in
#'   [units()]), as if every sentence were a turn of its own; a hit that reaches
#'   from one sentence into the next does not count. It holds for all that
#'   stands to its left up to an `OR`. `WITHIN TURN` is what holds anyway; in
#'   parentheses inside a `WITHIN SENTENCE` it looks at the whole turn again.
#'
#' `EXCEPT` and `UNLESS` bind most tightly, then `NEAR`, `BEFORE` and `AFTER`,
#' then `AND` and `NOT` with their `WITHIN`, then `OR`; operators of one kind
#' join from left to right. Parentheses group otherwise: `(fear OR worr*) NEAR/3
#' (job OR work)`. The words to be counted are a whole number from 1 to 9999. A
#' hit of a regular expression counts as the words it touches; a sign between
#' words, such as a question mark, is one word off from each of them.
#'
#' As a grammar:
#'
#' ```
#' rule    = choice
#' choice  = both { "OR" both }
#' both    = pair { ("AND" | ["AND"] "NOT") pair }
#'           [ "WITHIN" ("SENTENCE" | "TURN") ]
#' pair    = guarded { ("NEAR" | "BEFORE" | "AFTER") "/" n guarded }
#' guarded = primary { "EXCEPT" primary
#'                   | "UNLESS" ("BEFORE" | "AFTER" | "NEAR") "/" n primary }
#' primary = [marks] word | [marks] '"' phrase '"' | '/' regex '/' [ "i" | "c" ]
#'         | "@" name | "@" '"' name '"' | "(" choice ")"
#' marks   = "=" | "~" | "=~" | "~="
#' ```
#'
#' `IN` and `XOR` are reserved: to match such a word, put it in quotes.
#'
#' @section Words:
#' A word is a run of letters, digits, combining marks and underscores, by the
#' properties of Unicode (Alphabetic, Nd, M, Pc). A mark is part of what it
#' stands on: no word ends between a letter and its marks (up to 32), and a mark
#' on a sign is no word. An apostrophe (straight or typographic: they are the
#' same) inside a word belongs to it: "don't" and "doctor's" are one word each,
#' and `doctor` does not find "doctor's" (`doctor*` does). A hyphen parts words:
#' `AI` finds "AI-based". Soft hyphens and zero-width joiners inside words are
#' as if they were not there.
#'
#' In scripts written without spaces each letter is a word by itself, with its
#' marks: Chinese characters, kana and bopomofo, Thai, Lao, Khmer, Myanmar and
#' their kin (Script_Extensions Han, Hiragana, Katakana, Bopomofo, or Line_Break
#' SA; digits are numbers all the same). A term of such letters is found
#' wherever they follow one another, inside longer words too, and may have
#' others beside them, as "AI" before two Chinese characters. White space in a
#' phrase must be there, and a term without it is not found across white space.
#' There `NEAR/5` counts letters, and so does whatever counts words:
#' [speakers()], [code_counts()], [concordance()] and shares of talk. `*` after
#' such a letter may only end a word, where it changes nothing; `*` and `?`
#' elsewhere beside one are refused. Korean is written with spaces, Tibetan with
#' signs between syllables: there words are words.
#'
#' Words and the signs of phrases are compared by canonical equivalence: an
#' accent in one character with its letter is the same as one that follows it as
#' a combining mark (files from macOS and some word processors have such), marks
#' may come in any order that Unicode holds equal, and Hangul syllables are the
#' same as the jamo that make them up. So are characters that Unicode decomposes
#' into others, as the Kelvin sign into K; ligatures and full-width forms are
#' not. The text itself is never changed, and a hit covers all characters of its
#' words. Upper and lower case are made equal by simple case folding, one
#' character for one: a sharp s is not "ss". The data are those of Unicode 14.
#'
#' @section Overlaps:
#' Within one code hits never overlap, so nothing is counted twice: of hits that
#' do, when all operators have had their say, the one that begins first is kept,
#' and of those that begin together the longest. Hits of different codes may
#' overlap. No hit crosses from one turn into another. [apply_codebook()] can be
#' told otherwise by `nested`: with `"codebook"` all hits of a turn contend and
#' the longest counts, so that "quick fix" is not "quick" as well; with `"all"`
#' none is dropped. A code's `speaker`, `section` and `minimum` (see
#' [codebook()]) hold before that: a hit that does not count takes no other's
#' place. For the minimum hits are counted as with `"code"`.
#'
#' @section Limits:
#' A rule has at most 65,536 bytes, all it refers to included, a word 200 bytes
#' (its accents decomposed), a phrase 64 words, nested parentheses 64 levels; a
#' reference is one. A regular expression has at most 8,192 bytes.
#'
#' A regular expression may take 40 steps for each byte of text, and 2,048
#' besides, counted for stretches of a transcript of about 32,768 characters
#' (whole turns), so that long turns and short ones have the same: 10,000 words
#' of a transcript take at most 50 ms whatever the expression. A step is an item
#' of it that is tried somewhere, or a byte run over. Where PCRE2 comes without
#' its just-in-time compiler there may be 10,000 levels of backtracking and 20
#' MB besides. A code whose rule needs more has no codings in that transcript,
#' even where other parts of its rule match; a warning of class
#' `intercoder_warning_rule` names it, [coding_problems()] lists it, and all
#' other codes stand.
#'
#' @name codebook-rules
#' @seealso [codebook()], [apply_codebook()], [explain()], which tries a rule.
#' @examples
#' text <- "Not bad. I fear for my job; the future, well, that was never good."
#' rules <- c("fear* NEAR/6 future", "good UNLESS BEFORE/3 never", "=Not")
#' explain(rules, text)
NULL

#' Apply a codebook's rules to transcripts
#'
#' Finds every place where a rule of the codebook matches, in one pass over the
#' text whatever the number of rules, and returns the matched words as codings.
#'
#' @param x [transcripts()], or a [project()] whose transcripts are read.
#' @param codebook A [codebook()]. Codes without a rule are left out.
#' @param coder The name under which the codings stand, one string.
#' @param roles Whose turns are searched: `"participant"`, `"interviewer"` or
#'   both. Codes with a `speaker` in the codebook are looked for in that
#'   speaker's turns instead.
#' @param nested What becomes of hits that overlap: `"code"` keeps apart the
#'   hits of one code, those of different codes may overlap; `"codebook"` keeps
#'   apart all hits: the longest (in characters) counts, of those as long the
#'   one that begins first, then the one whose code is higher in the codebook;
#'   `"all"` keeps every hit, each span once for a code. See
#'   [rules][codebook-rules].
#' @param threads Threads to use, a whole number, by default
#'   `options("intercoder.threads")` or at most 2. The result does not depend
#'   on it.
#' @param progress Whether to show a progress bar.
#' @return [codings()] with one row per hit, sorted by transcript, start and
#'   end: `start` and `end` are the characters (code points, from 1, inclusive)
#'   of the matched words, `text` the words. See [rules][codebook-rules] for
#'   what matches and how overlaps are settled. The attribute `problems` is what
#'   [coding_problems()] reads, where there is any.
#' @section Errors:
#' `intercoder_warning_codebook` where a `speaker` or `section` of the codebook
#' is none of these transcripts.
#'
#' None for rules that a codebook accepts. A regular expression that reaches a
#' limit draws a warning, `intercoder_warning_rule`, that names code, row and
#' place, with them in its field `problems`; see [coding_problems()].
#' @examples
#' talk <- data.frame(
#'   transcript = "A", speaker = c("Interviewer", "Ada"),
#'   text = c("What changed?", "It saves minutes, and patients trust me.")
#' )
#' book <- codebook(data.frame(code = c("time", "trust"),
#'                             rule = c("minute* OR hour*", "trust*")))
#' apply_codebook(transcripts(talk), book)
#' @export
apply_codebook <- function(x, codebook, coder = "codebook",
                           roles = "participant",
                           nested = c("code", "codebook", "all"),
                           threads = NULL, progress = interactive()) {
  if (inherits(x, "project")) {
    x <- project_read(x, "transcripts")
  }
  check_class(x, "transcripts", "transcripts()")
  check_class(codebook, "codebook", "codebook()")
  check_string(coder)
  if (!nzchar(coder)) {
    arg_error("coder", "a name", describe_value(coder), caller_env(0))
  }
  check_flag(progress)
  check_roles(roles)
  nested <- check_choice(nested, NESTED)
  threads <- thread_count(threads)
  call <- rlang::current_env()
  rows <- which(!is.na(codebook$rule))
  rules <- enc2utf8(resolved_rules(codebook, call)[rows])
  documents <- x$documents
  documents$text <- as_utf8(documents$text)
  codes <- as.data.frame(codebook)[rows, ]
  scope <- rule_scope(x, codes, roles, nested)
  passages <- scope$passages
  bar <- progress_bar("Applying the codebook", nrow(documents), progress)
  on.exit(bar$end())
  found <- core_value(
    .Call(C_codebook_apply, rules, documents$text, passages$count,
          passages$start, passages$end, wrapped_where_asked(x, rules),
          scope$asked, threads, bar$step),
    describe = function(failure) {
      describe_scan(failure, codebook, rows, call)
    }
  )
  with_problems(
    as_codings(found, codes, documents, coder),
    missed_codes(found$misses, codebook, rows, documents, passages)
  )
}

check_roles <- function(roles, call = caller_env()) {
  known <- c("participant", "interviewer")
  if (!is.character(roles) || !length(roles) || !all(roles %in% known)) {
    arg_error("roles", "\"participant\", \"interviewer\" or both",
              describe_value(roles), call)
  }
}

# Which transcripts have wrapped lines, if a rule needs to know: only sentences
# depend on it.
wrapped_where_asked <- function(x, rules) {
  if (any(grepl("SENTENCE", rules, fixed = TRUE))) {
    lines_are_wrapped(x)
  } else {
    logical(nrow(x$documents))
  }
}

describe_scan <- function(failure, codebook, rows, call) {
  row <- rows[failure$item]
  if (is.na(row)) {
    return(failure$message)
  }
  check_rules(codebook, attr(codebook, "lists"), attr(codebook, "file"), call)
  sprintf("rule of code \"%s\" (row %d): %s.", codebook$code[row], row,
          failure$message)
}

as_codings <- function(found, codes, documents, coder) {
  weight <- codes[["weight"]]
  n <- length(found$rule)
  columns <- list(
    transcript = chosen_strings(documents$transcript, found$text),
    start = found$start,
    end = found$end,
    code = chosen_strings(codes$code, found$rule),
    coder = repeated(coder, n),
    text = sliced_strings(documents$text, found$text, found$byte, found$start,
                          found$end),
    round = repeated(NA_integer_, n),
    weight = if (is.null(weight)) repeated(NA_real_, n) else
      weight[found$rule],
    memo = repeated(NA_character_, n)
  )
  new_result(columns, row.names = .set_row_names(n),
             class = "codings", columns = coding_columns)
}
