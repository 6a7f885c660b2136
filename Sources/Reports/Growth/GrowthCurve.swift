/// How the time of a step grows with one of its sizes, beside what is reckoned.
public struct GrowthCurve: Sendable, Encodable {
  /// A step of one size.
  public struct Point: Sendable, Encodable {
    /// The size: images, blocks, threads.
    public let size: Int
    /// 10⁹ operations that are counted of a step; nil where none are.
    public let gigaflops: Double?
    /// Seconds a step, the median over rounds.
    public let seconds: Double
    /// Seconds over those of the first size, the median over rounds.
    public let measured: Double
    /// What the size should cost by reckoning, over the first size's.
    public let reckoned: Double

    /// Collects a point.
    public init(
      size: Int, gigaflops: Double?, seconds: Double, measured: Double, reckoned: Double
    ) {
      self.size = size
      self.gigaflops = gigaflops
      self.seconds = seconds
      self.measured = measured
      self.reckoned = reckoned
    }
  }

  /// What was varied.
  public let axis: String
  /// What a size counts, in words.
  public let unit: String
  /// What it was measured on.
  public let work: String
  /// The steps, the smallest first.
  public let points: [Point]

  /// Collects a curve.
  public init(axis: String, unit: String, work: String, points: [Point]) {
    self.axis = axis
    self.unit = unit
    self.work = work
    self.points = points
  }
}

extension [GrowthCurve] {
  /// All curves as one drawing, two in a row.
  ///
  /// - Parameter title: what a screen reader says first.
  /// - Returns: an SVG file's text.
  public func svg(title: String) -> String {
    var stack = DrawingStack(title: title, caution: nil, columns: 2)
    for (index, name) in GrowthChart.lines.enumerated() {
      stack.addLegend(name, index: index, isDashed: index > 0)
    }
    let height = ChartFrame.sizes.usual.height + 20
    for start in Swift.stride(from: 0, to: count, by: 2) {
      let row = self[start..<Swift.min(start + 2, count)]
      stack.add(row.map { GrowthChart(curve: $0).drawing() }, height: height)
    }
    return stack.svg()
  }
}
