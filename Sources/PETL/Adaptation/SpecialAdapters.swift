/// An adapter whose ΔH depends on the output of its map as well as on the input.
///
/// `delta(of:in:)` must give the same without the output; this form spares it the map's product.
public protocol OutputReading: Adapter {
  /// ΔH, [tokens, out], for an input x, [tokens, in].
  ///
  /// - Parameters:
  ///   - x: the map's input.
  ///   - output: what the frozen map made of it, its bias included, [tokens, out].
  ///   - pass: the pass.
  /// - Returns: [tokens, out].
  func delta(of x: Tensor, output: Tensor, in pass: ForwardPass) -> Tensor
}

/// An adapter that scales and shifts the features of its site's output y: ΔH = s ⊙ y + b.
///
/// `delta(of:in:)`, and `delta(of:output:in:)` of an `OutputReading` adapter, must give the same; this form takes one
/// pass over the features instead of several.
public protocol FeatureScaling: Adapter {
  /// s, [out], and b, [out], nil for none; nil where the adapter does something else, by its options.
  ///
  /// Differentiable functions of the parameters.
  func featureScaling() -> (scale: Tensor, shift: Tensor?)?
}

/// An adapter of a linear map that needs to know its frozen weight.
///
/// Adapters are made before any weight is read, so that a recipe is checked in milliseconds; this is
/// called when the network is there, before anything is trained or loaded; of a model made of adapters
/// that were loaded, a second time: what is trained keeps its values then. Subspaces and ΔW are asked for before, to
/// know whether there are any; only their shapes matter then.
public protocol WeightBinding: Adapter {
  /// Hands over the map's frozen parts.
  ///
  /// - Parameters:
  ///   - weight: [out, in].
  ///   - bias: [out].
  func bind(weight: Tensor, bias: Tensor)

  /// What the weight is for.
  var weightUse: WeightUse { get }
}

/// What an adapter needs the frozen weight of its map for.
public enum WeightUse: Sendable {
  /// Nothing, with its options: it is not handed over.
  case none
  /// Initial values, and constants that are stored with the adapter.
  case start
  /// ΔW whenever it is asked for: what was merged cannot be taken out then.
  case always
}

extension WeightBinding {
  /// Always: right unless the weight gives nothing but initial values and constants that are stored.
  public var weightUse: WeightUse { .always }
}

/// An adapter of a linear map that scales the rows of a changed weight to magnitudes of its own:
/// W' = m ⊙ (W + Bᵀ A) / ‖W + Bᵀ A‖, as DoRA does.
public protocol RowScaling: Adapter {
  /// A, [r, in], B, [r, out], with every factor in it, and m, [out].
  func rowScaledFactors() -> (directions: Tensor, basis: Tensor, magnitude: Tensor)

  /// The parameters A, [r, in], and B, [r, out], when the factors are c times them with a constant c: files
  /// then keep c and B apart. nil when they are bound in another way.
  var factorParameters: (directions: Parameter, basis: Parameter)? { get }
}

extension RowScaling {
  /// nil: right where A and B are not parameters of their own.
  public var factorParameters: (directions: Parameter, basis: Parameter)? { nil }
}

/// An adapter that puts tokens of its own into the sequence that enters a layer, after the class
/// token, in the place of those that an earlier layer put there.
public protocol PromptAdapter: Adapter {
  /// The prompts, [prompts, width], the same for every image.
  func prompts(in pass: ForwardPass) -> Tensor
}

extension PromptAdapter {
  /// The sequence of tokens.
  public static var supportedSites: Set<AdaptationSite.Kind> { [.tokens] }

  /// Nothing: the other tokens stay as they are.
  public func delta(of x: Tensor, in pass: ForwardPass) -> Tensor { .zeros(x.shape) }
}
