import PETL

/// An experiment as a recipe says it: typed, complete, with every default filled in.
public struct Recipe: Sendable {
  /// The name of the run.
  public var name: String
  /// The seed that everything random starts from.
  public var seed: Int
  /// How many threads share the work; nil for all.
  public var threads: Int?
  /// What the network learns to do.
  public var task: Task
  /// The parts of a retrieval network that are trained beside adapters; the defaults in other tasks.
  public var retrieval: RetrievalRecipe
  /// The frozen network.
  public var backbone: BackboneRecipe
  /// The images.
  public var data: DataRecipe
  /// What is trained on the network; nil for the head alone.
  public var adapter: AdapterRecipe?
  /// The penalties on the adapter's subspaces.
  public var regularizers: [RegularizerRecipe]
  /// How parameters move.
  public var optimizer: OptimizerRecipe
  /// How the learning rate changes within a stage.
  public var schedule: RateSchedule
  /// After how many steps, each time, adapters are brought into the balanced gauge; nil for never.
  public var regauge: Int?
  /// Images a step.
  public var batchSize: Int
  /// Whether the images of an epoch that do not fill a batch are left out of it.
  public var dropLast: Bool
  /// The most memory, in MiB, for activations that are the same in every epoch; 0 for none.
  public var activationCache: Int
  /// The parts of training, in order.
  public var stages: [StageRecipe]
  /// Which epoch's parameters are kept.
  public var selection: Selection
  /// Whether the stages that regularize are trained a second time without, from the same start.
  public var hasControl: Bool
  /// The whole recipe with its defaults as it was read or made, to be written down; what is changed
  /// later is not in it.
  public var resolved: ConfigurationNode

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

/// The frozen network of a recipe.
public struct BackboneRecipe: Sendable {
  /// The families of networks.
  public enum Family: String, CaseIterable, Sendable {
    /// Whatever the weights are of.
    case auto
    /// A Vision Transformer.
    case vit
    /// A Swin Transformer.
    case swin
    /// Both towers of a CLIP, for retrieval.
    case clip
  }

  /// The function in the MLPs of a Vision Transformer.
  public enum MLPActivation: String, CaseIterable, Sendable {
    /// What the file's folder says, or else what its naming usually has.
    case auto
    /// x Φ(x).
    case gelu
    /// x σ(1.702 x), OpenAI's CLIP.
    case quickGELU = "quick-gelu"
    /// The approximation of x Φ(x) by the hyperbolic tangent, SigLIP.
    case geluTanh = "gelu-tanh"
    /// max(x, 0).
    case relu
    /// x σ(x).
    case silu
  }

  /// Whose rule resamples positions to another image size.
  public enum PositionResampling: String, CaseIterable, Sendable {
    /// Bicubic with antialias, as open_clip too.
    case timm
    /// Bicubic without antialias.
    case transformers
  }

  /// The family.
  public var type: Family
  /// `embedded:NAME` or a path, relative to the working directory.
  public var weights: String
  /// The side of the images in pixels; nil for the size of the weights.
  public var imageSize: Int?
  /// The heads of attention; nil to take them from the file, or else width / 64.
  public var heads: Int?
  /// The heads of a CLIP's text tower; nil to take them from the file's folder, or else width / 64.
  public var textHeads: Int?
  /// The vocabulary of a CLIP's text tower; nil for the one beside the weights.
  public var tokenizer: String?
  /// The ε of layer norms; nil to take it from the file or its folder, or else the library's usual.
  public var epsilon: Double?
  /// The function in the MLPs.
  public var activation: MLPActivation
  /// How positions are resampled to another image size; nil for as the library of the names does.
  public var positionResampling: PositionResampling?
  /// The drop-path of the last block while training.
  public var dropPath: Double
  /// How the frozen weights are stored and multiplied.
  public var precision: FrozenPrecision
  /// Where the weights are named.
  public var span: SourceSpan?
  /// Where the image size stands.
  public var imageSpan: SourceSpan?
}

/// One part of training.
public struct StageRecipe: Sendable {
  /// Its name, unique in the recipe.
  public var name: String
  /// How many times it goes through the training images.
  public var epochs: Int
  /// Whether the regularizers apply.
  public var regularizes: Bool
  /// The learning rate, when it is not the optimizer's.
  public var learningRate: Double?

  /// Makes a stage in code.
  ///
  /// - Parameters:
  ///   - name: unique in the recipe.
  ///   - epochs: how many times it goes through the training images.
  ///   - regularizes: whether the regularizers apply.
  ///   - learningRate: when it is not the optimizer's.
  public init(
    name: String = "train", epochs: Int = 100, regularizes: Bool = true,
    learningRate: Double? = nil
  ) {
    self.name = name
    self.epochs = epochs
    self.regularizes = regularizes
    self.learningRate = learningRate
  }
}
