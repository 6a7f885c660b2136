import PETL

/// The options of `LayerDecay`.
public struct LayerDecayOptions: PluginOptions {
  /// The rate of a layer by that of the next.
  public var decay = 0.75

  /// The defaults.
  public init() {}

  /// Declares the decay.
  public mutating func visit(_ options: OptionReader) {
    options.number(
      "decay", &decay, in: 0.01...1, help: "the learning rate of a layer by that of the next")
  }
}

/// Layer-wise learning rates: the farther a layer is from the head, the less it learns.
///
/// Layer i (from 0) of L learns at decay^(L − i) times the rate, and the head at all of it, as timm's
/// `param_groups_layer_decay` and BEiT (Bao et al., arXiv 2106.08254) have it. The default of 0.75 is timm's. L counts to
/// the last layer in which something is trained (our choice, for adapters need not be in all). What several layers share
/// has the whole rate.
public final class LayerDecay: TrainingRule {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "layer-decay", summary: "Smaller learning rates for layers farther from the head",
    source: "as timm's param_groups_layer_decay; Bao et al., BEiT, arXiv 2106.08254")

  private let options: LayerDecayOptions

  /// Makes the rule.
  public init(options: LayerDecayOptions) { self.options = options }

  /// What is trained in each layer, at its rate.
  public func groups(of parameters: [RuleParameter], _ adapters: AdapterSet) -> [ParameterGroup] {
    let layers = Dictionary(
      grouping: parameters.compactMap { entry in
        Self.layer(of: entry).map { (layer: $0, parameter: entry.parameter) }
      }, by: \.layer)
    let depth = (layers.keys.max() ?? 0) + 1
    return layers.sorted { $0.key < $1.key }.map { layer, entries in
      ParameterGroup(
        entries.map(\.parameter),
        rate: (layer..<depth).reduce(1) { rate, _ in rate * options.decay })
    }
  }

  /// The layer of an adapter's site, or of one of the network's own weights, such as blocks.3.norm1.weight.
  private static func layer(of entry: RuleParameter) -> Int? {
    if let site = entry.site { return site.layer }
    let parts = entry.name.split(separator: ".")
    guard let place = parts.firstIndex(of: "blocks"), place + 1 < parts.count else { return nil }
    return Int(parts[place + 1])
  }
}
