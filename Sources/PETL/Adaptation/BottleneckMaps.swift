/// The two maps of a bottleneck adapter with what belongs to them: x ↦ s ⊙ (φ(x Dᵀ + d) U + u).
///
/// D is [r, in], U is [r, out] (the transpose of PyTorch's), d is [r] and u is [out]; s is a constant, one
/// trained number or one for each channel. An adapter adds what is its own between the maps and after them:
/// dropout, drop-path, a form of U.
///
/// ```swift
/// func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
///   Subspaces(
///     coefficients: maps.hidden(x), basis: maps.basis, directions: maps.directions,
///     images: pass.images, bias: maps.bias)
/// }
/// ```
///
/// Biases and a trained s are free of weight decay: our choice.
public struct BottleneckMaps {
  /// The factor s of what is added.
  public enum Scale: Sendable, Hashable {
    /// A constant.
    case fixed(Double)
    /// One number that is trained, and where it starts.
    case learned(from: Double)
    /// One number for each output channel that is trained, and where all of them start.
    case channel(from: Double)
  }

  /// D, [r, in], under the name `down`.
  public let down: Parameter
  /// U, [r, out], under the name `up`.
  public let up: Parameter
  /// d, [r], under the name `down_bias`; nil without biases.
  public let downBias: Parameter?
  /// u, [out], under the name `up_bias`; nil without biases.
  public let upBias: Parameter?
  /// s, [1] or [out], under the name `scale`; nil for a constant.
  public let trainedScale: Parameter?
  /// φ.
  public let activation: Activation
  private let fixedScale: Float

  /// Makes the maps; biases start at zero.
  ///
  /// - Parameters:
  ///   - down: the initial D, [r, in].
  ///   - up: the initial U, [r, out], or whatever of r rows an adapter makes such a matrix of.
  ///   - hasBiases: whether there are d and u.
  ///   - outputWidth: the length of u and of a scale by channel.
  ///   - scale: the factor.
  ///   - activation: φ.
  public init(
    down: Tensor, up: Tensor, hasBiases: Bool, outputWidth: Int, scale: Scale = .fixed(1),
    activation: Activation = .none
  ) {
    require(
      down.rank == 2 && up.rank == 2 && down.shape[0] == up.shape[0],
      "Maps of shapes \(down.shape) and \(up.shape) have no bottleneck in common.")
    self.down = Parameter("down", down)
    self.up = Parameter("up", up)
    downBias = hasBiases ? Parameter("down_bias", .zeros([down.shape[0]]), decays: false) : nil
    upBias = hasBiases ? Parameter("up_bias", .zeros([outputWidth]), decays: false) : nil
    self.activation = activation
    func trained(_ start: Double, _ count: Int) -> Parameter {
      Parameter("scale", Tensor(repeating: Float(start), shape: [count]), decays: false)
    }
    switch scale {
    case .fixed(let factor): (fixedScale, trainedScale) = (Float(factor), nil)
    case .learned(let start): (fixedScale, trainedScale) = (1, trained(start, 1))
    case .channel(let start): (fixedScale, trainedScale) = (1, trained(start, outputWidth))
    }
  }

  /// `down`, `up`, and where there are such, `down_bias`, `up_bias` and `scale`, in this order.
  public var parameters: [Parameter] {
    [down, up] + [downBias, upBias, trainedScale].compactMap { $0 }
  }

  /// φ(x Dᵀ + d), [tokens, r], for an input x, [tokens, in].
  public func hidden(_ x: Tensor) -> Tensor {
    var hidden = x.projected(onto: down.value)
    if let downBias { hidden = hidden + downBias.value }
    return activation(hidden)
  }

  /// s ⊙ x, for x of shape [..., out].
  public func scaled(_ x: Tensor) -> Tensor {
    if let trainedScale { return x * trainedScale.value }
    return fixedScale == 1 ? x : x.scaled(by: fixedScale)
  }

  /// s ⊙ U, [r, out].
  public var basis: Tensor { scaled(up.value) }

  /// s ⊙ u, [out]; nil without biases.
  public var bias: Tensor? { upBias.map { scaled($0.value) } }

  /// D, [r, in], where there is no activation and the coefficients are a linear function of the input; nil
  /// otherwise.
  public var directions: Tensor? { activation == .none ? down.value : nil }

  /// D and s ⊙ U where there is no activation; nil otherwise.
  public var linearFactors: (directions: Tensor, basis: Tensor)? {
    directions.map { ($0, basis) }
  }

  /// s ⊙ (d U + u): what is added whatever the input.
  ///
  /// - Parameter form: makes U, [r, out], of the parameter `up` where it is stored in another form.
  /// - Returns: [out], outside of any graph; nil with an activation or without biases.
  public func mergedBias(_ form: (Tensor) -> Tensor = { $0 }) -> Tensor? {
    guard activation == .none, let d = downBias?.value, let u = upBias?.value else { return nil }
    return noGradient {
      scaled(d.reshaped([1, d.count]).matmul(form(up.value)).reshaped([u.count]) + u)
    }
  }
}
