import PETL

extension ReSoRAOptions {
  /// An option that means nothing beside the others.
  struct Conflict {
    let key: String
    let message: String
    let hint: String
  }

  /// Which measures an option belongs to, for those that do not belong to all.
  private static let measuresOfOption: [(key: String, measures: [Measure])] = [
    ("exponent", [.linear, .cosine]), ("centered", [.linear]), ("axis", [.linear]),
    ("set", [.linear, .nonlinear]), ("signed", [.cosine]), ("over", [.cosine, .euclidean]),
    ("beta", [.euclidean]), ("sigma", [.nonlinear]), ("method", [.nonlinear]),
    ("sample", [.nonlinear]),
  ]

  /// Every option that would be ignored; `isGiven` says whether a key has a value of its own.
  func conflicts(isGiven: (String) -> Bool) -> [Conflict] {
    var found: [Conflict] = []
    for (key, measures) in Self.measuresOfOption where isGiven(key) {
      if !measures.contains(measure) {
        let names = measures.map(\.rawValue).joined(separator: " or ")
        found.append(
          Conflict(
            key: key, message: "'\(key)' means nothing with measure: \(measure.rawValue)",
            hint: "it belongs to measure: \(names)"))
      } else if let (reason, hint) = reasonToRefuse(key, isGiven) {
        found.append(Conflict(key: key, message: reason, hint: hint))
      }
    }
    if (group ?? 1) > 1, let reason = objectionToGroups {
      found.append(
        Conflict(
          key: "group", message: "'group' cannot be more than 1: \(reason)", hint: "remove it"))
    }
    if measure == .auto, space == .weights {
      found.append(
        Conflict(
          key: "space", message: "'space: weights' cannot go with measure: auto",
          hint: "name one of the four measures"))
    }
    if measure == .linear, axis == .tokens, space == .weights {
      found.append(
        Conflict(
          key: "space", message: "'space: weights' changes nothing with axis: tokens",
          hint: "axis: tokens compares the basis only, the same in both spaces"))
    }
    return found
  }

  /// Why subspaces of several dimensions cannot be compared by these options; nil when they can.
  var objectionToGroups: String? {
    switch measure {
    case .linear where axis == .channels && set == .tokens: nil
    case .cosine where over == .batch && !signed, .euclidean where over == .batch: nil
    case .linear: "linear compares groups with axis: channels and set: tokens only"
    case .cosine: "cosine compares groups with over: batch, unsigned, only"
    case .euclidean: "euclidean compares groups with over: batch only"
    case .nonlinear, .auto: "\(measure.rawValue) compares rank-one maps only (group: 1)"
    }
  }

  /// Why an option means nothing although it belongs to the measure.
  private func reasonToRefuse(
    _ key: String, _ isGiven: (String) -> Bool
  ) -> (message: String, hint: String)? {
    switch key {
    case "centered" where space == .weights:
      ("'centered' means nothing with space: weights", "weights are never centred")
    case "centered" where axis == .tokens:
      ("'centered' means nothing with axis: tokens", "the coefficients cancel there")
    case "set" where space == .weights:
      ("'set' means nothing with space: weights", "a weight has no tokens and no images")
    case "set" where measure == .linear && axis == .tokens:
      ("'set' means nothing with axis: tokens", "the coefficients cancel there")
    case "exponent" where measure == .cosine && signed:
      ("'exponent' means nothing with signed: true", "a signed cosine is not raised to a power")
    case "sample" where space == .weights:
      ("'sample' means nothing with space: weights", "a weight has no tokens")
    case "sample" where set != .tokens:
      ("'sample' means nothing with set: \(set.rawValue)", "it draws from all tokens")
    case "method" where set == .images && method == .fourier:
      (
        "'method: fourier' cannot be used with set: images",
        "its kernel is one of images and is computed exactly"
      )
    default: nil
    }
  }

  /// Throws when options made in code do not go together or are out of range.
  func validate() throws {
    var found = conflicts(isGiven: changedKeys.contains).map {
      Diagnostic($0.message, hints: [$0.hint])
    }
    if let group, group < 1 { found.append(Diagnostic("group \(group) is not positive")) }
    if !(1...2).contains(exponent) {
      found.append(Diagnostic("exponent \(exponent) is not 1 or 2"))
    }
    if !(beta > 0 && beta.isFinite) { found.append(Diagnostic("beta \(beta) is not positive")) }
    if let sigma, !(sigma > 0 && sigma.isFinite) {
      found.append(Diagnostic("sigma \(sigma) is not positive"))
    }
    if let sample, sample < 16 { found.append(Diagnostic("sample \(sample) is less than 16")) }
    if !found.isEmpty { throw DiagnosticError(found) }
  }
}
