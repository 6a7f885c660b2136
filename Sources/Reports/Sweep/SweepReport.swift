/// All that a report tells of a sweep, as plain data: it knows nothing of folders or statistics.
public struct SweepReport: Sendable {
  /// A mean difference of pairs.
  public struct Difference: Sendable {
    /// The data set that is compared on, or the method where there is one data set.
    public let label: String
    /// The mean difference.
    public let mean: Double
    /// Its 95 % interval; nil for one pair.
    public let interval: (lower: Double, upper: Double)?
    /// Whether it is of the pairs of all data sets.
    public let isPooled: Bool
    /// Whether the test tells the two apart.
    public let isTold: Bool
    /// What the test says, in words.
    public let verdict: String

    /// Collects a difference.
    public init(
      label: String, mean: Double, interval: (lower: Double, upper: Double)?, isPooled: Bool,
      isTold: Bool, verdict: String
    ) {
      self.label = label
      self.mean = mean
      self.interval = interval
      self.isPooled = isPooled
      self.isTold = isTold
      self.verdict = verdict
    }
  }

  /// Differences that are drawn together.
  public struct Forest: Sendable {
    /// What differs: a method, or the data set where there is one.
    public let title: String
    /// What it differs from.
    public let baseline: String
    /// The differences.
    public let rows: [Difference]

    /// Collects differences.
    public init(title: String, baseline: String, rows: [Difference]) {
      self.title = title
      self.baseline = baseline
      self.rows = rows
    }
  }

  /// A figure over seeds.
  public struct Figure: Sendable {
    /// How many seeds.
    public let count: Int
    /// The mean.
    public let mean: Double
    /// The standard deviation; 0 of one seed.
    public let deviation: Double

    /// Collects a figure.
    public init(count: Int, mean: Double, deviation: Double) {
      self.count = count
      self.mean = mean
      self.deviation = deviation
    }

    /// Whether it can be drawn; beyond 1e100 neighbours on an axis cannot be told apart.
    var isDrawn: Bool { abs(mean) < 1e100 && abs(deviation) < 1e100 }

    /// One standard deviation below the mean and above it.
    var bounds: [Double] { [mean - deviation, mean + deviation] }
  }

  /// The figure of one value of what varied.
  public struct Point: Sendable {
    /// The value.
    public let value: Double
    /// The figure.
    public let figure: Figure

    /// Collects a point.
    public init(value: Double, figure: Figure) {
      self.value = value
      self.figure = figure
    }
  }

  /// Points of one method.
  public struct Line: Sendable {
    /// The method.
    public let label: String
    /// Whether it is of controls.
    public let isControl: Bool
    /// The points, by rising value.
    public let points: [Point]
    /// The figure of controls that what varied does not concern.
    public let level: Figure?

    /// Collects a line.
    public init(label: String, isControl: Bool, points: [Point], level: Figure?) {
      self.label = label
      self.isControl = isControl
      self.points = points
      self.level = level
    }
  }

  /// A figure against a number that varied.
  public struct Curve: Sendable {
    /// What varied.
    public let key: String
    /// What is drawn.
    public let figure: String
    /// What it is called where there is little room.
    public let shortFigure: String
    /// Whether it is a share that is written as a percentage.
    public let isShare: Bool
    /// The data set; nil for the mean over all where there are several.
    public let data: String?
    /// The lines.
    public let lines: [Line]

    /// Collects a curve.
    public init(
      key: String, figure: String, shortFigure: String, isShare: Bool, data: String?,
      lines: [Line]
    ) {
      self.key = key
      self.figure = figure
      self.shortFigure = shortFigure
      self.isShare = isShare
      self.data = data
      self.lines = lines
    }
  }

  /// The sweep's name.
  public let title: String
  /// What stands above everything else, such as that the test split chose an epoch; nil for nothing.
  public let caution: String?
  /// What the sweep was, label and value: runs, data sets, seeds, training time.
  public let facts: [(label: String, value: String)]
  /// What the reader should know, a sentence each.
  public let notes: [String]
  /// Means over seeds by method and data set.
  public let figures: [ReportTable]
  /// The settings that the validation split chose; nil where every setting is a method.
  public let chosen: ReportTable?
  /// Paired differences, drawn.
  public let forests: [Forest]
  /// What the numbers of the paired differences are, such as points.
  public let unit: String
  /// The paired tests.
  public let tests: ReportTable?
  /// Figures against what varied.
  public let curves: [Curve]
  /// Every run, with what became of it.
  public let runs: ReportTable
  /// The sweep's recipe; empty where it is unknown.
  public let recipe: String

  /// Collects a report.
  public init(
    title: String, caution: String? = nil, facts: [(label: String, value: String)], notes: [String],
    figures: [ReportTable], chosen: ReportTable? = nil,
    forests: [Forest], unit: String, tests: ReportTable?, curves: [Curve], runs: ReportTable,
    recipe: String
  ) {
    self.title = title
    self.caution = caution
    self.facts = facts
    self.notes = notes
    self.figures = figures
    (self.chosen, self.forests) = (chosen, forests)
    self.unit = unit
    self.tests = tests
    self.curves = curves
    self.runs = runs
    self.recipe = recipe
  }
}
