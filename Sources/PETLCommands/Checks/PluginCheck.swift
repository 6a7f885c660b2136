import PETL
import PETLTesting

/// What `petl check` finds of one plugin.
struct PluginCheck: Encodable {
  /// Something that is wrong.
  struct Finding: Encodable {
    /// The site of an adapter; nil of other plugins.
    let site: String?
    let check: String
    let detail: String
  }

  let file: String
  let name: String
  let kind: PluginRegistry.Kind
  let findings: [Finding]
  /// What it costs; nil where that was not measured.
  var cost: PluginCost?

  init(
    file: String, name: String, kind: PluginRegistry.Kind, findings: [String: [ConformanceFinding]]
  ) {
    (self.file, self.name, self.kind) = (file, name, kind)
    self.findings = findings.sorted { $0.key < $1.key }.flatMap { site, list in
      list.map { Finding(site: site.isEmpty ? nil : site, check: $0.check, detail: $0.detail) }
    }
  }

  /// All of it in words.
  var text: String {
    let title = "\(file): \(name) (\(kind.rawValue))"
    guard findings.isEmpty else {
      let count = findings.count == 1 ? "1 finding" : "\(findings.count) findings"
      let lines = findings.map { finding in
        "  \(finding.site.map { "at \($0): " } ?? "")\(finding.check): \(finding.detail)"
      }
      return (["\(title): \(count)"] + lines).joined(separator: "\n")
    }
    return (["\(title): keeps the laws"] + (cost.map(\.lines) ?? [])).joined(separator: "\n")
  }
}

extension PluginRegistry {
  /// What a plugin is.
  enum Kind: String, Encodable {
    case adapter
    case weightTuning = "weight tuning"
    case regularizer, optimizer
    case trainingRule = "training rule"
    case loss
  }

  /// A plugin as a registry holds it, without its type.
  struct Known {
    /// Its name in recipes.
    let name: String
    /// What it is.
    let kind: Kind
    /// Its options.
    let options: [OptionDescriptor]

    init(_ descriptor: PluginDescriptor, _ kind: Kind, _ options: [OptionDescriptor]) {
      (name, self.kind, self.options) = (descriptor.name, kind, options)
    }

    /// Whether it has the option that a text such as `power=4` gives.
    func knows(_ override: String) -> Bool {
      let key = override.prefix { $0 != "=" && $0 != "." }
      return options.contains { $0.name.prefix { $0 != "." } == key }
    }
  }

  /// The plugin of a type; nil of other types.
  static func plugin(of type: Any.Type) -> Known? {
    switch type {
    case let type as any Adapter.Type:
      Known(type.descriptor, .adapter, AdapterPlugin(type).options)
    case let type as any WeightTuning.Type:
      Known(type.descriptor, .weightTuning, AdapterPlugin(type).options)
    case let type as any Regularizer.Type:
      Known(type.descriptor, .regularizer, RegularizerPlugin(type).options)
    case let type as any Optimizer.Type:
      Known(type.descriptor, .optimizer, OptimizerPlugin(type).options)
    case let type as any TrainingRule.Type:
      Known(type.descriptor, .trainingRule, RulePlugin(type).options)
    case let type as any Loss.Type: Known(type.descriptor, .loss, LossPlugin(type).options)
    default: nil
    }
  }
}
