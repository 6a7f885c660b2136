import PETL

/// StelLA (Li et al., arXiv 2510.01938): ΔW = scale · U S Vᵀ with U and V on the Stiefel manifold.
///
/// The same adapter as `PoLAR` with other defaults: S starts as the identity, so that **training does
/// not start at the pre-trained network**, and steps are retracted as `StiefelStelLA` says.
public final class StelLA: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "stella",
    summary: "PoLAR's form retracted to the Stiefel manifold; starts off the pre-trained network",
    source: "Li et al., StelLA, arXiv 2510.01938")

  private let factors: OrthogonalFactors

  /// `lora_A`, `lora_S` unless it is fixed, and `lora_B`.
  public var parameters: [Parameter] { factors.parameters }

  /// Whether the factor in the middle starts at zero.
  public var startsAtNetwork: Bool { factors.startAtZero }

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the map.
  public init(site: AdaptationSite, options: StelLAOptions, generator: RandomGenerator) throws {
    factors = try OrthogonalFactors(site: site, options: options.form, generator: generator)
  }

  /// S = dropout(x) V Sᵀ, and Uᵀ with the scale in it.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    factors.subspaces(of: x, in: pass)
  }

  /// S Vᵀ, and Uᵀ with the scale in it.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { factors.linearFactors }
}

/// The options of `StelLA`: those of `PoLAR` with StelLA's defaults.
public struct StelLAOptions: PluginOptions {
  /// The options in PoLAR's words.
  public var form = PoLAROptions { ($0.start, $0.geometry) = (.identity, .stella) }

  /// The defaults.
  public init() {}

  /// Declares PoLAR's options.
  public mutating func visit(_ options: OptionReader) { form.visit(options) }
}
