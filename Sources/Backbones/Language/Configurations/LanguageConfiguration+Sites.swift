public import PETL

extension LanguageConfiguration {
  /// Every place that an adapter can be attached to, layer by layer: those of a Vision Transformer without
  /// the patch embedding and the prompts, the gate of a gated MLP, and a last norm where there is one.
  public var sites: [AdaptationSite] {
    (0..<depth).flatMap { layer in
      AdaptationSite.Kind.allCases.compactMap { kind in
        guard let (input, output) = widths(of: kind, layer: layer) else { return nil }
        let isShared = kind == .key || kind == .value
        return AdaptationSite(
          kind: kind, layer: layer, inputWidth: input, outputWidth: output,
          heads: isShared ? keyValueHeads : heads)
      }
    }
  }

  /// The lengths of a site's input and output rows; nil where the network has no such site.
  private func widths(of kind: AdaptationSite.Kind, layer: Int) -> (input: Int, output: Int)? {
    switch kind {
    case .query: (width, heads * headWidth)
    case .key, .value: (width, keyValueHeads * headWidth)
    case .output: (heads * headWidth, width)
    case .fc1: (width, mlpWidth)
    case .fc2: (mlpWidth, width)
    case .gate: isGated ? (width, mlpWidth) : nil
    case .attention, .mlp, .norm1, .norm2: (width, width)
    case .norm: normOrder != .after && layer == depth - 1 ? (width, width) : nil
    case .embedding, .tokens: nil
    }
  }
}
