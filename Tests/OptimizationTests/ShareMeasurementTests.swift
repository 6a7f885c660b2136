import Testing

@testable import Optimization

@Suite struct ShareMeasurementTests {
  private func due(_ measurement: ShareMeasurement, _ epochs: ClosedRange<Int>) -> [Int] {
    var measurement = measurement
    return epochs.filter { epoch in
      let isDue = measurement.isDue(epoch: epoch, ["a"])
      measurement.add(active: ["a"], norms: isDue ? ["a": 1] : [:])
      return isDue
    }
  }

  @Test func longEpochsAreAllMeasured() {
    let found = due(ShareMeasurement(epochs: 5, stepsPerEpoch: 100, regularizers: 1), 1...5)
    #expect(found == [1, 2, 3, 4, 5])
  }

  @Test func shortEpochsAreMeasuredNowAndThen() {
    let found = due(ShareMeasurement(epochs: 30, stepsPerEpoch: 13, regularizers: 1), 1...30)
    #expect(found == [1, 8, 16, 24, 30])
    let two = due(ShareMeasurement(epochs: 30, stepsPerEpoch: 20, regularizers: 2), 1...30)
    #expect(two == [1, 10, 20, 30])
  }

  @Test func theFirstEpochWithAWeightIsMeasured() {
    var measurement = ShareMeasurement(epochs: 30, stepsPerEpoch: 13, regularizers: 2)
    measurement.add(active: ["a"], norms: ["a": 1])
    let before = measurement.isDue(epoch: 5, ["a"])
    let first = measurement.isDue(epoch: 5, ["a", "b"])
    measurement.add(active: ["a", "b"], norms: ["a": 1, "b": 0])
    let after = measurement.isDue(epoch: 6, ["a", "b"])
    #expect(!before)
    #expect(first)
    #expect(!after)
  }

  @Test func onlyWhatIsKnownIsCalledSilent() {
    var measurement = ShareMeasurement(epochs: 3, stepsPerEpoch: 13, regularizers: 4)
    measurement.add(active: ["zero", "moves", "unmeasured"], norms: ["zero": 0, "moves": 0])
    measurement.add(active: [], norms: ["moves": 1])
    let silences = ["zero", "moves", "unmeasured", "off"].map { measurement.silence(of: $0) }
    #expect(silences[0]?.hasPrefix("had a gradient of exactly zero") == true)
    #expect(silences[1] == nil)
    #expect(silences[2] == nil)
    #expect(silences[3] == "had weight 0 throughout")
  }
}
