import PETL

/// Which modules a configuration adapts, with PEFT's rules.
struct PEFTTargets {
  /// A value of `target_modules` or `exclude_modules`.
  enum Selection {
    /// Names; a path matches if it is one of them or ends in a dot and one of them.
    case names([String])
    /// An expression for the whole path.
    case pattern(PEFTPattern)
    /// Every linear map.
    case allLinear
  }

  /// `target_modules`.
  let targets: Selection
  /// `exclude_modules`, which wins.
  let excluded: Selection?
  /// `modules_to_save`, which are never adapted.
  let saved: [String]
  /// `layers_to_transform`, if any.
  let layers: Set<Int>?
  /// How the index of a layer is found, if `layers_pattern` says so.
  let layerPatterns: [PEFTPattern]

  /// Whether PEFT adapts the module at `path`, if it is a linear map.
  func adapts(_ path: String) -> Bool {
    if let excluded, Self.selects(excluded, path) { return false }
    if savedModule(of: path) != nil { return false }
    guard Self.selects(targets, path) else { return false }
    // A full path is taken at its word, whatever its layer.
    if case .names(let names) = targets, names.contains(path) { return true }
    guard let layers else { return true }
    return layerIndex(of: path).map(layers.contains) ?? false
  }

  /// The entry of `modules_to_save` that the module at `path` is, or lies in.
  func savedModule(of path: String) -> String? {
    saved.first { ".\(path).".contains(".\($0).") }
  }

  private static func selects(_ selection: Selection, _ path: String) -> Bool {
    switch selection {
    case .names(let names): names.contains { path == $0 || path.hasSuffix(".\($0)") }
    case .pattern(let pattern): pattern.matches(path)
    case .allLinear: true
    }
  }

  private func layerIndex(of path: String) -> Int? {
    guard layerPatterns.isEmpty else {
      return layerPatterns.lazy.compactMap { $0.index(in: path) }.first
    }
    // The first numbered part with two parts before it and one after it.
    return path.split(separator: ".", omittingEmptySubsequences: false).dropFirst(2).dropLast()
      .first { !$0.isEmpty && $0.allSatisfy(\.isWholeNumber) }.flatMap { Int($0) }
  }
}
