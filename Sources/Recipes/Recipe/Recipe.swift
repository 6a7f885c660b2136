import PETL

/// An experiment as a recipe says it: typed, complete, with every default filled in.
public struct Recipe: Sendable {
  /// The name of the run.
  public var name = "run"
  /// The seed that everything random starts from.
  public var seed = 0
  /// How many threads share the work; nil for all.
  public var threads: Int?
  /// What the network learns to do.
  public var task = Task.classification
  /// The parts of a retrieval network that are trained beside adapters; the defaults in other tasks.
  public var retrieval = RetrievalRecipe()
  /// The frozen network.
  public var backbone = BackboneRecipe()
  /// The images.
  public var data = DataRecipe()
  /// What is trained on the network; nil for the head alone.
  public var adapter: AdapterRecipe?
  /// The penalties on the adapter's subspaces.
  public var regularizers: [RegularizerRecipe] = []
  /// How parameters move.
  public var optimizer = OptimizerRecipe()
  /// How the learning rate changes within a stage.
  public var schedule = RateSchedule()
  /// After how many steps, each time, adapters are brought into the balanced gauge; nil for never.
  public var regauge: Int?
  /// Images a step.
  public var batchSize = 64
  /// Whether the images of an epoch that do not fill a batch are left out of it.
  public var dropLast = false
  /// The most memory, in MiB, for activations that are the same in every epoch; 0 for none.
  public var activationCache = 1024
  /// The parts of training, in order.
  public var stages: [StageRecipe] = []
  /// Which epoch's parameters are kept.
  public var selection = Selection.last
  /// Whether the stages that regularize are trained a second time without, from the same start.
  public var hasControl = false
  /// The whole recipe with its defaults as it was read or made, to be written down; what is changed
  /// later is not in it.
  public var resolved = ConfigurationNode(writing: [])

  /// The defaults; what has none is empty.
  init() {}

  /// What a network learns to do.
  public enum Task: String, CaseIterable, Sendable {
    /// To tell the class of an image.
    case classification
    /// To find the caption of an image and the image of a caption.
    case retrieval
  }

  /// Which epoch's parameters are kept; the test split decides only where the results then say so.
  public enum Selection: String, CaseIterable, Sendable {
    /// The last epoch of each stage.
    case last
    /// The epoch with the best accuracy, or sum of recalls, on the validation split.
    case bestVal = "best-val"
    /// The epoch with the best accuracy, or sum of recalls, on the test split: as some papers' tables are
    /// made, optimistic, and comparable with nothing else.
    case bestTest = "best-test"

    /// What stands beside every figure of a run whose epoch the test split chose.
    public static let mark = "†"
    /// What the mark says.
    public static let markMeaning =
      "\(mark) best epoch on TEST: optimistic, not comparable with runs that do not choose by it"

    /// What the mark says, where the test split decides; nil otherwise.
    public var caution: String? { self == .bestTest ? Self.markMeaning : nil }
  }
}

/// The optimizer of a recipe.
public struct OptimizerRecipe: Sendable {
  /// How a gradient becomes a step.
  public enum Rule: String, CaseIterable, Sendable {
    /// AdamW, with decoupled weight decay.
    case adamw
    /// Gradient descent with momentum, with coupled weight decay.
    case sgd
    /// Muon's orthogonalised steps on the manifold of matrices of fixed rank, for linear adapters.
    case riemannion
    /// Euler steps of the flow of full fine-tuning, for linear adapters.
    case odelora
    /// Gradient descent along random subspaces, without a backward pass.
    case subzero

    /// Whether the rule moves the two factors of linear adapters together.
    public var movesFactors: Bool { self == .riemannion || self == .odelora }
  }

  /// The rule.
  public var type: Rule
  /// The learning rate after the warm-up.
  public var learningRate: Double
  /// Weight decay, on parameters that decay; decoupled with `adamw`, coupled with `sgd`.
  public var weightDecay: Double
  /// The decay rate of the mean of gradients.
  public var beta1: Double
  /// The decay rate of the mean of squared gradients.
  public var beta2: Double
  /// How much of the sum of gradients `sgd` and `riemannion` keep.
  public var momentum: Double
  /// Whether `sgd` looks ahead by one step.
  public var nesterov: Bool
  /// The singular values that a ΔW of zero starts with, `riemannion` and `odelora`.
  public var startScale: Double
  /// How `odelora` damps the inverses of Gram matrices, in units of their mean diagonal.
  public var damping: Double
  /// The rank of `subzero`'s subspaces.
  public var subspaceRank: Int
  /// After how many steps `subzero` draws its subspaces anew.
  public var refresh: Int
  /// How far from the parameters `subzero` asks for the loss.
  public var epsilon: Double
  /// The largest global norm of a gradient; nil for no clipping.
  public var gradientClip: Double?

  /// Makes the section of the optimizer in code.
  ///
  /// - Parameters:
  ///   - type: the rule.
  ///   - learningRate: the rate after the warm-up.
  ///   - weightDecay: decoupled with `adamw`, part of the gradient with `sgd`.
  ///   - beta1: `adamw`: the decay of the mean.
  ///   - beta2: `adamw`: the decay of the mean square.
  ///   - momentum: `sgd`: how much of the sum of gradients is kept.
  ///   - nesterov: `sgd`: whether it looks ahead by one step.
  ///   - startScale: `riemannion`, `odelora`: the singular values that a zero ΔW starts with.
  ///   - damping: `odelora`: of the inverses of Gram matrices.
  ///   - subspaceRank: `subzero`: the rank of its subspaces.
  ///   - refresh: `subzero`: steps until they are drawn anew.
  ///   - epsilon: `subzero`: how far from the parameters the loss is asked for.
  ///   - gradientClip: the largest global norm of a gradient; nil for no clipping.
  public init(
    type: Rule = .adamw, learningRate: Double = 1e-3, weightDecay: Double = 1e-4,
    beta1: Double = 0.9, beta2: Double = 0.999, momentum: Double = 0.9, nesterov: Bool = false,
    startScale: Double = 0.01, damping: Double = 1e-3, subspaceRank: Int = 8, refresh: Int = 1000,
    epsilon: Double = 1e-3, gradientClip: Double? = nil
  ) {
    self.type = type
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.beta1 = beta1
    self.beta2 = beta2
    self.momentum = momentum
    self.nesterov = nesterov
    self.startScale = startScale
    self.damping = damping
    self.subspaceRank = subspaceRank
    self.refresh = refresh
    self.epsilon = epsilon
    self.gradientClip = gradientClip
  }
}
