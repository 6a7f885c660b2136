import PETL

/// Where a network takes its weights from: frozen tensors, or parameters to train.
final class WeightProvider {
  private let source: (_ name: String, _ shape: [Int]) -> Tensor
  let areTrained: Bool
  let precision: FrozenPrecision
  private(set) var parameters: [(name: String, parameter: Parameter)] = []

  /// - Parameters:
  ///   - areTrained: whether each weight becomes a parameter.
  ///   - precision: of frozen linear maps.
  ///   - source: gives a tensor of exactly that shape.
  init(
    areTrained: Bool, precision: FrozenPrecision = .single,
    source: @escaping (_ name: String, _ shape: [Int]) -> Tensor
  ) {
    self.source = source
    self.precision = precision
    self.areTrained = areTrained
  }

  /// The weight of that name; asked for once.
  func tensor(_ name: String, _ shape: [Int]) -> Tensor {
    let value = source(name, shape)
    precondition(value.shape == shape, "\(name) is \(value.shape), not \(shape).")
    guard areTrained else { return value.detached() }
    // Decay is for matrices; biases, norms, tokens and positions go without, as timm has it.
    let isMatrix = name.hasSuffix(".weight") && shape.count > 1
    let parameter = Parameter(name, value, decays: isMatrix)
    parameters.append((name, parameter))
    return parameter.value
  }
}

/// A linear map, x Wᵀ + b, frozen or trained.
enum LinearLayer {
  case frozen(any FrozenMap)
  case trained(weight: Tensor, bias: Tensor)

  init(_ name: String, _ weights: WeightProvider, from input: Int, to output: Int) {
    self.init(name, weights, flattenedFrom: [output, input])
  }

  /// A map whose weight is stored with more axes, as a convolution's.
  init(_ name: String, _ weights: WeightProvider, flattenedFrom shape: [Int]) {
    let weight = weights.tensor("\(name).weight", shape)
    let bias = weights.tensor("\(name).bias", [shape[0]])
    self =
      weights.areTrained
      ? .trained(weight: weight, bias: bias)
      : .frozen(
        FrozenProducts.map(
          weight: weight.reshaped([shape[0], -1]), bias: bias, precision: weights.precision))
  }

  /// The map, when it is frozen.
  var frozen: (any FrozenMap)? {
    guard case .frozen(let map) = self else { return nil }
    return map
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .frozen(let map): x.mapped(by: map)
    case .trained(let weight, let bias):
      x.linear(weight: weight.reshaped([weight.shape[0], -1]), bias: bias)
    }
  }
}

/// A layer norm, frozen or trained.
struct NormLayer {
  private let gamma: Tensor
  private let beta: Tensor
  private let epsilon: Float

  init(_ name: String, _ weights: WeightProvider, _ width: Int, _ epsilon: Float) {
    gamma = weights.tensor("\(name).weight", [width])
    beta = weights.tensor("\(name).bias", [width])
    self.epsilon = epsilon
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    x.layerNorm(gamma: gamma, beta: beta, eps: epsilon)
  }
}
