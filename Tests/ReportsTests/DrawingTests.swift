import Foundation
import Testing

@testable import Reports

@Suite struct DrawingTests {
  @Test(arguments: [
    ([0.13, 0.92], [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
    ([1, 9.5], [0, 2, 4, 6, 8, 10]),
    ([-3, 4], [-4, -2, 0, 2, 4]),
    ([1200, 5300], [1000, 2000, 3000, 4000, 5000, 6000]),
  ])
  func ticksAreRound(_ values: [Double], _ expected: [Double]) {
    let ticks = Axis(holding: values, count: 5).ticks
    #expect(ticks.count == expected.count)
    #expect(zip(ticks, expected).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test(arguments: [
    [], [3], [0, 0], [.nan], [.infinity, 1], [-1e308, 1e308], [1e-300, 2e-300], [1, 1 + 1e-15],
  ])
  func everyAxisHasARange(_ values: [Double]) {
    let axis = Axis(holding: values)
    #expect(axis.range.lowerBound < axis.range.upperBound)
    #expect((1...12).contains(axis.ticks.count))
    #expect(axis.labels().allSatisfy { !$0.isEmpty })
    #expect(axis.labels().count == axis.ticks.count)
  }

  @Test func epochsAreWhole() {
    let axis = Axis(holding: [1, 2], count: 6, isWhole: true)
    #expect(axis.ticks == [1, 2])
    #expect(axis.labels() == ["1", "2"])
  }

  @Test func labelsHaveTheDigitsOfTheirStep() {
    let axis = Axis(holding: [0.30, 0.35], count: 5)
    #expect(axis.labels().first == "0.30")
    #expect(axis.labels().last == "0.35")
    #expect(axis.labels(isShare: true) == ["30 %", "31 %", "32 %", "33 %", "34 %", "35 %"])
  }

  /// No two ticks of an axis are written alike, whatever is shown.
  @Test(
    arguments: [
      [0.9990, 0.9996], [1_000_000, 1_000_003], [123_456_789, 123_456_790.5], [1e-9, 4e-9],
      [1e-300, 2e-300], [1, 1 + 3e-9], [-2e-7, 3e-7], [0, 1e15], [99.995, 100.005], [5e-7, 2e-6],
    ] as [[Double]])
  func labelsAreDistinct(_ values: [Double]) {
    for (count, isShare) in [(2, false), (3, true), (5, false), (5, true), (6, false)] {
      let axis = Axis(holding: values, count: count)
      let labels = axis.labels(isShare: isShare)
      #expect(labels.count == axis.ticks.count)
      #expect(Set(labels).count == labels.count, "\(labels)")
      // What is written is what is meant.
      let factor = isShare ? 100.0 : 1
      for (tick, label) in zip(axis.ticks, labels) {
        let read = Double(label.replacing(" %", with: "")) ?? .nan
        let step = axis.ticks[1] - axis.ticks[0]
        #expect(abs(read - tick * factor) < step * factor * 0.01, "\(label) for \(tick)")
      }
    }
  }

  @Test(arguments: [
    ([5e-7, 2e-6], ["5e-7", "1e-6", "1.5e-6", "2e-6"]),
    ([1e6, 1_000_003], ["1000000", "1000001", "1000002", "1000003"]),
    ([1e15, 4e15], ["1e15", "2e15", "3e15", "4e15"]),
  ])
  func exponentsAreShort(_ values: [Double], _ labels: [String]) {
    #expect(Axis(holding: values, count: 3).labels() == labels)
  }

  @Test func gapsAreLeftWhereAPointIsNotFinite() {
    let points: [(x: Double, y: Double)] = [(1, 1), (2, .nan), (3, 1), (4, 2), (5, .infinity)]
    let series = Series(name: "a", color: 0, isDashed: false, points: points)
    #expect(series.segments.map { $0.map(\.x) } == [[1], [3, 4]])
  }

  @Test func onePointIsADot() {
    let series = Series(name: "a", color: 0, isDashed: false, points: [(1, 1)])
    let drawing = LineChart(title: "t", description: "d", series: [series]).drawing().text
    #expect(drawing.contains("<circle"))
    #expect(drawing.contains("<title>a, epoch 1: 1</title>"))
    #expect(!drawing.contains("nan"))
  }

  /// Every point says its values, and of very many some, the last of each line among them.
  @Test(arguments: [3, 100, 5000])
  func pointsSayTheirValues(_ count: Int) {
    let lines = ["a", "b"].enumerated().map { index, name in
      Series(
        name: name, color: index, isDashed: false,
        points: (1...count).map { (x: Double($0), y: Double($0) / Double(2 * count)) })
    }
    for (isSmall, most) in [(false, 200), (true, 60)] {
      let drawing = LineChart(
        title: "t", description: "d", series: lines, isShare: true, isSmall: isSmall
      ).drawing().text
      let said = drawing.matches(of: /class="hit c\d"/).count
      #expect(said == min(2 * count, said))
      #expect(said <= most && said >= min(2 * count, most / 3), "\(said)")
      for name in ["a", "b"] {
        #expect(drawing.contains("<title>\(name), epoch \(count): 50.0 %</title>"))
      }
      #expect(drawing.utf8.count < 200_000)
    }
  }

  @Test func mapsAreAsDeepAsTheirNumbers() {
    let text = HeatMap(title: "t", correlations: .init([[1, 0.25], [.nan, 1]])).drawing().text
    #expect(text.contains("fill-opacity=\"0.250\""))
    #expect(text.components(separatedBy: "class=\"diagonal\"").count == 3)
    #expect(text.components(separatedBy: "class=\"cross\"").count == 2)
    #expect(text.contains("<title>subspaces 1 and 2: 0.250</title>"))
    #expect(text.contains("<title>subspaces 2 and 1: not finite</title>"))
    let large = [[Double]](repeating: [Double](repeating: 0.5, count: 20), count: 20)
    let many = HeatMap(title: "t", correlations: .init(large)).drawing().text
    #expect(many.components(separatedBy: "<title>").count == 2)
  }

  @Test func highestBarIsTheLargest() {
    let text = Spectrum(title: "t", values: [2, 1, .nan], largest: 4, color: 7).drawing().text
    #expect(text.contains("height=\"16\""))
    #expect(text.contains("height=\"8\""))
    #expect(text.contains("bar c1"))
    #expect(text.contains("<title>2: 1.000</title>"))
    #expect(text.contains("<title>3: not finite</title>"))
  }

  /// Many cells are a path for each shade; the drawing does not grow with the square of the rank.
  @Test func largeMapsAreSmall() {
    var rows = [[Double]](repeating: [Double](repeating: 0, count: 64), count: 64)
    for i in 0..<64 { for j in 0..<64 { rows[i][j] = Double((i * 37 + j * 11) % 64) / 63 } }
    let map = HeatMap(
      title: "t", correlations: .init(rows, count: 4095, blockSize: 64, mean: 0.25))
    let text = map.drawing().text
    #expect(text.utf8.count < 80_000)
    #expect(text.components(separatedBy: "<path").count - 1 == HeatMap.shades)
    #expect(text.contains("mean off the diagonal 0.250, 4095 subspaces"))
    #expect(map.blockWords == "4095 subspaces, a cell is the mean of 64 × 64 pairs")
    #expect(!text.contains("diagonal\" "))
  }

  @Test func neighboursOfAShadeAreOneRectangle() {
    var rows = [[Double]](repeating: [Double](repeating: 1, count: 40), count: 40)
    rows[1][3] = .nan
    let text = HeatMap(title: "t", correlations: .init(rows)).drawing().text
    #expect(text.contains("M1 0h39v1h-39z"))
    #expect(text.contains("M0 1h1v1h-1zM2 1h1v1h-1zM4 1h36v1h-36z"))
    #expect(text.contains("d=\"M3 1l1 1\""))
    #expect(text.contains("class=\"diagonal\""))
    #expect(text.contains("scale(2.40000)"))
  }
}
