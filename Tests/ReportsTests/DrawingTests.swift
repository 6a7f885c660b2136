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
    #expect(axis.ticks.allSatisfy { !axis.label($0).isEmpty })
  }

  @Test func epochsAreWhole() {
    let axis = Axis(holding: [1, 2], count: 6, isWhole: true)
    #expect(axis.ticks == [1, 2])
    #expect(axis.label(2) == "2")
  }

  @Test func labelsHaveTheDigitsOfTheirStep() {
    let axis = Axis(holding: [0.30, 0.35], count: 5)
    #expect(axis.ticks.map(axis.label).first == "0.30")
    #expect(axis.ticks.map(axis.label).last == "0.35")
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
    #expect(!drawing.contains("nan"))
  }

  @Test func mapsAreAsDeepAsTheirNumbers() {
    let text = HeatMap(title: "t", correlations: .init([[1, 0.25], [.nan, 1]])).drawing().text
    #expect(text.contains("fill-opacity=\"0.250\""))
    #expect(text.components(separatedBy: "class=\"diagonal\"").count == 3)
    #expect(text.components(separatedBy: "class=\"cross\"").count == 2)
  }

  @Test func highestBarIsTheLargest() {
    let text = Spectrum(title: "t", values: [2, 1, .nan], largest: 4, color: 7).drawing().text
    #expect(text.contains("height=\"16\""))
    #expect(text.contains("height=\"8\""))
    #expect(text.contains("bar c1"))
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
