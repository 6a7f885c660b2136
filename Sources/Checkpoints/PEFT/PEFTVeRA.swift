import PETL

/// What a PEFT VeRA folder holds: two projections shared by all maps, and two vectors for each.
///
/// A map of in inputs and out outputs gains λ_b ⊙ B[:out] · (λ_d ⊙ A[:, :in]).
public struct PEFTVeRA: Sendable {
  /// The vectors of one linear map.
  public struct Module: Sendable, Equatable {
    /// The path of the map in the backbone.
    public var module: String
    /// λ_d, one for each row of A.
    public var d: [Float]
    /// λ_b, one for each output.
    public var b: [Float]

    /// Makes the vectors of a map.
    public init(module: String, d: [Float], b: [Float]) {
      self.module = module
      self.d = d
      self.b = b
    }
  }

  /// A [rank, the most inputs], row-major.
  public var a: [Float]
  /// B [the most outputs, rank], row-major.
  public var b: [Float]
  /// The rank.
  public var rank: Int
  /// The adapted linear maps.
  public var modules: [Module]
  /// The tensors of modules trained whole (`modules_to_save`).
  public var fullTensors: [PEFTAdapterFolder.FullTensor]
  /// The backbone the adapter was trained on, for the record.
  public var baseModel: String?
  /// The dropout on the input while training.
  public var dropout: Double
  /// The λ_d that training started from.
  public var start: Double
  /// String pairs kept in the `__metadata__` of the safetensors file.
  public var metadata: [String: String]
  /// What reading found odd but harmless.
  public var warnings: [Diagnostic] = []
  /// What the configuration that it was read with says; nothing of contents that were made.
  public var claims = AdapterClaims.none

  /// Makes the contents of a folder.
  public init(
    a: [Float], b: [Float], rank: Int, modules: [Module],
    fullTensors: [PEFTAdapterFolder.FullTensor] = [], baseModel: String? = nil,
    dropout: Double = 0, start: Double = 0.1, metadata: [String: String] = [:]
  ) {
    (self.a, self.b, self.rank) = (a, b, rank)
    self.modules = modules
    self.fullTensors = fullTensors
    self.baseModel = baseModel
    self.dropout = dropout
    self.start = start
    self.metadata = metadata
  }

  /// The most inputs of a map.
  public var inputs: Int { a.count / max(1, rank) }
  /// The most outputs of a map.
  public var outputs: Int { b.count / max(1, rank) }

  /// The same change of a map as a LoRA of scaling 1: A = λ_d ⊙ A[:, :in], B = λ_b ⊙ B[:out].
  public func factors(of module: Module, inputs: Int) -> LowRankFactors {
    let widest = self.inputs
    return LowRankFactors(
      a: (0..<rank * inputs).map { a[$0 / inputs * widest + $0 % inputs] * module.d[$0 / inputs] },
      b: (0..<module.b.count * rank).map { b[$0] * module.b[$0 / rank] },
      rank: rank, alpha: Double(rank))
  }
}

/// The names that PEFT gives to VeRA's tensors.
enum VeRANames {
  static let a = "base_model.vera_A"
  static let b = "base_model.vera_B"
  static let lambdaB = ".vera_lambda_b"
  static let lambdaD = ".vera_lambda_d"
}
