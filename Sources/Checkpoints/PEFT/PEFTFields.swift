import PETL

/// Typed access to the members of `adapter_config.json`; `null` counts as absent.
struct PEFTFields {
  let json: JSONValue
  let file: String

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

  /// The strings under `key`: none if absent, one if it is a string.
  ///
  /// - Throws: `DiagnosticError` if it is neither a string nor a list of them.
  func strings(_ key: String) throws -> [String]? {
    try value(key, "a string or a list of strings") { value in
      if let text = value.text { return [text] }
      let texts = value.elements?.compactMap(\.text)
      return texts?.count == value.elements?.count ? texts : nil
    }
  }

  /// The object under `key` with patterns as names, in the order of the file.
  ///
  /// - Throws: `DiagnosticError` if it is no object, or a value or pattern is wrong.
  func pattern<Value>(
    _ key: String, _ expected: String, _ read: (JSONValue) -> Value?
  ) throws -> [(key: PEFTPatternKey, value: Value)] {
    let members = try value(key, "an object", \.members) ?? []
    return try members.map { member in
      guard let result = read(member.value) else {
        throw DiagnosticError(
          "\(file): `\(key)` has \(member.value.kind) under `\(member.name)`, expected \(expected)")
      }
      return (try PEFTPatternKey(member.name, key: key, file: file), result)
    }
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
      try PEFTPattern("(?:^|.*?\\.)\($0)\\.(?<index>\\d+)\\.", key: "layers_pattern", file: file)
    }
    return PEFTTargets(
      targets: targets, excluded: try selection("exclude_modules"),
      saved: try strings("modules_to_save") ?? [],
      layers: layers.flatMap { $0.isEmpty ? nil : Set($0) }, layerPatterns: patterns)
  }

  private func selection(_ key: String) throws -> PEFTTargets.Selection? {
    guard let found = json[key], !found.isNull else { return nil }
    if let text = found.text {
      return text.lowercased() == "all-linear"
        ? .allLinear : .pattern(try PEFTPattern(text, key: key, file: file))
    }
    return .names(try strings(key) ?? [])
  }
}
