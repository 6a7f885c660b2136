import Checkpoints
import PETL

extension AdapterRecipe {
  /// Where an adapter is attached, and what of the network is trained beside it.
  struct Places {
    /// The kinds of sites.
    var sites: [AdaptationSite.Kind]
    /// What the names of sites match in the place of that; nil for kinds alone.
    var pattern: String?
    /// The layers; nil for all.
    var layers: [Int]?
    /// The towers of a retrieval network.
    var towers = Tower.allCases
    /// The biases of the network that are trained.
    var bias = TrainedBiases.none
    /// The modules of the network that are trained.
    var modulesToSave: [String] = []

    /// Declares the options.
    ///
    /// - Parameters:
    ///   - options: of the adapter's section.
    ///   - hasSites: whether there are sites to choose from.
    ///   - hasTowers: whether the network has a tower for images and one for texts.
    mutating func visit(_ options: OptionReader, hasSites: Bool = true, hasTowers: Bool) {
      if hasSites {
        options.sites("sites", &sites, &pattern)
        options.layers("layers", &layers)
      }
      visitWeights(options)
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

    /// Declares what of the network is trained; recipes without it say nothing of it when they are resolved.
    private mutating func visitWeights(_ options: OptionReader) {
      if options.isDescribing {
        var none: ConfigurationNode?
        options.node(
          "OPTION_pattern", &none, kind: "mapping",
          help:
            "other values of an option at single sites, as PEFT's rank_pattern: a regular expression for the "
            + "end of a site's name, and the value; the first that matches wins")
      }
      if !options.isWriting || bias != .none {
        options.choice(
          "bias", &bias,
          help:
            "the network's own biases that are trained too: none, lora_only (those of the adapted maps, "
            + "whatever the adapter) or all")
        if !options.contains("bias") { options.leaveOut("bias") }
      }
      options.strings(
        "modules_to_save", &modulesToSave,
        help:
          "the network's own modules that are trained whole, by timm's names or their ends: norm, blocks.11; "
          + "maps in them are not adapted")
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

  /// Declares the kinds of sites, or an expression for their names.
  fileprivate func sites(
    _ key: String, _ sites: inout [AdaptationSite.Kind], _ pattern: inout String?
  ) {
    let help =
      "the kinds of sites it is attached to, or one regular expression for the whole of their names: "
      + "'blocks\\.(3|4)\\.(query|value)'"
    var node = pattern.map { ConfigurationNode(text: $0) }
    let text = isWriting ? pattern : given(key)?.stringValue
    guard let text, AdaptationSite.Kind(rawValue: text) == nil else {
      return names(key, &sites, of: AdaptationSite.Kind.allCases, help: help)
    }
    self.node(key, &node, kind: "list of sites, or an expression", help: help)
    guard !isWriting else { return }
    do {
      _ = try NamePattern(text)
      pattern = text
    } catch let error as DiagnosticError {
      for diagnostic in error.diagnostics {
        report("'\(section).\(key)': \(diagnostic.message)", at: key, hints: diagnostic.hints)
      }
    } catch {
      report("\(error)", at: key)
    }
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
