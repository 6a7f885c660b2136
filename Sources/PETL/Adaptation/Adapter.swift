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
///   private let bias: Parameter
///   var parameters: [Parameter] { [bias] }
///
///   init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
///     bias = Parameter("bias", .zeros([site.outputWidth]), decays: false)
///   }
///
///   func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
///     bias.value.broadcast(to: [x.shape[0], bias.value.count])
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

  /// Makes the adapters of a network.
  ///
  /// Right by default: one for each site, with a stream of its own. Adapters that share parameters,
  /// or that choose among the sites, say how here.
  ///
  /// - Parameters:
  ///   - sites: those that the recipe names, in the order of the network.
  ///   - options: the same for all sites.
  ///   - generator: the stream of the network's adapters.
  /// - Returns: the adapters with their sites, at most one for each.
  /// - Throws: `DiagnosticError` when the options do not fit the sites.
  static func attach(
    to sites: [AdaptationSite], options: Options, generator: RandomGenerator
  ) throws -> [AdapterSet.Entry]

  /// Its name, summary and source.
  static var descriptor: PluginDescriptor { get }

  /// The kinds of sites it can be attached to.
  static var supportedSites: Set<AdaptationSite.Kind> { get }

  /// The kinds of sites that it is attached to when a recipe names none.
  static func defaultSites(with options: Options) -> [AdaptationSite.Kind]

  /// The place at its site where the adapter takes its input.
  var placement: Placement { get }

  /// Whether the network with a fresh adapter answers as without: false only where the method means to
  /// start elsewhere.
  var startsAtNetwork: Bool { get }

  /// The change ΔW, [out, in], of a linear adapter, ΔH = x ΔWᵀ + Δb, as a differentiable function of its
  /// parameters; nil when it is not linear.
  ///
  /// Regularizers of ΔW are differentiated through it.
  func weightChange() -> Tensor?

  /// ΔW outside of any graph, as it is merged into a weight; nil when the adapter is not linear.
  func mergedDelta() -> Tensor?

  /// The constant Δb, [out], that a linear adapter adds; nil when there is none.
  func mergedBias() -> Tensor?
}

/// The place at its site where an adapter takes its input x, and where ΔH is added.
public enum Placement: String, Sendable {
  /// From the input of a linear map, or the residual stream before a block's norm, to the output.
  case parallel
  /// From the output of a map, norm or block to the same.
  case sequential
  /// From the normalised input of a block to the same, before the block's maps see it.
  case input
  /// From the normalised input of a block, as the block's maps see it, to the block's output; elsewhere as
  /// parallel.
  case normalized
  /// From the residual stream after a block was added to it to the same; elsewhere as sequential.
  case stream

  /// Whether the input is what the adapter adds to.
  package var isAfterSite: Bool { self == .sequential || self == .stream }
}

extension Adapter {
  /// One adapter for each site, with a stream of its own.
  public static func attach(
    to sites: [AdaptationSite], options: Options, generator: RandomGenerator
  ) throws -> [AdapterSet.Entry] {
    try sites.map { site in
      try PluginCall.within("adapter '\(descriptor.name)'", site: site.name) {
        AdapterSet.Entry(
          site: site,
          adapter: try Self(site: site, options: options, generator: generator.split(site.name)))
      }
    }
  }

  /// The type's name in lower case and nothing else: enough for an adapter used from code.
  public static var descriptor: PluginDescriptor {
    PluginDescriptor(name: String(describing: Self.self).lowercased(), summary: "", source: "")
  }

  /// All linear maps: right for whatever adds to a map's output.
  public static var supportedSites: Set<AdaptationSite.Kind> { AdaptationSite.Kind.linear }

  /// Query and value, as most papers have it, or else everything it can be attached to.
  public static func defaultSites(with options: Options) -> [AdaptationSite.Kind] {
    let usual: [AdaptationSite.Kind] = [.query, .value]
    return supportedSites.isSuperset(of: usual)
      ? usual : AdaptationSite.Kind.usual.filter(supportedSites.contains)
  }

  /// Parallel, as in LoRA and AdaptFormer.
  public var placement: Placement { .parallel }

  /// true: right for whatever adds nothing before it is trained.
  public var startsAtNetwork: Bool { true }

  /// nil: right for an adapter with a nonlinearity.
  public func weightChange() -> Tensor? { nil }

  /// The value of ΔW.
  public func mergedDelta() -> Tensor? { noGradient { weightChange() } }

  /// nil: right for an adapter without biases.
  public func mergedBias() -> Tensor? { nil }

  /// The length of the adapter's input rows at a site.
  package func inputWidth(at site: AdaptationSite) -> Int {
    placement.isAfterSite ? site.outputWidth : site.inputWidth
  }

  /// An input of zeros at a site, [tokens, width]: those of one image, or one token where there is no grid.
  package func blankInput(at site: AdaptationSite) -> Tensor {
    .zeros([site.grid?.tokens ?? 1, inputWidth(at: site)])
  }
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

  /// The parameters A, [r, in], and B, [r, out], when ΔH = c x Aᵀ B with a constant c: a gauge or an
  /// optimizer may then move both together. nil when they are bound in another way.
  var factorParameters: (directions: Parameter, basis: Parameter)? { get }
}

extension SubspaceDecomposable {
  /// The sum of the subspaces.
  public func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    subspaces(of: x, in: pass).delta
  }

  /// nil: right for an adapter with a nonlinearity.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { nil }

  /// nil: right where A and B are not parameters of their own.
  public var factorParameters: (directions: Parameter, basis: Parameter)? { nil }

  /// Bᵀ A from the linear factors.
  public func weightChange() -> Tensor? {
    linearFactors().map { $0.basis.matmul($0.directions, transposingSelf: true) }
  }
}
