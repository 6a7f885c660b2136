import PETL

/// Typed access to the members of `adapter_config.json`; `null` counts as absent.
struct PEFTFields {
  /// The most names or patterns under one key (our choice).
  static let maximumCount = 10_000

  let json: JSONValue
  let file: String
  /// What the expressions of the file may take in all.
  let budget = MatchBudget()

  init(json: JSONValue, file: String) { (self.json, self.file) = (json, file) }

  /// The value under `key`, or nil if absent.
  ///
  /// - Throws: `DiagnosticError` if it is there but not what `expected` says.
  func value<Value>(
    _ key: String, _ expected: String, _ read: (JSONValue) -> Value?
  ) throws -> Value? {
    guard let value = json[key], !value.isNull else { return nil }
    guard let result = read(value) else {
      throw DiagnosticError("\(file): `\(key)` is \(value.kind), expected \(expected)")
    }
    return result
  }

  /// The number under `key`, or nil if absent; PEFT has a default for an absent one only.
  ///
  /// - Throws: `DiagnosticError` if it is there but not what `expected` says, `null` too.
  func number<Value>(
    _ key: String, _ expected: String, _ read: (JSONValue) -> Value?
  ) throws -> Value? {
    if let value = json[key], value.isNull {
      throw DiagnosticError("\(file): `\(key)` is \(value.kind), expected \(expected)")
    }
    return try value(key, expected, read)
  }

  /// The strings under `key`: none if absent, one if it is a string.
  ///
  /// - Throws: `DiagnosticError` if it is neither a string nor a list of them.
  func strings(_ key: String) throws -> [String]? {
    let found = try value(key, "a string or a list of strings") { value in
      if let text = value.text { return [text] }
      let texts = value.elements?.compactMap(\.text)
      return texts?.count == value.elements?.count ? texts : nil
    }
    try bound(found?.count ?? 0, key)
    return found
  }

  private func bound(_ count: Int, _ key: String) throws {
    guard count <= Self.maximumCount else {
      throw DiagnosticError(
        "\(file): `\(key)` holds \(count) entries, at most \(Self.maximumCount) are read",
        hints: ["name modules by the ends of their paths, or by an expression"])
    }
  }

  /// The object under `key` with patterns as names, in the order of the file.
  ///
  /// - Throws: `DiagnosticError` if it is no object, or a value or pattern is wrong.
  func pattern<Value: Sendable>(
    _ key: String, _ expected: String, _ read: (JSONValue) -> Value?
  ) throws -> PEFTPatterns<Value> {
    let members = try value(key, "an object", \.members) ?? []
    try bound(members.count, key)
    var patterns = PEFTPatterns<Value>()
    for member in members {
      guard let result = read(member.value) else {
        throw DiagnosticError(
          "\(file): `\(key)` has \(member.value.kind) under `\(member.name)`, expected \(expected)")
      }
      try patterns.add(member.name, result, key: key, file: file, budget: budget)
    }
    return patterns
  }

  /// Which modules are adapted.
  ///
  /// - Throws: `DiagnosticError` if `target_modules` is missing or a value is wrong.
  func targets() throws -> PEFTTargets {
    guard let targets = try selection("target_modules") else {
      throw DiagnosticError(
        "\(file): `target_modules` is missing", hints: ["name the adapted modules in a list"])
    }
    let layers = try value("layers_to_transform", "a whole number or a list of them") {
      value -> [Int]? in
      if let whole = value.whole { return [whole] }
      let wholes = value.elements?.compactMap(\.whole)
      return wholes?.count == value.elements?.count ? wholes : nil
    }
    let names = try strings("layers_pattern") ?? []
    if case .names = targets {
    } else if layers?.isEmpty == false {
      throw DiagnosticError(
        "\(file): `layers_to_transform` needs `target_modules` to be a list of names")
    }
    let patterns = try names.map {
      try PEFTPattern(
        $0, in: "(?:^|.*?\\.){}\\.(?P<idx>\\d+)\\.", key: "layers_pattern", file: file,
        budget: budget)
    }
    let saved = try strings("modules_to_save") ?? []
    let special = try saved.filter { !WildNames.isPlain($0) }.map {
      try PEFTPattern(
        $0, in: "(^|.*\\.){}($|\\..*)", key: "modules_to_save", file: file, budget: budget)
    }
    // PEFT also writes those that it adds.
    let added = PEFTTaskHeads.names(of: json["task_type"]?.text)
    return PEFTTargets(
      targets: targets, excluded: try selection("exclude_modules"),
      saved: PathNames(saved + added.filter { !saved.contains($0) }), added: added,
      savedPatterns: special,
      layers: layers.flatMap { $0.isEmpty ? nil : Set($0) }, layerPatterns: patterns)
  }

  private func selection(_ key: String) throws -> PEFTTargets.Selection? {
    guard let found = json[key], !found.isNull else { return nil }
    if let text = found.text {
      // Only `target_modules` has this word; elsewhere it is an expression like any other.
      return key == "target_modules" && text.lowercased() == "all-linear"
        ? .allLinear
        : .pattern(try PEFTPattern(text, key: key, file: file, budget: budget))
    }
    let names = try strings(key) ?? []
    // An empty list excludes nothing.
    return key == "exclude_modules" && names.isEmpty ? nil : .names(PathNames(names))
  }
}

/// The heads that PEFT saves whole whatever the configuration says, by its `task_type`.
enum PEFTTaskHeads {
  static func names(of task: String?) -> [String] {
    switch task {
    case "SEQ_CLS", "TOKEN_CLS": ["classifier", "score"]
    case "QUESTION_ANS": ["qa_outputs"]
    default: []
    }
  }
}
