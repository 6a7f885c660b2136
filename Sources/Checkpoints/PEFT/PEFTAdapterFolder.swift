import PETL

/// What a PEFT LoRA folder holds, as plain data.
public struct PEFTAdapterFolder: Sendable {
  /// A tensor that is saved whole because its module was trained whole, such as `head.weight`.
  public struct FullTensor: Sendable, Equatable {
    /// How a folder holds the tensor.
    public enum Role: Sendable, Equatable {
      /// Its module is saved whole.
      case saved
      /// It is a bias, held because of the configuration's `bias`.
      case bias
      /// It is added to the network's own bias.
      case addition
    }

    /// The name in the backbone.
    public var name: String
    /// The dimensions, outermost first.
    public var shape: [Int]
    /// The numbers, row-major.
    public var values: [Float]
    /// How a folder holds it.
    public var role: Role

    /// Makes a tensor; writing it checks that shape and values agree.
    public init(name: String, shape: [Int], values: [Float], role: Role = .saved) {
      self.role = role
      self.name = name
      self.shape = shape
      self.values = values
    }

    /// The module that the tensor belongs to: the name without its last part.
    package var module: String {
      name.split(separator: ".", omittingEmptySubsequences: false).dropLast().joined(separator: ".")
    }
  }

  /// The adapted linear maps.
  public var modules: [PEFTLoRA]
  /// The tensors of modules trained whole (`modules_to_save`).
  public var fullTensors: [FullTensor]
  /// Which biases of the network itself are held beside.
  public var bias = PEFTBias.none
  /// What is said of the model that the adapter is for, where a folder is written.
  public var task = PEFTTask()
  /// The backbone the adapter was trained on, for the record.
  public var baseModel: String?
  /// Whether the scaling is alpha / √rank instead of alpha / rank.
  public var rslora: Bool
  /// The dropout on the input of A while training.
  public var dropout: Double
  /// String pairs kept in the `__metadata__` of the safetensors file: the place for data of our own.
  public var metadata: [String: String]
  /// Whether the adapted maps are DoRAs: rows of W + B·A scaled to their magnitudes.
  public var isDoRA: Bool { modules.contains { $0.magnitude != nil } }
  /// What `read(_:)` found odd but harmless, such as keys that are not known.
  public var warnings: [Diagnostic] = []
  /// What the configuration that it was read with says; nothing of contents that were made.
  public var claims = AdapterClaims.none

  /// Makes the contents of a folder.
  public init(
    modules: [PEFTLoRA], fullTensors: [FullTensor] = [], baseModel: String? = nil,
    rslora: Bool = false, dropout: Double = 0, metadata: [String: String] = [:]
  ) {
    self.modules = modules
    self.fullTensors = fullTensors
    self.baseModel = baseModel
    self.rslora = rslora
    self.dropout = dropout
    self.metadata = metadata
  }
}

/// The names that PEFT gives to files and tensors.
enum PEFTNames {
  static let configuration = "adapter_config.json"
  static let tensors = "adapter_model.safetensors"
  static let pickle = "adapter_model.bin"
  static let card = "README.md"
  static let prefix = "base_model.model."
  static let sharedPrefix = "base_model."
  static let a = ".lora_A.weight"
  static let b = ".lora_B.weight"
  static let bias = ".lora_B.bias"
  static let magnitude = ".lora_magnitude_vector"
  /// The release whose folder layout is read and written here.
  static let version = "0.21.2"
}
