/// A scalar that training makes small beside the loss of the task: any function of the adapters, of what
/// they add, of the network's answers, and of what all of these were before.
///
/// The trainer adds weight · value to the loss, logs the raw value and its share of the gradient, and
/// says so when the gradient stays exactly zero. A regularizer of one site's subspaces is better a
/// `RedundancyRegularizer`, which is simpler.
///
/// Laws that the conformance kit checks: the value is finite when training starts; its gradient is that
/// of finite differences; the same step gives the same value; the order in which sites are listed does
/// not matter; another instance that is given its state goes on as it would have.
///
/// A complete regularizer, the squared norm of everything that is trained at the sites:
///
/// ```swift
/// import PETL
///
/// struct Shrinkage: Regularizer {
///   init(options: NoOptions) {}
///
///   func penalty(in context: RegularizerContext) -> Tensor {
///     context.mean(overSites: { site in
///       site.parameters.reduce(Tensor(0)) { $0 + $1.value.squared().sum() }
///     })
///   }
/// }
/// ```
public protocol Regularizer: SendableMetatype {
  /// The options, read from a recipe or made in code.
  associatedtype Options: PluginOptions

  /// Makes the regularizer.
  ///
  /// - Parameter options: the same for all sites.
  /// - Throws: `DiagnosticError` when the options do not go together.
  init(options: Options) throws

  /// The value in one step, a differentiable scalar of shape [].
  func penalty(in context: RegularizerContext) -> Tensor

  /// Its name, summary and source.
  static var descriptor: PluginDescriptor { get }

  /// What it will ask the context for, of that which costs something or which not every adapter has.
  var needs: RegularizerNeeds { get }

  /// The adapters whose factors it compares with: folders of runs, PEFT folders or files of adapters,
  /// relative to the working directory.
  ///
  /// They are read before training starts, and `SiteContext.references` has one for each that is there.
  var references: [String] { get }

  /// Why it cannot work on these adapters, a sentence; nil when it can.
  ///
  /// What `needs` says is checked already.
  func objection(to sites: [SiteTraits]) -> String?

  /// What the user should know after training with it, a sentence, such as what it chose by itself; nil
  /// for nothing.
  var note: String? { get }

  /// What training leaves in it: `NoState` of one whose value depends on its options and the context
  /// alone, as nearly all do.
  associatedtype State: Codable & Sendable = NoState

  /// All that an instance has chosen or gathered since it was made; kept in checkpoints, so that a run
  /// that is resumed goes on exactly.
  var state: State { get }

  /// Goes on from the state of another instance with the same options.
  func restore(_ state: State)
}

/// The state of a regularizer that has none.
public struct NoState: Codable, Sendable {
  /// Makes nothing.
  public init() {}
}

extension Regularizer where State == NoState {
  /// Nothing.
  public var state: NoState { NoState() }

  /// Nothing.
  public func restore(_ state: NoState) {}
}

extension Regularizer {
  /// The type's name in lower case and nothing else: enough for a regularizer used from code.
  public static var descriptor: PluginDescriptor {
    PluginDescriptor(name: String(describing: Self.self).lowercased(), summary: "", source: "")
  }

  /// Nothing: right for a regularizer of parameters.
  public var needs: RegularizerNeeds { [] }

  /// None.
  public var references: [String] { [] }

  /// nil: right for whatever works on all that `needs` asks for.
  public func objection(to sites: [SiteTraits]) -> String? { nil }

  /// nil: right for whatever does what its options say.
  public var note: String? { nil }
}
