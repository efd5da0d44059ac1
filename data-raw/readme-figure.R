# The picture of the README: Rscript data-raw/readme-figure.R, from the
# package's root, with intercoder installed. Makes man/figures/README-themes.png
# from the simulated study.

library(intercoder)
study <- simulated_study
m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
share <- compare_groups(m, "group", measure = "share")

png("man/figures/README-themes.png", 1400, 600, res = 200, pointsize = 10)
par(oma = c(0, 0, 1.5, 0))
plot(share)
mtext(paste("Simulated data: share of a participant's turns on each theme,",
            "and the difference between groups"),
      outer = TRUE, line = 0.4, cex = 0.9)
dev.off()
