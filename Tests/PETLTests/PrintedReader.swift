import PETL

/// All that a reader has to complain of, as it is printed.
func printed(_ reader: OptionReader) -> String {
  reader.diagnostics.map(\.description).joined(separator: "\n")
}
