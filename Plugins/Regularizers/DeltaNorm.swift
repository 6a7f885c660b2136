import PETL

/// A norm of what training changed: ‖ΔW‖ of every site's adapter, or of the backbone's own weights
/// where these are trained, ‖w − w⁰‖.
///
/// `frobenius` of a low-rank adapter is √tr(A Aᵀ B Bᵀ); `nuclear` (Σ σ) and `spectral` (σ₁) come
/// from an r × r singular value decomposition. The squared distance of trained weights from their
/// start is L2-SP (Li et al., arXiv 1802.01483, without its ½ and its decay of the head). The mean
/// over sites or weights is our choice.
public struct DeltaNorm: Regularizer {
  /// Which norm.
  public enum Norm: String, CaseIterable, Sendable {
    /// The root of the sum of squares.
    case frobenius
    /// The sum of the singular values.
    case nuclear
    /// The largest singular value.
    case spectral
  }

  /// The options of `DeltaNorm`.
  public struct Options: PluginOptions {
    /// Which norm.
    public var p = Norm.frobenius
    /// Whether the norm is squared.
    public var squared = true

    /// The defaults.
    public init() {}

    /// Declares the options.
    public mutating func visit(_ options: OptionReader) {
      options.choice("p", &p, help: "which norm: frobenius (L2-SP), nuclear or spectral")
      options.boolean("squared", &squared, help: "the square of the norm (L2-SP)")
    }
  }

  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "delta-norm", summary: "The size of what training changes",
    source: "L2-SP, Li et al., arXiv 1802.01483; on ΔW, and other norms, our choice")

  private let options: Options

  /// Makes the regularizer.
  public init(options: Options = Options()) { self.options = options }

  /// ΔW, and the backbone's weights as they were.
  public var needs: RegularizerNeeds { [.weightChanges, .startingWeights] }

  /// The mean over sites, or over weights that are trained; logs `largest`, the largest of them.
  public func penalty(in context: RegularizerContext) -> Tensor {
    let changes = context.startingWeights.map { $0.parameter.value - $0.start }
    let all = context.sites.map(size) + changes.map(size)
    if let largest = all.map(\.item).max() { context.log("largest", Double(largest)) }
    return context.mean(of: all)
  }

  private func size(at site: SiteContext) -> Tensor {
    guard let (a, b) = site.linearFactors, a.shape[0] <= min(a.shape[1], b.shape[1]) else {
      return size(of: site.weightChange)
    }
    if options.p == .frobenius {
      let gram = a.matmul(a, transposingOther: true) * b.matmul(b, transposingOther: true)
      return options.squared ? gram.sum() : gram.sum().rootOrZero
    }
    // Aᵀ = Q R on both sides: the singular values of Bᵀ A are those of R_B R_Aᵀ.
    let (qa, qb) = (DoubleMatrix(a).transposed.qr(), DoubleMatrix(b).transposed.qr())
    let (value, slope) = spectral(qb.r.times(qa.r, transposingOther: true))
    return .custom(from: [a, b], result: Tensor(Float(value))) { gradient in
      let d = Double(gradient.item) * slope
      let da = qb.r.times(d, transposingSelf: true).times(qa.q, transposingOther: true)
      let db = qa.r.times(d.transposed, transposingSelf: true).times(qb.q, transposingOther: true)
      return [da.tensor, db.tensor]
    }
  }

  private func size(of change: Tensor) -> Tensor {
    if options.p == .frobenius {
      return options.squared ? change.squared().sum() : change.squared().sum().rootOrZero
    }
    let matrix = change.reshaped([change.rank < 2 ? 1 : change.shape[0], -1])
    let (value, slope) = spectral(DoubleMatrix(matrix))
    return .custom(from: [matrix], result: Tensor(Float(value))) { gradient in
      [(Double(gradient.item) * slope).tensor]
    }
  }

  /// The value, and its gradient U diag(f') Vᵀ, of singular values above 0; equal largest ones share it.
  private func spectral(_ matrix: DoubleMatrix) -> (value: Double, slope: DoubleMatrix) {
    let svd = matrix.singularValues()
    let norm = options.p == .spectral ? svd.values[0] : svd.values.reduce(0, +)
    let least = svd.values[0] * (options.p == .spectral ? 1 - 1e-12 : 1e-10)
    let share = options.p == .spectral ? Double(svd.values.count { $0 > least }) : 1
    let slopes = svd.values.map { $0 <= least ? 0 : (options.squared ? 2 * norm : 1) / share }
    let slope = svd.left.scalingColumns(by: slopes) * svd.rightTransposed
    return (options.squared ? norm * norm : norm, slope)
  }
}
