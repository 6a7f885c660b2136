/// A line of a chart.
struct Series {
  /// What the legend calls it.
  let name: String
  /// The number of its colour; counted on from the start after the last.
  let color: Int
  /// Whether it is dashed, as controls are.
  let isDashed: Bool
  /// The points from left to right; a gap is left where one is not finite.
  let points: [(x: Double, y: Double)]

  /// The points in runs without gaps.
  var segments: [[(x: Double, y: Double)]] {
    var result: [[(x: Double, y: Double)]] = [[]]
    for point in points {
      if point.x.isFinite, point.y.isFinite, abs(point.y) < 1e100 {
        result[result.count - 1].append(point)
      } else if result.last?.isEmpty == false {
        result.append([])
      }
    }
    return result.filter { !$0.isEmpty }
  }
}
