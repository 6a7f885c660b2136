/// Names whose dots stand for any character, as in an expression, looked up without going through all of them.
struct WildNames: Sendable {
  /// Where the dots are in the names of a length, each set of places once.
  private var dots: [Int: Set<[Int]>] = [:]
  /// The place of each name in the list.
  private var places: [[UInt8]: Int] = [:]

  /// Whether a name has no character that an expression takes for anything but itself, dots aside.
  static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= PythonPattern.maximumLength
      && name.utf8.allSatisfy {
        let scalar = Unicode.Scalar($0)
        return scalar.isWordPart(isASCII: true) || scalar == "-" || scalar == "."
      }
  }

  /// Adds the name at a place of the list.
  mutating func add(_ name: String, at place: Int) {
    let bytes = Array(name.utf8)
    dots[bytes.count, default: []].insert(
      bytes.indices.filter { bytes[$0] == UInt8(ascii: ".") })
    places[bytes] = min(place, places[bytes] ?? place)
  }

  /// The first place of a name that `text` matches.
  func place(of text: ArraySlice<UInt8>) -> Int? {
    (dots[text.count] ?? []).compactMap { dots -> Int? in
      var masked = Array(text)
      for dot in dots { masked[dot] = UInt8(ascii: ".") }
      return places[masked]
    }.min()
  }
}

/// The values of `rank_pattern` or `alpha_pattern`: the first key that matches wins.
struct PEFTPatterns<Value: Sendable>: Sendable {
  private var plain = WildNames()
  private var expressions: [(place: Int, pattern: PEFTPattern)] = []
  /// The values in the order of the file.
  private(set) var values: [Value] = []
  /// The keys in the order of the file.
  private var keys: [String] = []

  /// Adds a key and its value.
  ///
  /// - Throws: `DiagnosticError` if the key is not a regular expression.
  mutating func add(
    _ source: String, _ value: Value, key: String, file: String, budget: MatchBudget
  ) throws {
    if WildNames.isPlain(source) {
      plain.add(source, at: values.count)
    } else {
      let pattern = try PEFTPattern(
        source, in: PEFTPatternKey.template, key: key, file: file, budget: budget)
      expressions.append((values.count, pattern))
    }
    values.append(value)
    keys.append(source)
  }

  /// The keys from which no module at one of `paths` has its value.
  ///
  /// - Throws: `DiagnosticError` that names an expression that takes too long.
  func idleKeys(_ paths: [String]) throws -> [String] {
    guard !keys.isEmpty else { return [] }
    let taken = Set(try paths.compactMap(place))
    return keys.indices.filter { !taken.contains($0) }.map { keys[$0] }
  }

  /// The value of the module at `path`; nil where no key matches.
  ///
  /// - Throws: `DiagnosticError` that names an expression that takes too long.
  func value(of path: String) throws -> Value? {
    try place(of: path).map { values[$0] }
  }

  /// The place of the first key that the module at `path` matches.
  private func place(of path: String) throws -> Int? {
    let bytes = Array(path.utf8)
    let starts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: ".") }.map { $0 + 1 }
    var best = starts.compactMap { plain.place(of: bytes[$0...]) }.min() ?? values.count
    for (place, pattern) in expressions where place < best {
      if try pattern.matchesStart(of: path) { best = place }
    }
    return best < values.count ? best : nil
  }
}
