extension LanguageConfiguration {
  /// What is wrong with the sizes, a sentence each.
  public var problems: [String] {
    let sizes = [
      vocabulary, context, width, depth, heads, keyValueHeads, headWidth, mlpWidth,
      learnedPositions ?? 1,
    ]
    if sizes.contains(where: { $0 < 1 }) { return ["every size of a language model is at least 1"] }
    let beyond = NetworkLimits.problems([
      ("the vocabulary", vocabulary, NetworkLimits.vocabulary),
      ("the context", context, NetworkLimits.context),
      ("the width", width, NetworkLimits.width), ("the depth", depth, NetworkLimits.depth),
      ("the number of heads", heads, NetworkLimits.width),
      ("the length of a head", headWidth, NetworkLimits.width),
      ("the width inside the MLP", mlpWidth, NetworkLimits.mlpWidth),
      ("the number of positions", learnedPositions ?? 1, NetworkLimits.context),
      ("the number of token types", tokenTypes, NetworkLimits.width),
    ])
    if !beyond.isEmpty { return beyond }
    var found: [String] = []
    if heads % keyValueHeads != 0 {
      found.append("\(keyValueHeads) heads of keys and values do not divide \(heads) of queries")
    }
    if rotary.contains(where: { $0 != nil }), headWidth % 2 != 0 {
      found.append("a head of \(headWidth) has no pairs that rotary positions could turn")
    }
    if !(epsilon > 0 && epsilon.isFinite) {
      found.append("the ε of the norms is a positive number, not \(epsilon)")
    }
    if windows.contains(where: { $0.map { $0 < 1 } ?? false }) {
      found.append("a sliding window has at least one token")
    }
    return found
  }
}
