/// A range in words; nil when it excludes nothing.
func rangeWords(_ range: ClosedRange<Int>?) -> String? {
  range.flatMap {
    rangeWords(
      from: $0.lowerBound == .min ? nil : "\($0.lowerBound)",
      to: $0.upperBound == .max ? nil : "\($0.upperBound)")
  }
}

/// A range in words; nil when it excludes nothing.
///
/// The largest finite number and the infinities are
/// no bounds.
func rangeWords(_ range: ClosedRange<Double>?) -> String? {
  let largest = Double.greatestFiniteMagnitude
  return range.flatMap {
    rangeWords(
      from: $0.lowerBound <= -largest ? nil : numberWords($0.lowerBound),
      to: $0.upperBound >= largest ? nil : numberWords($0.upperBound))
  }
}

/// A number as it would be written in a recipe.
func numberWords(_ number: Double) -> String {
  let text = "\(number)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

private func rangeWords(from lower: String?, to upper: String?) -> String? {
  switch (lower, upper) {
  case (let lower?, let upper?): "from \(lower) to \(upper)"
  case (let lower?, nil): "at least \(lower)"
  case (nil, let upper?): "at most \(upper)"
  case (nil, nil): nil
  }
}
