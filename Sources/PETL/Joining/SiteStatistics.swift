/// What a part of a batch tells the others of its coefficients at a site: how many tokens each image or text has, the
/// mean over tokens, and the Gram matrix of what is left without it.
struct SiteStatistics {
  let rows: TokenRows
  /// The mean over tokens, [r].
  let mean: [Double]
  /// SᵀS without the mean, [r, r].
  let scatter: [Double]

  /// Those of coefficients.
  init(_ subspaces: Subspaces) {
    rows = subspaces.rows
    let s = subspaces.coefficients.detached()
    mean = s.mean(over: [0]).values.map(Double.init)
    scatter = s.gram(centered: true).values.map(Double.init)
  }

  private init(rows: TokenRows, mean: [Double], scatter: [Double]) {
    (self.rows, self.mean, self.scatter) = (rows, mean, scatter)
  }

  /// As numbers that `init(_:width:)` reads.
  var numbers: [Float] {
    [Float(rows.lengths.count), rows.feature == .last ? 1 : 0] + rows.lengths.map { Float($0) }
      + (mean + scatter).map { Float($0) }
  }

  /// Takes the statistics off the front of numbers.
  ///
  /// - Parameters:
  ///   - numbers: as `numbers`, with others behind them.
  ///   - width: how many coefficients a token has.
  init(_ numbers: inout ArraySlice<Float>, width: Int) {
    func take(_ count: Int) -> [Float] {
      defer { numbers = numbers.dropFirst(count) }
      return Array(numbers.prefix(count))
    }
    let head = take(2)
    rows = TokenRows(
      lengths: take(Int(head[0])).map { Int($0) }, feature: head[1] == 1 ? .last : .first)
    mean = take(width).map(Double.init)
    scatter = take(width * width).map(Double.init)
  }

  /// Those of all parts together (Chan, Golub and LeVeque, 1979): nothing cancels.
  static func joined(_ parts: [SiteStatistics]) -> SiteStatistics {
    let rows = TokenRows(
      lengths: parts.flatMap(\.rows.lengths), feature: parts.first?.rows.feature ?? .first)
    let (r, total) = (parts.first?.mean.count ?? 0, Double(max(1, rows.count)))
    var (mean, scatter) = ([Double](repeating: 0, count: r), [Double](repeating: 0, count: r * r))
    for part in parts {
      let share = Double(part.rows.count) / total
      for i in 0..<r { mean[i] += share * part.mean[i] }
    }
    for part in parts {
      let count = Double(part.rows.count)
      let away = zip(part.mean, mean).map { $0 - $1 }
      for i in 0..<r * r { scatter[i] += part.scatter[i] + count * away[i / r] * away[i % r] }
    }
    return SiteStatistics(rows: rows, mean: mean, scatter: scatter)
  }

  /// SᵀS, [r, r], without the mean or with it.
  func gram(centered: Bool) -> Tensor {
    let (r, count) = (mean.count, Double(rows.count))
    let values = (0..<r * r).map {
      Float(scatter[$0] + (centered ? 0 : count * mean[$0 / r] * mean[$0 % r]))
    }
    return Tensor(values, shape: [r, r])
  }
}
