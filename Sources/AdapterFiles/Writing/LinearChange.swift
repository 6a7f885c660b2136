import Checkpoints
import PETL

/// What an adapter does to the weight of its map, as files hold it.
struct LinearChange {
  /// A and B, with the scaling in alpha where it is a constant of the adapter's.
  let factors: LowRankFactors
  /// DoRA's magnitudes.
  let magnitude: [Float]?

  /// Takes the factors of an adapter that `LinearAdapterWriter.objection` has nothing against.
  ///
  /// - Parameters:
  ///   - entry: The adapter.
  ///   - rslora: Whether the file's scaling is alpha / √rank.
  init(_ entry: AdapterSet.Entry, rslora: Bool) {
    if let scaling = entry.adapter as? any RowScaling {
      let (a, b, magnitude) = scaling.rowScaledFactors()
      let scale = Self.constant(of: b, over: scaling.factorParameters?.basis)
      factors = Self.factors(a, b, scale, rslora)
      self.magnitude = magnitude.values
      return
    }
    let decomposable = entry.adapter as? any SubspaceDecomposable
    let found = decomposable?.linearFactors()
    let (a, b) =
      found.map(LinearFactors.fitting)
      ?? (.zeros([1, entry.site.inputWidth]), .zeros([1, entry.site.outputWidth]))
    factors = Self.factors(
      a, b, Self.constant(of: b, over: decomposable?.factorParameters?.basis), rslora)
    magnitude = nil
  }

  /// B and the constant that was multiplied into it.
  private typealias Scaled = (b: Tensor, scale: Float)

  /// The parameter with the constant c for which `scaled` is c times it, bit for bit.
  ///
  /// nil when there is none. Thus a file that is read and written keeps its B and its alpha.
  private static func constant(of scaled: Tensor, over parameter: Parameter?) -> Scaled? {
    guard let value = parameter?.value, value.shape == scaled.shape else { return nil }
    let (from, to) = (value.values, scaled.values)
    guard let largest = from.indices.max(by: { abs(from[$0]) < abs(from[$1]) }),
      from[largest] != 0
    else { return nil }
    let near = to[largest] / from[largest]
    let found = [near, near.nextUp, near.nextDown].first { c in
      c != 0 && c.isFinite && zip(from, to).allSatisfy { $0 * c == $1 }
    }
    return found.map { (value, $0) }
  }

  private static func factors(_ a: Tensor, _ b: Tensor, _ scaled: Scaled?, _ rslora: Bool)
    -> LowRankFactors
  {
    let rank = a.shape[0]
    let divisor = rslora ? Double(rank).squareRoot() : Double(rank)
    let values = noGradient { (scaled?.b ?? b).transposed().values }
    return LowRankFactors(
      a: a.values, b: values, rank: rank,
      alpha: scaled.map { Self.alpha($0.scale, divisor: divisor) } ?? divisor)
  }

  /// The roundest alpha that gives this scaling, divided by the rank or its root.
  private static func alpha(_ scale: Float, divisor: Double) -> Double {
    let exact = Double(scale) * divisor
    let rounded = [1.0, 1e3, 1e6].map { (exact * $0).rounded() / $0 }
    return rounded.first { Float($0 / divisor) == scale } ?? exact
  }
}
