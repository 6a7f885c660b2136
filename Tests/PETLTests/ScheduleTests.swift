import PETL
import Testing

@Suite struct ScheduleTests {
  @Test(arguments: [
    (Schedule.constant(0.5), [0.5, 0.5, 0.5, 0.5, 0.5]),
    (.linear(from: 1, to: 3), [1, 1.5, 2, 3, 3]),
    (.linear(from: 1, to: 3, startEpoch: 2.5, endEpoch: 5), [1, 1, 3, 3, 3]),
    (.linear(from: 1, to: 3, startEpoch: 5, endEpoch: 5), [1, 1, 3, 3, 3]),
    (.linear(from: 1, to: 3, startEpoch: 20), [1, 1, 1, 1, 3]),
    (.cosine(from: 0, to: 1), [0, 0.146_446_609_406_726_24, 0.5, 1, 1]),
    (.fromEpoch(2, epoch: 5), [0, 0, 2, 2, 2]),
  ])
  func values(_ schedule: Schedule, _ expected: [Double]) {
    for (epoch, value) in zip([0, 2.5, 5, 10, 20], expected) {
      #expect(abs(schedule.value(atEpoch: epoch, of: 10) - value) < 1e-12, "epoch \(epoch)")
    }
  }

  @Test func endIsExact() {
    #expect(Schedule.linear(from: 0.3, to: 0.1).value(atEpoch: 10, of: 10) == 0.1)
    #expect(Schedule.cosine(from: 0.3, to: 0.1).value(atEpoch: 10, of: 10) == 0.1)
  }
}
