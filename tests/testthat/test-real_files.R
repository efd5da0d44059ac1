# What becomes of every real file that is a transcript, a table or a codebook:
# how many turns, rows or codes, or what its refusal says.
outcomes <- utils::read.table(header = TRUE, sep = ";", strip.white = TRUE,
                              stringsAsFactors = FALSE, text = "
file ; as ; count ; says
atlasti/20250914_code_list_frequencies.csv ; atlasti ; 465 ;
atlasti/20250914_codebook_full.csv ; atlasti ; 465 ;
atlasti/20250914_quotation_export.csv ; codings ; 1465 ;
atlasti/20250914_quotation_export.csv ; transcript ; NA ; no column holds the text
dedoose/coder_a.docx ; transcript ; 8 ;
dedoose/coder_b.docx ; transcript ; 8 ;
dedoose/coder_c.docx ; transcript ; 8 ;
dedoose/coder_a.docx ; codings ; 6 ;
dedoose/coder_b.docx ; codings ; 5 ;
dedoose/coder_c.docx ; codings ; 5 ;
docx/trans1.docx ; transcript ; 4 ;
docx/trans2.docx ; transcript ; 4 ;
docx/trans3.docx ; transcript ; 4 ;
pdpilot/P1.pdf ; transcript ; 94 ;
pdpilot/P2.pdf ; transcript ; 165 ;
pdpilot/P3.pdf ; transcript ; 121 ;
pdpilot/P4.pdf ; transcript ; 109 ;
pdpilot/P5.pdf ; transcript ; 134 ;
pdpilot/P6.pdf ; transcript ; 99 ;
pdpilot/P7.pdf ; transcript ; 104 ;
pdpilot/code-system.pdf ; codings ; NA ; no print of MAXQDA
qualcoder_examples/ID1.docx ; transcript ; 1 ;
qualcoder_examples/cases123.csv ; transcript ; NA ; no column holds the text
qualcoder_examples/transcript.txt ; transcript ; 7 ;
rock/doc-to-test.docx ; transcript ; 1 ;
rock/exampleCodebook_1.xlsx ; codings ; NA ; no column says the document
rock/exampleCodebook_1.xlsx ; codebook ; NA ; ending
rock/spreadsheet-import-test.csv ; transcript ; NA ; no column holds the text
rock/spreadsheet-import-test.csv ; codings ; NA ; no column says the
rock/spreadsheet-import-test.xlsx ; transcript ; NA ; no column holds the text
rock/spreadsheet-import-test.xlsx ; codings ; NA ; no column says the
transcripts/webvttpy_captions_with_bom.vtt ; transcript ; 4 ;
transcripts/webvttpy_comments.vtt ; transcript ; 3 ;
transcripts/webvttpy_cue_tags.vtt ; transcript ; 3 ;
transcripts/webvttpy_empty.vtt ; transcript ; NA ; holds no text
transcripts/webvttpy_invalid_format.sbv ; transcript ; NA ; line 1: no time
transcripts/webvttpy_invalid_format1.srt ; transcript ; NA ; line 1: no time
transcripts/webvttpy_invalid_format2.srt ; transcript ; NA ; line 1: no time
transcripts/webvttpy_invalid_format3.srt ; transcript ; NA ; line 1: no time
transcripts/webvttpy_invalid_format4.srt ; transcript ; NA ; no caption with text
transcripts/webvttpy_invalid_timeframe.sbv ; transcript ; NA ; line 7: the time
transcripts/webvttpy_invalid_timeframe.srt ; transcript ; 5 ;
transcripts/webvttpy_invalid_timeframe.vtt ; transcript ; NA ; line 6: the time
transcripts/webvttpy_invalid_timeframe_in_cue_text.vtt ; transcript ; NA ; line 7: a second time
transcripts/webvttpy_invalid.vtt ; transcript ; NA ; begins with WEBVTT
transcripts/webvttpy_metadata_headers.vtt ; transcript ; 2 ;
transcripts/webvttpy_metadata_headers_multiline.vtt ; transcript ; 2 ;
transcripts/webvttpy_missing_caption_text.sbv ; transcript ; NA ; line 12: the caption ends before
transcripts/webvttpy_missing_caption_text.srt ; transcript ; 4 ;
transcripts/webvttpy_missing_caption_text.vtt ; transcript ; 4 ;
transcripts/webvttpy_missing_timeframe.sbv ; transcript ; NA ; line 4: no time
transcripts/webvttpy_missing_timeframe.srt ; transcript ; NA ; line 5: no time
transcripts/webvttpy_missing_timeframe.vtt ; transcript ; NA ; line 6: no time
transcripts/webvttpy_no_captions.vtt ; transcript ; NA ; no caption with text
transcripts/webvttpy_one_caption.srt ; transcript ; 1 ;
transcripts/webvttpy_one_caption.vtt ; transcript ; 1 ;
transcripts/webvttpy_sample.sbv ; transcript ; NA ; line 14: the caption ends before
transcripts/webvttpy_sample.srt ; transcript ; 5 ;
transcripts/webvttpy_sample.vtt ; transcript ; 16 ;
transcripts/webvttpy_styles.vtt ; transcript ; 1 ;
transcripts/webvttpy_two_captions.sbv ; transcript ; 2 ;
transcripts/webvttpy_using_identifiers.vtt ; transcript ; 6 ;
transcripts/zoomGroupStats_meeting001_chat.txt ; transcript ; 10 ;
transcripts/zoomGroupStats_meeting002_chat.txt ; transcript ; 10 ;
transcripts/zoomGroupStats_meeting003_chat.txt ; transcript ; 10 ;
transcripts/zoomGroupStats_meeting001_participants.csv ; transcript ; NA ; line 2 did not have
transcripts/zoomGroupStats_meeting002_participants.csv ; transcript ; NA ; line 2 did not have
transcripts/zoomGroupStats_meeting003_participants.csv ; transcript ; NA ; line 2 did not have
transcripts/zoomGroupStats_meeting001_transcript.vtt ; transcript ; 32 ;
transcripts/zoomGroupStats_meeting002_transcript.vtt ; transcript ; 32 ;
transcripts/zoomGroupStats_meeting003_transcript.vtt ; transcript ; 32 ;
")

# Transcripts on which the codings of a file stand: a Word file is its own; the
# quotations come without their document, which is made of them.
talk_of <- function(path) {
  if (grepl("docx$", path)) {
    return(read_transcripts(path))
  }
  text <- "none"
  if (grepl("quotation", path)) {
    table <- utils::read.csv2(path, encoding = "UTF-8", check.names = FALSE)
    text <- paste(unwrap_quotes(table[["Text Content"]]), collapse = "\n")
  }
  transcripts(data.frame(transcript = "A", text = text))
}

read_as <- function(path, as) {
  switch(as,
    transcript = nrow(turns(suppressMessages(read_transcripts(path)))),
    atlasti = nrow(read_codebook(path, format = "atlasti")),
    codebook = nrow(read_codebook(path)),
    codings = {
      book <- if (grepl("quotation", path)) {
        read_codebook(sub("quotation_export", "codebook_full", path), "atlasti")
      }
      nrow(read_codings(path, talk_of(path), coder = "Ada", codebook = book))
    }
  )
}

test_that("every real file is read, or refused for what it is", {
  root <- real_data()
  for (i in seq_len(nrow(outcomes))) {
    if (grepl("pdf$", outcomes$file[i])) {
      if (!requireNamespace("pdftools", quietly = TRUE)) next
    }
    path <- file.path(root, outcomes$file[i])
    got <- tryCatch(read_as(path, outcomes$as[i]), intercoder_error = identity)
    if (is.na(outcomes$count[i])) {
      expect_s3_class(got, "intercoder_error")
      expect_match(conditionMessage(got), outcomes$says[i], fixed = TRUE,
                   label = outcomes$file[i])
    } else {
      expect_identical(got, outcomes$count[i], label = outcomes$file[i])
    }
  }
})

test_that("no transcript, table or codebook among the real files is passed over", {
  folders <- c("atlasti", "dedoose", "docx", "pdpilot", "qualcoder_examples",
               "rock", "transcripts")
  there <- list.files(file.path(real_data(), folders), full.names = TRUE)
  there <- there[grepl("\\.(csv|docx|xlsx|pdf|vtt|srt|sbv)$|chat.txt$", there)]
  there <- sub("^.*/([^/]+/[^/]+)$", "\\1", there)
  elsewhere <- "pdpilot/coded-segments.pdf"
  expect_identical(setdiff(there, c(outcomes$file, elsewhere)), character())
})
