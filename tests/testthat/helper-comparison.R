# A study small enough to count by hand: four participants, nine turns.
tiny_study <- function() {
  x <- transcripts(data.frame(
    transcript = c("A", "B", "C", "D"),
    text = c("P: one two.\n\nP: three.\n\nP: four five six.",
             "P: seven.\n\nP: eight.", "P: nine ten.\n\nP: eleven.\n\nI: Hm.",
             "P: twelve.\n\nP: thirteen.")
  ), participants = data.frame(
    participant = c("A", "B", "C", "D"), role = c("c", "c", "d", "d"),
    nth = c(2, 1, 4, 3)
  ))
  u <- units(x)
  place <- function(unit) u[match(unit, u$unit), c("transcript", "start", "end")]
  found <- cbind(
    place(c("A:0001", "A:0001", "A:0002", "B:0001", "C:0001", "A:0003")),
    code = c("time", "trust", "time", "trust", "cost", "cost"), coder = "Ada"
  )
  book <- codebook(data.frame(
    code = c("time", "cost", "trust", "never"),
    theme = c("Efficiency", "Efficiency", NA, "Other")
  ))
  list(transcripts = x, units = u, codings = codings(found, x),
       codebook = book)
}
