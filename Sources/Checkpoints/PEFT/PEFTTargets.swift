import PETL

/// Which modules a configuration adapts, with PEFT's rules.
struct PEFTTargets: Sendable {
  /// A value of `target_modules` or `exclude_modules`.
  enum Selection: Sendable {
    /// Names; a path matches if it is one of them or ends in a dot and one of them.
    case names(PathNames)
    /// An expression for the whole path.
    case pattern(PEFTPattern)
    /// Every linear map.
    case allLinear
  }

  /// `target_modules`.
  let targets: Selection
  /// `exclude_modules`, which wins.
  let excluded: Selection?
  /// `modules_to_save` and what PEFT adds to it, which are never adapted.
  let saved: PathNames
  /// The names of `saved` that PEFT adds because of the `task_type`.
  var added: [String] = []
  /// Names of `saved` that are expressions, as PEFT keeps modules from being adapted.
  var savedPatterns: [PEFTPattern] = []
  /// `layers_to_transform`, if any.
  let layers: Set<Int>?
  /// How the index of a layer is found, if `layers_pattern` says so.
  let layerPatterns: [PEFTPattern]

  /// Whether PEFT adapts the module at `path`, if it is a linear map.
  ///
  /// - Throws: `DiagnosticError` that names an expression that takes too long.
  func adapts(_ path: String) throws -> Bool {
    if let excluded, try Self.selects(excluded, path) { return false }
    if try isSaved(path) { return false }
    guard try Self.selects(targets, path) else { return false }
    // A full path is taken at its word, whatever its layer.
    if case .names(let names) = targets, names.contains(path) { return true }
    guard let layers else { return true }
    return try layerIndex(of: path).map(layers.contains) ?? false
  }

  /// Whether every linear map is meant, not some by their names.
  var isAllLinear: Bool {
    if case .allLinear = targets { true } else { false }
  }

  /// The entry of `modules_to_save` that the module at `path` is, or lies in.
  func savedModule(of path: String) -> String? { saved.within(path) }

  /// Whether the module at `path` is saved whole, or lies in one that is: PEFT saves every module whose path ends
  /// in a name, with or without a dot before it, so that `classifier` means `pre_classifier` too.
  func saves(_ path: String) -> Bool {
    if savedModule(of: path) != nil { return true }
    let parts = path.split(separator: ".", omittingEmptySubsequences: false)
    return (1...max(1, parts.count)).contains { length in
      let owner = parts.prefix(length).joined(separator: ".")
      return saved.names.contains { owner.hasSuffix($0) }
    }
  }

  private func isSaved(_ path: String) throws -> Bool {
    if savedModule(of: path) != nil || saved.match(within: path) { return true }
    return try savedPatterns.contains { try $0.matchesStart(of: path) }
  }

  private static func selects(_ selection: Selection, _ path: String) throws -> Bool {
    switch selection {
    case .names(let names): names.end(path)
    case .pattern(let pattern): try pattern.matches(path)
    case .allLinear: true
    }
  }

  private func layerIndex(of path: String) throws -> Int? {
    guard layerPatterns.isEmpty else {
      for pattern in layerPatterns {
        if let index = try pattern.index(in: path) { return index }
      }
      return nil
    }
    // The first numbered part with two parts before it and one after it.
    return path.split(separator: ".", omittingEmptySubsequences: false).dropFirst(2).dropLast()
      .first { !$0.isEmpty && $0.allSatisfy(\.isWholeNumber) }.flatMap { Int($0) }
  }
}
