import PETL

/// The values that a configuration gives single maps: by `rank_pattern` and its like, and by lists of modules.
struct PEFTMapSettings {
  /// The keys with other values for some maps.
  private var patterns: [(key: PEFTKey, values: PEFTPatterns<PEFTValue>)] = []
  /// The keys that name modules, and which ones.
  private var modules: [(key: PEFTKey, selection: Selection)] = []

  /// A value of a key that names modules.
  private enum Selection {
    case names([String])
    case pattern(PEFTPattern)
  }

  /// Reads the keys of a form that are of single maps.
  ///
  /// - Throws: `DiagnosticError` that names the key, if a value or a pattern is wrong.
  init(_ form: PEFTForm, _ fields: PEFTFields) throws {
    for key in form.keys {
      if let name = key.pattern { patterns.append((key, try Self.patterns(name, key, fields))) }
      guard key.namesModules else { continue }
      if let text = fields.json[key.name]?.text {
        let pattern = try PEFTPattern(
          text, key: key.name, file: fields.file, budget: fields.budget)
        modules.append((key, .pattern(pattern)))
      } else {
        modules.append((key, .names(try fields.strings(key.name) ?? [])))
      }
    }
  }

  private static func patterns(
    _ name: String, _ key: PEFTKey, _ fields: PEFTFields
  ) throws -> PEFTPatterns<PEFTValue> {
    let isWhole = if case .whole = key.value { true } else { false }
    let found: PEFTPatterns<PEFTValue> =
      isWhole
      ? try fields.pattern(name, "a whole number") { $0.whole.map { .whole($0) } }
      : try fields.pattern(name, "a number") { $0.double.map { .number($0) } }
    for value in found.values {
      if let fault = key.fault(value) {
        throw DiagnosticError("\(fields.file): `\(name)`: \(fault)")
      }
    }
    return found
  }

  /// The values of the map at `path` that are not those of the folder; whether it is among the modules of
  /// each list.
  ///
  /// PEFT takes a name of such a list for every path that ends in it.
  ///
  /// - Throws: `DiagnosticError` that names an expression that takes too long.
  func settings(of path: String) throws -> [String: PEFTValue] {
    var found: [String: PEFTValue] = [:]
    for (key, values) in patterns {
      if let value = try values.value(of: path) { found[key.name] = value }
    }
    for (key, selection) in modules {
      switch selection {
      case .names(let names): found[key.name] = .flag(names.contains { path.hasSuffix($0) })
      case .pattern(let pattern): found[key.name] = .flag(try pattern.matches(path))
      }
    }
    return found
  }

  /// A warning for the keys of each pattern whose value none of these modules has.
  ///
  /// - Throws: `DiagnosticError` that names a pattern that takes too long.
  func idlePatterns(_ paths: [String], file: String) throws -> [Diagnostic] {
    try patterns.compactMap { key, values in
      PEFTIdlePatterns.warning(key.pattern ?? "", try values.idleKeys(paths), file: file)
    }
  }
}

/// What is said of patterns without effect.
enum PEFTIdlePatterns {
  /// A warning that names the patterns; nil without any.
  static func warning(_ key: String, _ names: [String], file: String) -> Diagnostic? {
    guard !names.isEmpty else { return nil }
    let more = names.count > 5 ? " and \(names.count - 5) more" : ""
    return Diagnostic(
      "\(file): `\(key)` has no effect under "
        + names.prefix(5).map { "`\($0)`" }.joined(separator: ", ") + more
        + ": no adapted module takes its value from there", severity: .warning)
  }
}
