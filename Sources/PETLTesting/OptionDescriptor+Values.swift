import PETL

extension OptionDescriptor {
  /// The smallest and the largest number that is allowed, where there are bounds.
  var bounds: (lower: Double?, upper: Double?) {
    let words = (range ?? "").split(separator: " ").map(String.init)
    switch words.first {
    case "from": return (Double(words[1]), words.last.flatMap(Double.init))
    case "at" where words.count == 3:
      let bound = Double(words[2])
      return words[1] == "least" ? (bound, nil) : (nil, bound)
    default: return (nil, nil)
    }
  }

  /// Values other than the default that the description allows; none where it does not say enough.
  var otherValues: [ConfigurationNode] {
    let plain = { ConfigurationNode(plain: $0) }
    let own: [ConfigurationNode] =
      switch kind {
      case "integer": otherIntegers.map { plain("\($0)") }
      case "number": otherNumbers.map { ConfigurationNode(number: $0) }
      case "boolean": [plain(defaultValue == "true" ? "false" : "true")]
      case "string":
        ["other", "5", "null", "a: 'b' # c\n\"", ""].filter { $0 != defaultValue }
          .map { ConfigurationNode(text: $0) }
      case "number or schedule":
        [
          Schedule.constant(1 / 3), .linear(from: 0.1, to: 1e-9, startEpoch: 0.5, endEpoch: 9),
          .cosine(from: 2, to: 1e12), .fromEpoch(0.7, epoch: 3),
        ].map(\.written)
      case "list of integers":
        [ConfigurationNode(elements: otherIntegers.prefix(2).map { plain("\($0)") })]
      case "any": [plain("1")]
      case _ where kind.hasPrefix("list of"): otherLists
      case _ where kind.hasPrefix("one of"):
        (choices ?? []).filter { $0 != defaultValue }.map { ConfigurationNode(name: $0) }
      default: []
      }
    // A default of an option that may be nothing; of others it is a mistake.
    let mayBeNothing = ["integer", "number", "string"].contains(kind) || kind.hasPrefix("one of")
    return mayBeNothing && defaultValue != "none" ? own + [plain("null")] : own
  }

  /// Lists of names, of which some are allowed or all.
  private var otherLists: [ConfigurationNode] {
    guard kind != "list of sections" else { return [] }
    guard let choices else {
      return kind == "list of strings"
        ? [ConfigurationNode(elements: ["other", "5"].map { .init(text: $0) })] : []
    }
    return choices.filter { "[\($0)]" != defaultValue }.prefix(3)
      .map { ConfigurationNode(elements: [.init(text: $0)]) }
  }

  private var otherIntegers: [Int] {
    let (lower, upper) = (bounds.lower, bounds.upper)
    let standard = Int(defaultValue)
    let near = standard ?? lower.flatMap { Int(exactly: $0) } ?? 3
    let ends = [lower, upper].compactMap { $0.flatMap { Int(exactly: $0) } }
    return distinct([near + 1, near - 1, near] + ends) { $0 != standard && contains(Double($0)) }
  }

  private var otherNumbers: [Double] {
    let (lower, upper) = (bounds.lower, bounds.upper)
    let standard = Double(defaultValue)
    let near = standard ?? lower ?? 1
    let middle = (lower ?? near - 1) / 2 + (upper ?? near + 1) / 2
    return distinct([near / 3 + 0.1, near + 1 / 3, middle] + [lower, upper].compactMap(\.self)) {
      $0 != standard && contains($0)
    }
  }

  private func contains(_ number: Double) -> Bool {
    number >= bounds.lower ?? -.infinity && number <= bounds.upper ?? .infinity
  }

  private func distinct<Value: Hashable>(
    _ values: [Value], _ isWanted: (Value) -> Bool
  ) -> [Value] {
    var seen: Set<Value> = []
    return values.filter { isWanted($0) && seen.insert($0).inserted }
  }
}
