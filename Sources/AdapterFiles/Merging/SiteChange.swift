import Backbones
import PETL

/// What an adapter at a site does to the tensors of a network, so that nothing of it is left.
struct SiteChange {
  /// On which side of a weight W the change ΔW acts.
  enum Side {
    /// W + ΔW: the adapter has the map's own input.
    case beside
    /// (I + ΔW) W: the adapter has the map's output.
    case after
    /// W (I + ΔW): the adapter changes the map's input.
    case before
  }

  /// The tensors that are changed.
  let tensors: [SiteTensors]
  /// How.
  let side: Side
  /// ΔW.
  let delta: Tensor
  /// What the adapter adds beside ΔW x; nil for nothing.
  let bias: Tensor?

  /// Works out how an adapter can be merged.
  ///
  /// - Parameters:
  ///   - entry: the adapter at its site, bound to the network's weights.
  ///   - checkpoint: the weights.
  /// - Throws: `MergeRefusal` when it cannot be.
  init(_ entry: AdapterSet.Entry, in checkpoint: any NetworkTensors) throws {
    let (site, placement) = (entry.site, entry.placement)
    func refusal(_ reason: String) -> MergeRefusal { MergeRefusal(at: site, reason) }
    guard let delta = noGradient({ entry.adapter.mergedDelta() }) else {
      throw refusal(
        site.kind == .tokens
          ? "prompts are tokens of their own, not a change of weights"
          : "it is not linear, so no weight is equal to it")
    }
    self.delta = delta
    bias = entry.adapter.mergedBias()
    switch (site.kind, placement) {
    case (.attention, .input):
      tensors = Self.tensors([.query, .key, .value], site, checkpoint)
      side = .before
    case (.mlp, .input):
      tensors = Self.tensors([.gate, .fc1], site, checkpoint)
      side = .before
    case (.attention, .sequential), (.mlp, .sequential):
      let kind: AdaptationSite.Kind = site.kind == .attention ? .output : .fc2
      tensors = Self.tensors([kind], site, checkpoint)
      side = .after
      let isScaled = tensors.contains { own in
        let block = own.name.split(separator: ".").dropLast(2).joined(separator: ".")
        return ["ls1.gamma", "attn.norm.weight"].contains {
          checkpoint.shape(of: "\(block).\($0)") != nil
        }
      }
      if isScaled { throw refusal("the block's output is scaled before the adapter sees it") }
    case (.attention, .normalized), (.mlp, .normalized):
      throw refusal("it goes beside the whole block, where there is no weight to add to")
    case (.attention, _), (.mlp, _):
      throw refusal("it works on the residual stream, where there is no weight to add to")
    case (_, .parallel):
      tensors = Self.tensors([site.kind], site, checkpoint)
      side = .beside
    default:
      tensors = Self.tensors([site.kind], site, checkpoint)
      side = .after
    }
    if tensors.isEmpty { throw refusal("no weight of the file is what it changes") }
  }

  private static func tensors(
    _ kinds: [AdaptationSite.Kind], _ site: AdaptationSite, _ checkpoint: any NetworkTensors
  ) -> [SiteTensors] {
    kinds.compactMap { kind in
      checkpoint.tensors(
        at: AdaptationSite(
          kind: kind, layer: site.layer, inputWidth: site.inputWidth,
          outputWidth: site.outputWidth))
    }
  }
}

extension SiteChange {
  /// The change of a map's rows, or of a norm, in double precision.
  ///
  /// - Parameters:
  ///   - weight: [rows, in] of a map, [rows] of a norm.
  ///   - bias: [rows].
  ///   - sign: −1 takes a change beside the weight away again.
  /// - Returns: both, changed.
  /// - Throws: `MergeRefusal` when a norm would need more than a factor for each channel.
  func applied(
    weight: [Float], bias: [Float], sign: Float
  ) throws -> (weight: [Float], bias: [Float]) {
    let rows = bias.count
    let extra = self.bias?.values ?? [Float](repeating: 0, count: 0)
    let isNorm = weight.count == rows
    if isNorm { return try scaled(weight, bias, extra) }
    let own = DoubleMatrix(weight.map(Double.init), rows: rows, columns: weight.count / rows)
    let shift = DoubleMatrix(bias.map(Double.init), rows: rows, columns: 1)
    let change = DoubleMatrix(delta)
    let added = DoubleMatrix(extra.map(Double.init), rows: extra.count, columns: 1)
    switch side {
    case .beside:
      let sum = zip(weight, delta.values).map { $0 + sign * $1 }
      let sums = extra.isEmpty ? bias : zip(bias, extra).map { $0 + sign * $1 }
      return (sum, sums)
    case .after:
      let product = own + change * own
      let shifted = shift + change * shift
      return (Self.floats(product), Self.floats(extra.isEmpty ? shifted : shifted + added))
    case .before:
      return (
        Self.floats(own + own * change), Self.floats(extra.isEmpty ? shift : shift + own * added)
      )
    }
  }

  /// A norm's gain and shift after a change of each channel by itself.
  private func scaled(
    _ gain: [Float], _ shift: [Float], _ extra: [Float]
  ) throws -> (weight: [Float], bias: [Float]) {
    let (n, change) = (gain.count, delta.values)
    let isDiagonal = (0..<n * n).allSatisfy { $0 / n == $0 % n || change[$0] == 0 }
    guard isDiagonal, side == .after else {
      throw MergeRefusal(at: nil, "it mixes channels, a norm only scales them")
    }
    let factors = (0..<n).map { 1 + Double(change[$0 * n + $0]) }
    return (
      (0..<n).map { Float(factors[$0] * Double(gain[$0])) },
      (0..<n).map {
        Float(factors[$0] * Double(shift[$0]) + (extra.isEmpty ? 0 : Double(extra[$0])))
      }
    )
  }

  private static func floats(_ matrix: DoubleMatrix) -> [Float] {
    matrix.elements.map { Float($0) }
  }
}
