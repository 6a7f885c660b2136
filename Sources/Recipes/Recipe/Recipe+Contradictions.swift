import PETL

extension OptionReader {
  /// Reports what single options of a recipe cannot see.
  ///
  /// It asks for what the recipe says, not for what could be read of it, so that a mistake in one
  /// section does not make another look wrong.
  func reportContradictions(stages: [StageRecipe], hasControl: Bool) {
    let hasRegularizers = contains("regularizers")
    let regularizing = stages.filter(\.regularizes)
    if hasRegularizers, regularizing.isEmpty {
      report(
        "there are regularizers, but no stage applies them", at: "regularizers",
        hints: ["set regularize: true in a stage, or remove them"])
    }
    if !hasRegularizers, !regularizing.isEmpty, regularizing.count < stages.count {
      report(
        "stage '\(regularizing[0].name)' regularizes, but there are no regularizers",
        at: "stages", hints: ["add a list 'regularizers', or set regularize: false"])
    }
    if hasRegularizers, !contains("adapter") {
      report(
        "there are regularizers, but no adapter to regularize", at: "regularizers",
        hints: ["add a section 'adapter'"])
    }
    if hasControl, !hasRegularizers || regularizing.isEmpty {
      report(
        "a control needs a stage that regularizes", at: "control",
        hints: ["a control is the same training without the regularizers"])
    }
  }

  /// Declares a string that becomes the name of a file or folder: letters, digits, `.`, `_` and `-`, no
  /// `.` or `-` at the start, so that it means the same on every system and in every shell.
  func fileName(_ key: String, _ name: inout String, help: String) {
    let fallback = name
    string(key, &name, help: help)
    let isPlain = name.utf8.count <= 100 && name.unicodeScalars.allSatisfy(Self.isPlain)
    if isPlain, let first = name.first, first != ".", first != "-" { return }
    // What is written may be a mistake, which the reading then reports.
    if isWriting { return }
    let path = section.isEmpty ? key : "\(section).\(key)"
    report(
      "'\(path)' is to be the name of a file, which '\(name.prefix(40))' cannot be", at: key,
      hints: ["use up to 100 of A-Z a-z 0-9 . _ - and start with a letter or digit"])
    name = fallback
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
    default: false
    }
  }
}

extension ConfigurationNode {
  /// The mapping without an entry; with `ifNull` only where its value is written as `~` or `null`.
  func without(_ key: String, ifNull: Bool = false) -> ConfigurationNode {
    guard case .mapping(let entries) = value else { return self }
    let kept = entries.filter { entry in
      guard entry.key == key else { return true }
      guard ifNull else { return false }
      if case .scalar(let text, _) = entry.value.value, !text.isEmpty { return !entry.value.isNull }
      return true
    }
    return ConfigurationNode(.mapping(kept), span: span)
  }
}
