import PETL

/// The factors of one LoRA: B·A, scaled by alpha / rank (or alpha / √rank).
public struct LowRankFactors: Sendable, Equatable {
  /// A [rank, inputs], row-major.
  public var a: [Float]
  /// B [outputs, rank], row-major.
  public var b: [Float]
  /// The rank.
  public var rank: Int
  /// The numerator of the scaling.
  public var alpha: Double

  /// Makes a pair of factors.
  public init(a: [Float], b: [Float], rank: Int, alpha: Double) {
    self.a = a
    self.b = b
    self.rank = rank
    self.alpha = alpha
  }
}

/// The LoRAs of the query, key and value projections of one attention, any of them absent.
public struct ProjectionFactors: Sendable, Equatable {
  /// The factors of the query projection.
  public var query: LowRankFactors?
  /// The factors of the key projection.
  public var key: LowRankFactors?
  /// The factors of the value projection.
  public var value: LowRankFactors?

  /// Makes a triple.
  public init(
    query: LowRankFactors? = nil, key: LowRankFactors? = nil, value: LowRankFactors? = nil
  ) {
    self.query = query
    self.key = key
    self.value = value
  }
}

extension LowRankFactors {
  /// Checks the number of values.
  ///
  /// - Throws: `DiagnosticError` that names the part.
  func check(_ name: String, inputs: Int, outputs: Int) throws {
    guard rank > 0, a.count == rank * inputs, b.count == outputs * rank, alpha.isFinite else {
      throw DiagnosticError(
        "the LoRA of \(name) has \(a.count) and \(b.count) values and alpha \(alpha), expected A [\(rank), \(inputs)], B [\(outputs), \(rank)] and a finite alpha"
      )
    }
  }

  /// The alpha that gives another rank the same scaling.
  func alpha(forRank other: Int, rslora: Bool) -> Double {
    let quotient = Double(other) / Double(rank)
    return rslora ? alpha * quotient.squareRoot() : alpha * Double(other) / Double(rank)
  }

  /// The scaling of `other` over that of this one; exactly 1 when they are the same.
  func scalingQuotient(to other: LowRankFactors, rslora: Bool) -> Double {
    let ranks = Double(rank) / Double(other.rank)
    let cross = other.alpha * Double(rank) == alpha * Double(other.rank)
    if !rslora, cross { return 1 }
    return other.alpha / alpha * (rslora ? ranks.squareRoot() : ranks)
  }
}
