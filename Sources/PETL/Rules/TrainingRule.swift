/// What happens beside the steps of an optimizer: a rule that reads or changes gradients, parameters or
/// the course of a stage.
///
/// Every hook does nothing by default; a rule has those that it is about. The trainer makes rules anew
/// for each stage, and for its control, and calls them in the order of the recipe; those that an adapter
/// brings come first.
///
/// Laws that the conformance kit (`PETLTesting`) checks:
/// - a rule that goes on from a stored state does what it would have done, bit for bit;
/// - gradients are changed by `gradientsDidForm` alone, and `evaluationValues` changes nothing;
/// - no value that it leaves is infinite or not a number.
///
/// A complete rule, with central gradients (each row's mean is taken off):
///
/// ```swift
/// import PETL
///
/// final class CentralGradients: TrainingRule {
///   let traits: RuleTraits = .needsGradients
///
///   init(options: NoOptions) {}
///
///   func gradientsDidForm(_ gradients: inout RuleGradients, in context: RuleContext) {
///     for entry in context.parameters where entry.parameter.value.rank == 2 {
///       guard let gradient = gradients[entry.parameter] else { continue }
///       gradients[entry.parameter] = gradient - gradient.mean(over: [1], keepingAxes: true)
///     }
///   }
/// }
/// ```
public protocol TrainingRule: AnyObject, SendableMetatype {
  /// The options, read from a recipe or made in code.
  associatedtype Options: PluginOptions

  /// Makes the rule of one stage.
  ///
  /// - Parameter options: its own.
  /// - Throws: `DiagnosticError` when the options do not go together.
  init(options: Options) throws

  /// Its name, summary and source.
  static var descriptor: PluginDescriptor { get }

  /// What it needs, and what it takes upon itself: a recipe that does not give it is refused before
  /// anything is trained.
  var traits: RuleTraits { get }

  /// Why it cannot work with what a recipe trains, in words; nil when it can.
  func objection(to setting: RuleSetting) -> String?

  /// The parameters that have another learning rate or weight decay in this stage; asked for once
  /// beforehand, of the adapters' parameters alone, and once when the stage begins.
  ///
  /// - Parameters:
  ///   - parameters: what is trained.
  ///   - adapters: those that some of them belong to.
  /// - Returns: groups with their factors; those of several groups and rules are multiplied.
  func groups(of parameters: [RuleParameter], _ adapters: AdapterSet) -> [ParameterGroup]

  /// Makes ready for the first step, such as by a start that the data decide; called before the
  /// optimizer's own `prepare`, and not where a stored state is gone on from.
  ///
  /// - Parameters:
  ///   - start: gives gradients and inputs of sites for the first batches.
  ///   - context: the moment before the first step.
  /// - Throws: what the objective throws, where its loss has left the finite numbers.
  func prepare(_ start: TrainingStart, in context: RuleContext) throws

  /// Reads or changes the gradients of a step before they are measured, clipped, and given to the
  /// optimizer; called as often as the optimizer asks, which is once for nearly all. Here alone operations
  /// are recorded, so that a term of the rule's own can be differentiated.
  ///
  /// - Parameters:
  ///   - gradients: of the whole loss.
  ///   - context: the step under way.
  func gradientsDidForm(_ gradients: inout RuleGradients, in context: RuleContext)

  /// Follows a step that was taken; may change parameters.
  ///
  /// - Parameter context: has the gradients that the optimizer was given, clipped; nil where it takes
  ///   losses only.
  func stepDidEnd(in context: RuleContext)

  /// Follows an epoch that was measured; may change parameters, and ask training to end.
  ///
  /// - Parameters:
  ///   - figures: those of the epoch.
  ///   - context: after the epoch's last step.
  func epochDidEnd(_ figures: EpochFigures, in context: RuleContext)

  /// Follows the last epoch of a stage, before the stage's test; may change the parameters, which are
  /// those that are kept.
  ///
  /// - Parameter context: after the stage's last step.
  func stageDidEnd(in context: RuleContext)

  /// Other values of some parameters, by name, which take their places while splits are measured and
  /// in what is kept; nil for none. Asked for after each epoch and at the stage's end, if `traits` say
  /// that there are some.
  ///
  /// - Parameter context: has the parameters with the values that training goes on with.
  /// - Returns: each of its parameter's shape.
  func evaluationValues(in context: RuleContext) -> [String: Tensor]?

  /// What the user should know after a stage, a sentence that follows the rule's name; nil for nothing.
  var note: String? { get }

  /// What training leaves in it beside tensors: `NoState` of a rule that remembers nothing.
  associatedtype State: Codable & Sendable = NoState

  /// All that an instance has gathered since it was made, but for tensors; kept in checkpoints.
  var state: State { get }

  /// The tensors that an instance has gathered, by names of its own; kept in checkpoints as they are.
  var tensors: [String: Tensor] { get }

  /// Goes on from the state of another instance with the same options: what it does is, bit for bit,
  /// what that would have done.
  ///
  /// - Parameters:
  ///   - state: as `state` gave it.
  ///   - tensors: as `tensors` gave them, with memory of their own.
  /// - Throws: `DiagnosticError` naming what is missing or has another shape.
  func restore(_ state: State, tensors: [String: Tensor]) throws
}

extension TrainingRule {
  /// The type's name in lower case and nothing else: enough for a rule used from code.
  public static var descriptor: PluginDescriptor {
    PluginDescriptor(name: String(describing: Self.self).lowercased(), summary: "", source: "")
  }

  /// None: right for a rule that goes with any recipe.
  public var traits: RuleTraits { [] }

  /// nil: right for a rule that goes with any adapter.
  public func objection(to setting: RuleSetting) -> String? { nil }

  /// None: right where all parameters have the same rate.
  public func groups(of parameters: [RuleParameter], _ adapters: AdapterSet) -> [ParameterGroup] {
    []
  }

  /// Nothing: right for a rule of other moments.
  public func prepare(_ start: TrainingStart, in context: RuleContext) throws {}

  /// Nothing: right for a rule of other moments.
  public func gradientsDidForm(_ gradients: inout RuleGradients, in context: RuleContext) {}

  /// Nothing: right for a rule of other moments.
  public func stepDidEnd(in context: RuleContext) {}

  /// Nothing: right for a rule of other moments.
  public func epochDidEnd(_ figures: EpochFigures, in context: RuleContext) {}

  /// Nothing: right for a rule of other moments.
  public func stageDidEnd(in context: RuleContext) {}

  /// nil: right where what is trained is what is measured.
  public func evaluationValues(in context: RuleContext) -> [String: Tensor]? { nil }

  /// nil: right for whatever does what its options say.
  public var note: String? { nil }

  /// None: right for a rule that keeps no tensors.
  public var tensors: [String: Tensor] { [:] }
}

extension TrainingRule where State == NoState {
  /// Nothing.
  public var state: NoState { NoState() }

  /// Nothing.
  public func restore(_ state: NoState, tensors: [String: Tensor]) throws {}
}
