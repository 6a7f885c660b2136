import PETL

/// The options of some optimizers in one section: each with the rules that it belongs to.
///
/// A resolved recipe lists all of them, whatever its rule, and always did.
struct SharedOptions {
  /// An option and whose it is.
  private struct Option {
    let descriptor: OptionDescriptor
    var owners: [OptimizerPlugin]
  }

  private let rules: [OptimizerPlugin]
  private var options: [Option] = []

  /// Brings together the options of rules, in the order in which they first come up.
  init(of rules: [OptimizerPlugin]) {
    self.rules = rules
    for rule in rules {
      for descriptor in rule.options {
        if let index = options.firstIndex(where: { $0.descriptor.name == descriptor.name }) {
          options[index].owners.append(rule)
        } else {
          options.append(Option(descriptor: descriptor, owners: [rule]))
        }
      }
    }
  }

  /// The options as a section shows them: beginning with the rules' names, unless an option is of all;
  /// kind, range and default are the chosen rule's.
  func descriptors(with chosen: OptimizerPlugin) -> [OptionDescriptor] {
    options.map { option in
      let shared = option.descriptor
      let own = chosen.options.first { $0.name == shared.name } ?? shared
      let names = firstHand(option).map(\.descriptor.name).joined(separator: ", ")
      return OptionDescriptor(
        name: own.name, kind: own.kind, defaultValue: own.defaultValue,
        help: option.owners.count == rules.count ? shared.help : "\(names): \(shared.help)",
        choices: own.choices, range: own.range)
    }
  }

  /// The owners without those that have all options of another owner: they hand theirs on to that
  /// rule, which moves what they do not.
  private func firstHand(_ option: Option) -> [OptimizerPlugin] {
    option.owners.filter { owner in
      !option.owners.contains { other in
        owner.descriptor != other.descriptor
          && Set(owner.options.map(\.name)).isSuperset(of: other.options.map(\.name))
      }
    }
  }

  /// Reports the options that are of other rules than the chosen one, where they say something else
  /// than nothing.
  func reportOthers(than chosen: OptimizerPlugin, _ reader: OptionReader) {
    let own = Set(chosen.options.map(\.name))
    for option in options where !own.contains(option.descriptor.name) {
      let key = option.descriptor.name
      guard let alone = reader.alone(key) else { continue }
      _ = option.owners[0].read(alone)
      guard alone.changedKeys.contains(key) else { continue }
      let names = option.owners.map(\.descriptor.name).joined(separator: " or ")
      reader.report(
        "'\(key)' means nothing with type: \(chosen.descriptor.name)", at: key,
        hints: ["it belongs to type: \(names)"])
    }
  }

  /// All options as a recipe holds them: the values of those that are made, the defaults of the others.
  func written(with made: any PluginOptions) -> [(key: String, value: ConfigurationNode?)] {
    let own = made.written.entries
    let keys = options.map(\.descriptor.name)
    return options.map { option in
      let key = option.descriptor.name
      let value = own.first { $0.key == key }?.value
      return (key, value ?? ConfigurationNode(plain: option.descriptor.defaultValue))
    } + own.filter { !keys.contains($0.key) }.map { ($0.key, $0.value) }
  }

  /// What the rules are, by what they need, for the help of `type`.
  static func words(for rules: [OptimizerPlugin]) -> String {
    let plain = rules.filter { !$0.traits.contains(.movesFactors) }
    func names(_ rules: [OptimizerPlugin], _ separator: String) -> String? {
      rules.isEmpty ? nil : rules.map(\.descriptor.name).joined(separator: separator)
    }
    let groups = [
      names(plain.filter { !$0.traits.contains(.takesLossesOnly) }, ", "),
      names(rules.filter { $0.traits.contains(.movesFactors) }, " and ").map {
        "\($0), for the factors of linear adapters (the head by adamw)"
      },
      names(plain.filter { $0.traits.contains(.takesLossesOnly) }, " and ").map {
        "\($0), without a backward pass"
      },
    ]
    return "the rule: " + groups.compactMap(\.self).joined(separator: "; ")
  }
}
