import ArgumentParser

/// The forms in which `petl compare` writes its table.
enum ComparisonFormat: String, CaseIterable, ExpressibleByArgument {
  case text, markdown, latex, csv, json
}
