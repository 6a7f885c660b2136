/// Orthonormal columns, as StelLA keeps them (arXiv 2510.01938, algorithm 1): any rule proposes a step,
/// which is made tangent and retracted.
///
/// 1. The rule is given the canonical gradient G − X GᵀX.
/// 2. Its step Δ is divided by √(n / hidden), where the factor's longer side n is not the network's
///    width.
/// 3. Δ ← Δ − X sym(XᵀΔ).
/// 4. X ← uf(X + Δ), the polar factor.
///
/// The paper finds Δ as a difference of values. Here it is the rule's own step, which is the same
/// number without the cancellation; both changes are linear in it.
public struct StiefelStelLA: ParameterGeometry {
  /// `stella`.
  public let name = "stella"
  /// The network's width; nil for no scaling.
  public let hidden: Int?
  /// true.
  public var shapesStep: Bool { true }

  /// Makes the geometry.
  ///
  /// - Parameter hidden: the network's width; nil for no scaling of steps.
  public init(hidden: Int? = nil) {
    require(hidden.map { $0 > 0 } ?? true, "A network is not \(hidden ?? 0) wide.")
    self.hidden = hidden
  }

  /// G − X GᵀX.
  public func direction(gradient: Tensor, at value: Tensor) -> Tensor {
    Frame(value).canonical(gradient)
  }

  /// The tangent part of the step, scaled.
  public func step(_ proposed: Tensor, at value: Tensor) -> Tensor {
    let x = Frame(value)
    let tangent = x.projected(proposed)
    guard let hidden, hidden != x.rows else { return tangent }
    return tangent.scaled(by: Float((Double(hidden) / Double(x.rows)).squareRoot()))
  }

  /// The polar factor.
  public func settled(_ value: Tensor) -> Tensor { Frame(value).polarFactor }

  /// ‖XᵀX − I‖.
  public func distance(of value: Tensor) -> Float? { Frame(value).distance }
}
