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
  /// How texts become tokens; the defaults where there are none.
  public var text = TextRecipe()
  /// The frozen network.
  public var backbone = BackboneRecipe()
  /// The images or texts.
  public var data = DataRecipe()
  /// The files of plugins that it names, relative to its own folder; none is loaded by reading it.
  public var plugins: [String] = []
  /// What is trained on the network; nil for the head alone.
  public var adapter: AdapterRecipe?
  /// The penalties on the adapter's subspaces.
  public var regularizers: [RegularizerRecipe] = []
  /// What telling classes is trained by; nil for cross-entropy.
  public var loss: LossRecipe?
  /// What else happens at steps, epochs and stages, in order.
  public var rules: [RuleRecipe] = []
  /// How parameters move.
  public var optimizer = OptimizerRecipe()
  /// How the learning rate changes within a stage.
  public var schedule = RateSchedule()
  /// After how many steps, each time, adapters are brought into the balanced gauge; nil for never.
  public var regauge: Int?
  /// Images or texts a step.
  public var batchSize = 64
  /// Images or texts that go through the network at once, the gradients of a step's parts added up; nil for the whole
  /// batch.
  public var microBatchSize: Int?
  /// Into how many shards a batch is cut; nil for one, or, of several processes, for 4 or as many as there are.
  ///
  /// Their sums are added in a fixed order: what is trained has the same bits however many processes share the work.
  public var microShards: Int?
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
  /// How little of it is done to see that all of it works; nil for the whole.
  ///
  /// It is no key of a recipe.
  public var trial: Trial?
  /// The whole recipe with its defaults as it was read or made, to be written down; what is changed
  /// later is not in it.
  package var resolved = ConfigurationNode(writing: [])
  /// What the user should know of how it was read.
  package var notes: [Note] = []
  /// The plugins that it was read with: files of adapters that it names are read with them.
  package var registry = PluginRegistry(plugins: [], regularizers: [], optimizers: [])

  /// The defaults; what has none is empty.
  init() {}

  /// What a network learns to do.
  public enum Task: String, CaseIterable, Sendable {
    /// To tell the class of an image, or of a text.
    case classification
    /// To find the caption of an image and the image of a caption.
    case retrieval
    /// To predict the next token of texts.
    case languageModel = "language-model"
  }

  /// Which epoch's parameters are kept; the test split decides only where the results then say so.
  public enum Selection: String, CaseIterable, Sendable {
    /// The last epoch of each stage.
    case last
    /// The epoch with the best accuracy, sum of recalls, or loss of a language model, on the validation split.
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
