/// A small trained module at a site of a frozen network, that adds ΔH to what the site gives.
///
/// Laws that the conformance kit (`PETLTesting`) checks:
/// - the same site, options and generator make the same adapter;
/// - ΔH depends only on the input, the parameters and the pass;
/// - every parameter has a name of its own and takes part in ΔH.
///
/// A minimal adapter:
///
/// ```swift
/// import PETL
///
/// final class Bias: Adapter {
///   let parameters: [Parameter]
///
///   init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
///     parameters = [Parameter("bias", .zeros([site.outputWidth]), decays: false)]
///   }
///
///   func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
///     parameters[0].value.broadcast(to: [x.shape[0], parameters[0].value.count])
///   }
/// }
/// ```
public protocol Adapter: AnyObject, SendableMetatype {
  /// The options, read from a recipe or made in code.
  associatedtype Options: PluginOptions

  /// Makes the adapter of one site.
  ///
  /// - Parameters:
  ///   - site: where it is attached; gives its widths.
  ///   - options: the same for all sites of a network.
  ///   - generator: this site's own stream, for initial values.
  /// - Throws: `DiagnosticError` when the options do not fit the site.
  init(site: AdaptationSite, options: Options, generator: RandomGenerator) throws

  /// What is trained, the same objects each time.
  var parameters: [Parameter] { get }

  /// ΔH, [tokens, out], for an input x, [tokens, in].
  func delta(of x: Tensor, in pass: ForwardPass) -> Tensor

  /// Its name, summary and source.
  static var descriptor: PluginDescriptor { get }

  /// The kinds of sites it can be attached to.
  static var supportedSites: Set<AdaptationSite.Kind> { get }

  /// How it is attached to a block; of no meaning at a linear map.
  static var placement: BlockPlacement { get }

  /// The change ΔW, [out, in], that the adapter makes to the weight of its linear map; nil when it
  /// is not linear.
  func mergedDelta() -> Tensor?
}

/// How an adapter is attached to a block (attention or MLP).
public enum BlockPlacement: String, Sendable {
  /// From the residual stream before the block's norm, added to the block's output.
  case parallel
  /// From the block's output, added to it.
  case sequential
}

extension Adapter {
  /// The type's name in lower case and nothing else: enough for an adapter used from code.
  public static var descriptor: PluginDescriptor {
    PluginDescriptor(name: String(describing: Self.self).lowercased(), summary: "", source: "")
  }

  /// All linear maps: right for whatever adds to a map's output.
  public static var supportedSites: Set<AdaptationSite.Kind> { AdaptationSite.Kind.linear }

  /// Parallel, as in AdaptFormer.
  public static var placement: BlockPlacement { .parallel }

  /// nil: right for an adapter with a nonlinearity.
  public func mergedDelta() -> Tensor? { nil }
}

/// An adapter whose ΔH is a sum of rank-one maps: what a redundancy regularizer can work on.
///
/// ΔH is then by default the sum itself, so the coefficients are computed once and shared by the
/// task and the regularizers, and the sum of the subspaces equals ΔH by construction.
public protocol SubspaceDecomposable: Adapter {
  /// The decomposition for an input x, [tokens, in].
  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces

  /// A, [r, in], and B, [r, out], when ΔH = x Aᵀ B; nil when there is a nonlinearity.
  func linearFactors() -> (directions: Tensor, basis: Tensor)?
}

extension SubspaceDecomposable {
  /// The sum of the subspaces.
  public func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    subspaces(of: x, in: pass).delta
  }

  /// nil: right for an adapter with a nonlinearity.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { nil }

  /// Bᵀ A from the linear factors.
  public func mergedDelta() -> Tensor? {
    linearFactors().map { factors in
      noGradient { factors.basis.matmul(factors.directions, transposingSelf: true) }
    }
  }
}
