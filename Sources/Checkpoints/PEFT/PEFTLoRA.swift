import PETL

/// One linear map adapted by LoRA: its weight gains `scaling · B · A`.
public struct PEFTLoRA: Sendable, Equatable {
  /// The path of the map in the backbone, such as `blocks.0.attn.qkv`.
  public var module: String
  /// A, row-major.
  public var a: [Float]
  /// The shape of A: rank, inputs.
  public var aShape: [Int]
  /// B, row-major.
  public var b: [Float]
  /// The shape of B: outputs, rank.
  public var bShape: [Int]
  /// The scaling is alpha / rank, or alpha / √rank in a folder with `rslora`.
  public var alpha: Double
  /// DoRA's magnitudes, one for each output; nil for a plain LoRA.
  public var magnitude: [Float]?

  /// Makes an adapted map; writing it checks that shapes and values agree.
  public init(
    module: String, a: [Float], aShape: [Int], b: [Float], bShape: [Int], alpha: Double,
    magnitude: [Float]? = nil
  ) {
    self.module = module
    self.a = a
    self.aShape = aShape
    self.b = b
    self.bShape = bShape
    self.alpha = alpha
    self.magnitude = magnitude
  }

  /// The rank: the rows of A.
  public var rank: Int { aShape.first ?? 0 }

  /// What B·A is multiplied by.
  public func scaling(rslora: Bool) -> Double {
    alpha / (rslora ? Double(rank).squareRoot() : Double(rank))
  }

  /// Makes an adapted map of `inputs` inputs from its factors.
  public init(module: String, factors: LowRankFactors, inputs: Int, magnitude: [Float]? = nil) {
    self.init(
      module: module, a: factors.a, aShape: [factors.rank, inputs], b: factors.b,
      bShape: [factors.b.count / max(1, factors.rank), factors.rank], alpha: factors.alpha,
      magnitude: magnitude)
  }

  /// The factors without their shapes.
  public var factors: LowRankFactors {
    LowRankFactors(a: a, b: b, rank: rank, alpha: alpha)
  }

  /// What is wrong with the shapes or alpha, or nil.
  var fault: String? {
    guard aShape.count == 2, bShape.count == 2 else {
      return "A must be [rank, inputs] and B [outputs, rank], not \(aShape) and \(bShape)"
    }
    guard rank > 0, bShape[1] == rank else {
      return "A \(aShape) and B \(bShape) do not share a rank of at least 1"
    }
    guard aShape[1] > 0, bShape[0] > 0 else {
      return "A \(aShape) and B \(bShape) have an empty axis"
    }
    guard elementCount(of: aShape) == a.count, elementCount(of: bShape) == b.count else {
      return "A \(aShape) and B \(bShape) come with \(a.count) and \(b.count) values"
    }
    if let magnitude, magnitude.count != bShape[0] {
      return "\(magnitude.count) magnitudes do not fit B \(bShape)"
    }
    return alpha.isFinite ? nil : "alpha is \(alpha)"
  }
}
