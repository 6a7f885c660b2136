import PETL

/// PoLAR (Lion et al., arXiv 2506.03133): ΔW = scale · X Θ Yᵀ with orthonormal X [out, r] and
/// Y [in, r], and Θ [r, r] free.
///
/// Initialisation: X and Y uniform among matrices with orthonormal columns, Θ zero, so that training
/// starts at the pre-trained network; the first step then moves Θ alone. X and Y stay near the
/// manifold by their geometry, of which weight decay is no part.
///
/// The conventions of the subspaces are those of `OrthogonalFactors`.
public final class PoLAR: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "polar",
    summary: "Low-rank directions kept orthonormal around a free matrix, merged exactly",
    source: "Lion et al., PoLAR, arXiv 2506.03133")

  private let factors: OrthogonalFactors

  /// `lora_A`, `lora_S` unless it is fixed, and `lora_B`.
  public var parameters: [Parameter] { factors.parameters }

  /// Whether the factor in the middle starts at zero.
  public var startsAtNetwork: Bool { factors.startAtZero }

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the map.
  public init(site: AdaptationSite, options: PoLAROptions, generator: RandomGenerator) throws {
    factors = try OrthogonalFactors(site: site, options: options, generator: generator)
  }

  /// S = dropout(x) Y Θᵀ, and Xᵀ with the scale in it.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    factors.subspaces(of: x, in: pass)
  }

  /// Θ Yᵀ, and Xᵀ with the scale in it.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { factors.linearFactors }
}
