import PETL

/// The options of `LoRAPlus`.
public struct LoRAPlusOptions: PluginOptions {
  /// The rate of B by that of everything else.
  public var ratio = 16.0

  /// The defaults.
  public init() {}

  /// Declares the ratio.
  public mutating func visit(_ options: OptionReader) {
    options.number(
      "ratio", &ratio, in: 1e-3...1e6, help: "the learning rate of B by that of everything else")
  }
}

/// LoRA+ (Hayou et al., arXiv 2402.12354): another learning rate for B, 16 times that of A.
///
/// With AdamW, these are two parameter groups of PyTorch's, of learning rates η and ratio · η and the same
/// weight decay. Applies to every adapter with the factors A and B as parameters of its own.
public final class LoRAPlus: TrainingRule {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "lora-plus", summary: "Another learning rate for B than for A",
    source: "Hayou et al., LoRA+, arXiv 2402.12354")

  /// It works on adapters.
  public let traits: RuleTraits = .needsAdapters
  private let options: LoRAPlusOptions

  /// Makes the rule.
  public init(options: LoRAPlusOptions) { self.options = options }

  /// That the adapter has no B.
  public func objection(to setting: RuleSetting) -> String? {
    setting.adapters.entries.contains { Self.basis(of: $0.adapter) != nil }
      ? nil
      : "adapter '\(setting.adapterName ?? "")' has no factors A and B of its own"
  }

  /// Every B, at its rate.
  public func groups(of parameters: [RuleParameter], _ adapters: AdapterSet) -> [ParameterGroup] {
    [
      ParameterGroup(
        adapters.entries.compactMap { Self.basis(of: $0.adapter) }, rate: options.ratio)
    ]
  }

  private static func basis(of adapter: any Adapter) -> Parameter? {
    let factors =
      (adapter as? any SubspaceDecomposable)?.factorParameters
      ?? (adapter as? any RowScaling)?.factorParameters
    return factors?.basis
  }
}
