import PETL

/// Where a network takes its weights from: frozen tensors, or parameters to train.
final class WeightProvider {
  private let source: (_ name: String, _ shape: [Int]) -> Tensor
  private let trains: (BackboneWeight) -> Bool
  private let maps: ((_ name: String, _ hasBias: Bool) -> (any FrozenMap)?)?
  let precision: FrozenPrecision
  private(set) var parameters: [(name: String, parameter: Parameter)] = []
  /// Everything that was asked for, trained or not.
  private(set) var all: [BackboneWeight] = []

  /// - Parameters:
  ///   - precision: of frozen linear maps.
  ///   - training: whether a weight becomes a parameter; none by default.
  ///   - maps: gives the frozen map of a module as it is stored, with its bias; nil where it is to be made of
  ///     its tensors.
  ///   - source: gives a tensor of exactly that shape.
  init(
    precision: FrozenPrecision = .single,
    training: @escaping (BackboneWeight) -> Bool = { _ in false },
    maps: ((_ name: String, _ hasBias: Bool) -> (any FrozenMap)?)? = nil,
    source: @escaping (_ name: String, _ shape: [Int]) -> Tensor
  ) {
    self.source = source
    self.precision = precision
    self.maps = maps
    trains = training
  }

  /// The map of a module [out, in] as it is stored; nil where it is made of its tensors, or trained.
  func map(_ name: String, _ shape: [Int], hasBias: Bool) -> (any FrozenMap)? {
    let own =
      [BackboneWeight(name: "\(name).weight", shape: shape)]
      + (hasBias ? [BackboneWeight(name: "\(name).bias", shape: [shape[0]])] : [])
    guard let maps, !own.contains(where: trains), let map = maps(name, hasBias) else { return nil }
    require(
      [map.outputWidth, map.inputWidth] == shape,
      "\(name) is [\(map.outputWidth), \(map.inputWidth)], not \(shape).")
    all += own
    return map
  }

  /// The weight of that name; asked for once.
  func weight(_ name: String, _ shape: [Int]) -> NetworkWeight {
    let value = source(name, shape)
    require(value.shape == shape, "\(name) is \(value.shape), not \(shape).")
    let weight = BackboneWeight(name: name, shape: shape)
    all.append(weight)
    guard trains(weight) else {
      return .frozen(value.detached())
    }
    // Decay is for matrices; biases, norms, tokens and positions go without, as timm has it.
    let isMatrix = name.hasSuffix(".weight") && shape.count > 1
    let parameter = Parameter(name, value, decays: isMatrix)
    parameters.append((name, parameter))
    return .trained(parameter)
  }
}

/// A linear map, x Wᵀ + b, frozen or trained; without a bias, b is 0.
enum LinearLayer {
  case frozen(any FrozenMap)
  /// A frozen weight with a trained bias.
  case biased(any FrozenMap, bias: Parameter)
  /// A trained weight with whatever bias.
  case trained(weight: Parameter, bias: NetworkWeight?)

  init(
    _ name: String, _ weights: WeightProvider, from input: Int, to output: Int,
    hasBias: Bool = true
  ) {
    self.init(name, weights, flattenedFrom: [output, input], hasBias: hasBias)
  }

  /// A map whose weight is stored with more axes, as a convolution's.
  init(
    _ name: String, _ weights: WeightProvider, flattenedFrom shape: [Int], hasBias: Bool = true
  ) {
    if let map = weights.map(name, shape, hasBias: hasBias) {
      self = .frozen(map)
      return
    }
    let weight = weights.weight("\(name).weight", shape)
    let own = hasBias ? weights.weight("\(name).bias", [shape[0]]) : nil
    func map(_ value: Tensor, _ bias: Tensor?) -> any FrozenMap {
      // Pixels go in as they are: one map of dozens, whose 8 bits would save nothing.
      let isOfPixels = shape.count > 2 && weights.precision == .int8
      return FrozenProducts.map(
        weight: value.reshaped([shape[0], -1]), bias: bias,
        precision: isOfPixels ? .single : weights.precision)
    }
    switch (weight, own) {
    case (.trained(let parameter), _): self = .trained(weight: parameter, bias: own)
    case (.frozen(let value), .trained(let bias)): self = .biased(map(value, nil), bias: bias)
    case (.frozen(let value), .frozen(let bias)): self = .frozen(map(value, bias))
    case (.frozen(let value), nil): self = .frozen(map(value, nil))
    }
  }

  /// The map, when all of it is frozen.
  var frozen: (any FrozenMap)? {
    guard case .frozen(let map) = self else { return nil }
    return map
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .frozen(let map): return x.mapped(by: map)
    case .biased(let map, let bias):
      let rows = x.count / map.inputWidth
      let row = bias.value.reshaped([1, map.outputWidth])
      return x.mapped(by: map).adding([
        ColumnUpdate(lowRank: .ones([rows, 1]), row, column: 0)
      ])
    case .trained(let parameter, let bias):
      let weight = parameter.value
      return x.linear(weight: weight.reshaped([weight.shape[0], -1]), bias: bias?.value)
    }
  }

  /// One of equal parts of the map's outputs: its weight [out, in] and bias [out], copied.
  ///
  /// A packed map gives its rows back as the products with unit vectors, which are exact.
  func part(_ index: Int, of parts: Int) -> (weight: Tensor, bias: Tensor) {
    noGradient {
      let (weight, bias) = dense
      let width = bias.count / parts
      let range = index * width..<(index + 1) * width
      return (weight.sliced(axis: 0, range).copied(), bias.sliced(axis: 0, range).copied())
    }
  }

  private var dense: (weight: Tensor, bias: Tensor) {
    func rows(_ map: any FrozenMap) -> Tensor {
      let n = map.outputWidth
      var identity = [Float](repeating: 0, count: n * n)
      for i in 0..<n { identity[i * n + i] = 1 }
      let weight = Tensor.zeros([n, map.inputWidth])
      map.applyTransposed(to: Tensor(identity, shape: [n, n]), into: weight, adding: false)
      return weight
    }
    switch self {
    case .frozen(let map):
      let bias = Tensor.zeros([1, map.outputWidth])
      map.apply(to: .zeros([1, map.inputWidth]), into: bias)
      return (rows(map), bias.reshaped([map.outputWidth]))
    case .biased(let map, let bias): return (rows(map), bias.value.detached())
    case .trained(let parameter, let bias):
      let weight = parameter.value.detached()
      let outputs = weight.shape[0]
      return (weight.reshaped([outputs, -1]), bias?.value.detached() ?? .zeros([outputs]))
    }
  }
}

/// A layer norm, frozen or trained.
struct NormLayer {
  private let gamma: NetworkWeight
  private let beta: NetworkWeight
  private let epsilon: Float

  init(_ name: String, _ weights: WeightProvider, _ width: Int, _ epsilon: Float) {
    gamma = weights.weight("\(name).weight", [width])
    beta = weights.weight("\(name).bias", [width])
    self.epsilon = epsilon
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    x.layerNorm(gamma: gamma.value, beta: beta.value, eps: epsilon)
  }
}
