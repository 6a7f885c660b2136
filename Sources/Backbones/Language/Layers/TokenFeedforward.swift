import PETL

/// The MLP branch of a language model between its norms, with a gate or without.
final class TokenFeedforward {
  private let layer: Int
  private let gate: LinearLayer?
  private let up: LinearLayer
  private let down: LinearLayer
  private let activation: Activation

  /// Takes the weights of a block's MLP.
  ///
  /// - Parameters:
  ///   - name: what its tensors begin with, `blocks.3.mlp`.
  ///   - layer: its number, which its sites have.
  ///   - configuration: of the network.
  ///   - weights: where they come from.
  init(
    _ name: String, layer: Int, _ configuration: LanguageConfiguration, _ weights: WeightProvider
  ) {
    self.layer = layer
    let (width, inner) = (configuration.width, configuration.mlpWidth)
    let hasBias = configuration.hasMLPBias
    switch configuration.feedforward {
    case .plain(let function): (gate, activation) = (nil, function)
    case .gated(let function):
      gate = LinearLayer("\(name).gate", weights, from: width, to: inner, hasBias: hasBias)
      activation = function
    }
    up = LinearLayer("\(name).fc1", weights, from: width, to: inner, hasBias: hasBias)
    down = LinearLayer("\(name).fc2", weights, from: inner, to: width, hasBias: hasBias)
  }

  /// The output of the branch, added to another tensor where one is given.
  ///
  /// - Parameters:
  ///   - h: [texts, tokens, width].
  ///   - stream: of the same shape.
  ///   - tokens: the pass.
  /// - Returns: of the same shape.
  func callAsFunction(_ h: Tensor, addedTo stream: Tensor?, _ tokens: TokenPass) -> Tensor {
    if let y = whole(h, addedTo: stream, tokens.adapters) { return y }
    let hidden: Tensor
    if let gate {
      let g = gate.adapted(.gate, layer, h, tokens)
      let u = up.adapted(.fc1, layer, h, tokens)
      hidden = function.map { u.gated(by: g, $0) } ?? activation(g) * u
    } else {
      hidden = activation(up.adapted(.fc1, layer, h, tokens))
    }
    let y = down.adapted(.fc2, layer, hidden, tokens)
    return stream.map { $0 + y } ?? y
  }

  /// All of it in one operation; nil where an adapter or a trained weight is in it, or no operation is that
  /// has its function.
  private func whole(_ h: Tensor, addedTo stream: Tensor?, _ adapters: AdapterSet) -> Tensor? {
    let isAdapted = [AdaptationSite.Kind.gate, .fc1, .fc2].contains { adapters[$0, layer] != nil }
    guard !isAdapted, let up = up.frozen, let down = down.frozen else { return nil }
    guard let gate else {
      return activation.ofFeedForward.map {
        h.feedForward(up: up, down: down, $0, addedTo: stream)
      }
    }
    guard let gate = gate.frozen, let function else { return nil }
    return h.gatedFeedForward(gate: gate, up: up, down: down, function, addedTo: stream)
  }

  private var function: GateFunction? {
    switch activation {
    case .silu: .silu
    case .geluTanh: .geluTanh
    default: nil
    }
  }

  /// The weight and bias of a site's map; nil for another site.
  func map(at kind: AdaptationSite.Kind) -> (weight: Tensor, bias: Tensor)? {
    switch kind {
    case .gate: gate?.part(0, of: 1)
    case .fc1: up.part(0, of: 1)
    case .fc2: down.part(0, of: 1)
    default: nil
    }
  }
}
