# bare-library.R FOLDER : FOLDER/lib with what the package imports, directly or
# through others, and no more; FOLDER/cran with a list of no packages.
folder <- commandArgs(TRUE)
installed <- utils::installed.packages()
fields <- c("Package", "Depends", "Imports", "LinkingTo")
own <- read.dcf("DESCRIPTION", c("Package", "Depends", "Imports", "LinkingTo"))
needed <- tools::package_dependencies(
  own[, "Package"], recursive = TRUE,
  db = rbind(installed[installed[, "Package"] != own[, "Package"], fields], own)
)[[1]]
base <- rownames(utils::installed.packages(priority = "high"))
needed <- setdiff(needed, base)
dir.create(file.path(folder, "lib"), recursive = TRUE)
linked <- file.symlink(find.package(needed), file.path(folder, "lib", needed))
stopifnot(linked)

cran <- file.path(folder, "cran", "web", "packages")
dir.create(cran, recursive = TRUE)
saveRDS(data.frame(Package = character(), Maintainer = character()),
        file.path(cran, "packages.rds"))

site <- file.path(R.home("etc"), "Renviron.site")
writeLines(if (file.exists(site)) {
  grep("R_LIBS", readLines(site), value = TRUE, invert = TRUE)
} else character(), file.path(folder, "environ"))
