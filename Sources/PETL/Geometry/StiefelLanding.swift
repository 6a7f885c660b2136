/// Orthonormal columns, approached and never enforced: PoLAR's landing field (arXiv 2506.03133, §3).
///
/// The direction is that of the official code,
///
///     Γ = (G Xᵀ − X Gᵀ) X + λ X (XᵀX − I),
///
/// computed as G (XᵀX) + X (λ (XᵀX − I) − GᵀX). The two terms are orthogonal everywhere, and on the
/// manifold Γ is the canonical gradient G − X GᵀX. There is no retraction: with a rule that scales
/// coordinates, such as AdamW, the value stays near the manifold only as λ and the rate allow.
///
/// **Two conventions of λ.** The paper has Γ = Skew(G Xᵀ) X + λ ∇N with Skew(M) = ½ (M − Mᵀ) and
/// N = ‖XᵀX − I‖², whose gradient is 4 X (XᵀX − I). The code's field is twice that with
/// λ_code = 8 λ_paper; `init(paperLambda:)` takes the paper's number. The factor of two remains:
/// AdamW does not see it, SGD takes it for a rate twice as large.
public struct StiefelLanding: ParameterGeometry {
  /// `landing`.
  public let name = "landing"
  /// λ as in the official code.
  public let lambda: Double

  /// Makes the geometry with λ as in the official code.
  public init(lambda: Double) { self.lambda = lambda }

  /// Makes the geometry with λ as in the paper, an eighth of the code's.
  public init(paperLambda: Double) { self.init(lambda: 8 * paperLambda) }

  /// Γ.
  public func direction(gradient: Tensor, at value: Tensor) -> Tensor {
    let x = Frame(value)
    let gram = x.gram
    let pull = (gram - .identity(x.columns)).scaled(by: Float(lambda))
    return x.times(gradient, gram) + x.times(x.value, pull - x.inner(gradient, x.value))
  }

  /// ‖XᵀX − I‖.
  public func distance(of value: Tensor) -> Float? { Frame(value).distance }
}
