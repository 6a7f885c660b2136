import PETL

/// RLRR (Dong et al., arXiv 2403.19067): the residual of a weight is the weight itself, its rows and columns
/// scaled, W' = W + s_left ⊙ W ⊙ s_rightᵀ, and a shift f is added to the output.
///
/// s_left, [out], s_right, [in], and f, [out], belong to a map: ΔH = s_left ⊙ ((x ⊙ s_right) Wᵀ) + f. As in the
/// official code, norms and the patch embedding are scaled and shifted as in SSF, ΔH = (γ − 1) ⊙ y + β; with
/// them and a head the published 0.33M of VTAB-1k are reached. Keeps a copy of the frozen weight, and the map is
/// computed once more.
///
/// Initialisation, as in the official code: s_right uniform in ±√(6 / in), s_left in ±√6 (`kaiming_uniform_` of
/// [1, in] and [out, 1]), f zero, γ and β normal around 1 and 0 with deviation 0.02: training starts beside the
/// pre-trained network. `start: zero` starts at it, with s_left, β and the noise of γ zero: our choice. Of the
/// maps, s_left and s_right decay; nothing else does.
///
/// It rescales all of W, which has full rank, so it does not decompose into subspaces.
public final class RLRR: WeightBinding {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "rlrr",
    summary: "Each weight plus itself with scaled rows and columns, and a shift; merged exactly",
    source: "Dong et al., RLRR, arXiv 2403.19067, and its code")

  /// Linear maps, norms and the patch embedding.
  public static let supportedSites: Set<AdaptationSite.Kind> =
    AdaptationSite.Kind.linear.union([.embedding, .norm1, .norm2, .norm])

  /// All of them.
  public static func defaultSites(with options: RLRROptions) -> [AdaptationSite.Kind] {
    AdaptationSite.Kind.usual.filter(supportedSites.contains)
  }

  /// The parameters of a site.
  private enum Form {
    /// s_left, s_right and f of a map.
    case map(left: Parameter, right: Parameter, shift: Parameter)
    /// γ and β of a norm or an embedding.
    case features(scale: Parameter, shift: Parameter)
  }

  private let form: Form
  /// W, [out, in]; nil before it is handed over.
  private var bound: Tensor?

  /// `scale_left`, `scale_right` and `shift` of a map; `scale` and `shift` elsewhere.
  public let parameters: [Parameter]
  /// Beside a map; after a norm or an embedding.
  public let placement: Placement
  /// Whether it starts without noise.
  public let startsAtNetwork: Bool

  /// Makes the adapter of a site; the weight of a map follows when it is bound.
  public init(site: AdaptationSite, options: RLRROptions, generator: RandomGenerator) {
    var generator = generator
    startsAtNetwork = options.start == .zero
    let isNoisy = options.start == .official
    let shape = [site.outputWidth]
    guard site.kind.isLinear else {
      func noise() -> Tensor {
        .normal(shape, deviation: isNoisy ? 0.02 : 0, using: &generator)
      }
      let scale = Parameter("scale", noise() + 1, decays: false)
      let shift = Parameter("shift", noise(), decays: false)
      (form, parameters) = (.features(scale: scale, shift: shift), [scale, shift])
      placement = .sequential
      return
    }
    func uniform(_ count: Int, fanIn: Int) -> Tensor {
      let bound = (6 / Float(fanIn)).squareRoot()
      return Tensor(generator.uniform(count, in: -bound..<bound))
    }
    let right = Parameter("scale_right", uniform(site.inputWidth, fanIn: site.inputWidth))
    let left = Parameter(
      "scale_left", isNoisy ? uniform(site.outputWidth, fanIn: 1) : .zeros(shape))
    let shift = Parameter("shift", .zeros(shape), decays: false)
    form = .map(left: left, right: right, shift: shift)
    parameters = [left, right, shift]
    placement = .parallel
  }

  /// Takes over the frozen weight.
  public func bind(weight: Tensor, bias: Tensor) { bound = weight }

  private func weight(_ left: Parameter, _ right: Parameter) -> Tensor {
    bound ?? .zeros([left.value.count, right.value.count])
  }

  /// s_left ⊙ ((x ⊙ s_right) Wᵀ) + f of a map; (γ − 1) ⊙ y + β elsewhere.
  public func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    switch form {
    case .map(let left, let right, let shift):
      (x * right.value).matmul(weight(left, right), transposingOther: true) * left.value
        + shift.value
    case .features(let scale, let shift):
      x * (scale.value - 1) + shift.value
    }
  }

  /// s_left ⊙ W ⊙ s_rightᵀ of a map; diag(γ − 1) elsewhere.
  public func weightChange() -> Tensor? {
    switch form {
    case .map(let left, let right, _):
      weight(left, right) * right.value * left.value.reshaped([left.value.count, 1])
    case .features(let scale, _):
      DoubleMatrix(identity: scale.value.count).tensor * (scale.value - 1)
    }
  }

  /// f or β.
  public func mergedBias() -> Tensor? {
    switch form {
    case .map(_, _, let shift), .features(_, let shift): shift.value.detached()
    }
  }
}
