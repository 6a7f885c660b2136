import PETL

/// How much of ΔW lies outside of the frozen weight's leading singular directions, or within them:
/// the share of ‖ΔW‖².
///
/// Shuttleworth et al. (arXiv 2410.21228) find that low-rank training adds "intruder dimensions",
/// singular vectors of W + ΔW that are like none of W's, and that they go with forgetting; they do
/// not penalise them. The form is ours: with U and V the k leading directions of outputs and of
/// inputs in rows, the part inside is ‖U ΔW‖² (`of: basis`), ‖ΔW Vᵀ‖² (`directions`) or ‖U ΔW Vᵀ‖²
/// (`both`), divided by ‖ΔW‖² + 10⁻⁶ σ², σ² the mean of the k squared singular values: a ΔW that is
/// 0, or far smaller than W, counts for nothing.
public struct Intruder: Regularizer {
  /// What is penalised.
  public enum Mode: String, CaseIterable, Sendable {
    /// What lies outside of the leading directions: intruders.
    case against
    /// What lies within them: the overlap.
    case with
  }

  /// The options of `Intruder`.
  public struct Options: PluginOptions {
    /// What is penalised.
    public var mode = Mode.against
    /// How many leading directions are taken.
    public var k = 32
    /// Which sides are compared.
    public var of = WeightOrthogonality.Factors.basis

    /// The defaults.
    public init() {}

    /// Declares the options.
    public mutating func visit(_ options: OptionReader) {
      options.choice(
        "mode", &mode, help: "against: what lies outside is penalised; with: what lies within")
      options.integer(
        "k", &k, in: 1...65536, help: "leading directions of the frozen weight (32: our choice)")
      options.choice(
        "of", &of, help: "which sides: basis (outputs), directions (inputs), both; our choice")
    }
  }

  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "intruder", summary: "Directions of ΔW beside those that the frozen weight has",
    source: "intruder dimensions, Shuttleworth et al., arXiv 2410.21228; the penalty is ours")

  private let options: Options

  /// Makes the regularizer.
  public init(options: Options = Options()) { self.options = options }

  /// ΔW and the frozen weight.
  public var needs: RegularizerNeeds { [.weightChanges, .frozenWeights] }

  /// The mean over sites; logs `inside`, the share of ‖ΔW‖² within the leading directions.
  public func penalty(in context: RegularizerContext) -> Tensor {
    context.mean(overSites: { site in
      let leading = site.leadingDirections(options.k)
      let (a, b) = factors(at: site)
      let whole = energy(a, b)
      let inside = energy(
        options.of == .basis ? a : a.matmul(leading.inputs, transposingOther: true),
        options.of == .directions ? b : b.matmul(leading.outputs, transposingOther: true))
      if whole.item > 0 { context.log("inside", Double(inside.item / whole.item)) }
      let floor = leading.values.squared().mean().item * 1e-6
      return (options.mode == .with ? inside : whole - inside) / (whole + floor)
    })
  }

  /// A and B with ΔW = Bᵀ A; of a change that has no factors, itself and the identity.
  private func factors(at site: SiteContext) -> (a: Tensor, b: Tensor) {
    if let factors = site.linearFactors { return (factors.directions, factors.basis) }
    let change = site.weightChange
    return (change, DoubleMatrix(identity: change.shape[0]).tensor)
  }

  /// ‖Bᵀ A‖² = tr(A Aᵀ B Bᵀ).
  private func energy(_ a: Tensor, _ b: Tensor) -> Tensor {
    (a.matmul(a, transposingOther: true) * b.matmul(b, transposingOther: true)).sum()
  }
}
