import PETL

extension AdapterRecipe {
  /// Where an adapter is attached.
  struct Places {
    /// The kinds of sites.
    var sites: [AdaptationSite.Kind]
    /// The layers; nil for all.
    var layers: [Int]?
    /// The towers of a retrieval network.
    var towers = Tower.allCases

    /// Declares the options.
    ///
    /// - Parameters:
    ///   - options: of the adapter's section.
    ///   - hasSites: whether there are sites to choose from.
    ///   - hasTowers: whether the network has a tower for images and one for texts.
    mutating func visit(_ options: OptionReader, hasSites: Bool = true, hasTowers: Bool) {
      if hasSites {
        options.names(
          "sites", &sites, of: AdaptationSite.Kind.allCases,
          help: "the kinds of sites it is attached to")
        options.layers("layers", &layers)
      }
      let isNamed = options.contains("towers")
      guard hasTowers || options.isDescribing || isNamed else { return }
      options.names(
        "towers", &towers, of: Tower.allCases,
        help: "retrieval: the towers it is attached to, with the same options")
      if !hasTowers, isNamed {
        options.report(
          "'adapter.towers' is for task: retrieval", at: "towers",
          hints: ["remove it, or set task: retrieval"])
      }
    }
  }
}

extension OptionReader {
  /// Declares a list of cases by their names.
  fileprivate func names<Case: RawRepresentable>(
    _ key: String, _ cases: inout [Case], of all: [Case], help: String
  ) where Case.RawValue == String {
    var names = cases.map(\.rawValue)
    strings(key, &names, allowed: all.map(\.rawValue), help: help)
    cases = names.compactMap(Case.init)
  }

  /// Declares `all`, or a list of layer numbers; nil for all.
  fileprivate func layers(_ key: String, _ layers: inout [Int]?) {
    var found = layers.map { ConfigurationNode(elements: $0.map { .init(plain: "\($0)") }) }
    node(
      key, &found, kind: "all, or list of integers", default: "all",
      help: "the layers it is attached to, counted from 0")
    guard let found, !isWriting else { return }
    if case .scalar(let text, _) = found.value, found.integerValue == nil, !found.isNull {
      if text != "all" {
        report(
          "'\(section).\(key)' must be all or a list of layers, found '\(text)'", at: key,
          hints: ["write all, or a list such as [0, 1]"])
      }
      return
    }
    var numbers: [Int] = []
    integers(key, &numbers, in: 0...10_000, help: "")
    layers = numbers
  }
}
