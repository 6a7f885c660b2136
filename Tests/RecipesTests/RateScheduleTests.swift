import Recipes
import Testing

@Suite struct RateScheduleTests {
  @Test(arguments: [
    (0.0, 0.1), (1.0, 0.55), (2.0, 1.0), (4.0, 0.6), (6.0, 0.2), (7.0, 0.2),
  ])
  func cosine(_ epoch: Double, _ expected: Double) {
    let schedule = RateSchedule(warmupEpochs: 2, warmupFactor: 0.1, minimumFactor: 0.2)
    #expect(abs(schedule.factor(atEpoch: epoch, of: 6) - expected) < 1e-12)
  }

  @Test(arguments: [(0.0, 0.0), (1.0, 0.5), (2.0, 1.0), (5.0, 1.0), (9.0, 1.0)])
  func constant(_ epoch: Double, _ expected: Double) {
    let schedule = RateSchedule(form: .constant, warmupEpochs: 2, warmupFactor: 0)
    #expect(abs(schedule.factor(atEpoch: epoch, of: 6) - expected) < 1e-12)
  }

  @Test func withoutWarmup() {
    #expect(RateSchedule().factor(atEpoch: 0, of: 10) == 1)
    #expect(RateSchedule(warmupEpochs: 3).factor(atEpoch: 3, of: 3) == 1)
  }
}
