/// Orthonormal columns, by spectral steepest descent (SPEL, arXiv 2601.21487):
/// x⁺ = msign(x − η msign(P_T(m))) with P_T(m) = m − x sym(xᵀm).
///
/// m is whatever the rule proposes. With SGD that is its momentum, which may be a running mean or a
/// running sum: msign does not see the factor between them. Every singular value of a step is the
/// learning rate, whatever the gradient: let the rate fall during training. A rule that scales
/// coordinates, such as AdamW, keeps the value feasible too, but settles away from the optimum: what
/// it makes of the normal part of a gradient is not normal.
///
/// Both msign are Newton–Schulz iterations on r × r matrices in 64 bits, with more steps than the five
/// of the official code, which leave singular values between 0.7 and 1.2 (`MatrixSign`).
public struct StiefelSPEL: ParameterGeometry {
  /// `spel`.
  public let name = "spel"
  /// true.
  public var shapesStep: Bool { true }

  /// Makes the geometry.
  public init() {}

  /// msign(P_T(step)).
  public func step(_ proposed: Tensor, at value: Tensor) -> Tensor {
    let tangent = Frame(Frame(value).projected(proposed))
    return tangent.stored(MatrixSign.of(tangent.tall))
  }

  /// msign.
  public func settled(_ value: Tensor) -> Tensor {
    let x = Frame(value)
    return x.stored(MatrixSign.of(x.tall))
  }

  /// ‖XᵀX − I‖.
  public func distance(of value: Tensor) -> Float? { Frame(value).distance }
}
