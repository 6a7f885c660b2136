import Testing

@testable import PETLCommands

@Suite struct TimeEstimateTests {
  private static let stages = [
    PlannedStage(title: "base", epochs: 2, regularizes: false),
    PlannedStage(title: "refine", epochs: 3, regularizes: true),
    PlannedStage(title: "control-refine", epochs: 3, regularizes: false),
  ]

  /// Steps of 1 s, evaluations of 4 s, 6 s after a stage; regularized steps take 2 s.
  @Test func learns() throws {
    var time = TimeEstimate(Self.stages)
    var now = 100.0
    time.begin("base", epochs: 2, stepsPerEpoch: 10, at: now)
    #expect(time.runLeft(at: now) == nil)
    #expect(time.secondsPerStep == nil)
    func train(_ seconds: Double, epochs: ClosedRange<Int>) {
      for epoch in epochs {
        for step in 1...10 {
          now += seconds
          time.step((epoch - 1) * 10 + step, at: now)
        }
        now += 4
        time.endEpoch(at: now)
      }
    }
    train(1, epochs: 1...1)
    let pace = try #require(time.secondsPerStep)
    #expect(abs(pace - 1) < 1e-9)
    // One epoch of this stage, and six that nobody knows to take longer.
    let (own, all) = (try #require(time.stageLeft(at: now)), try #require(time.runLeft(at: now)))
    #expect(abs(own - 14) < 1e-9)
    #expect(abs(all - 7 * 14) < 1e-9)
    // Half a step is known to be behind, more is not.
    let (soon, late) = (time.stageLeft(at: now + 0.5), time.stageLeft(at: now + 50))
    #expect(abs((soon ?? 0) - 13.5) < 1e-9)
    #expect(abs((late ?? 0) - 13) < 1e-9)
    train(1, epochs: 2...2)
    now += 6
    time.end("base", at: now)
    #expect(time.runLeft(at: now) == nil)
    time.begin("refine", epochs: 3, stepsPerEpoch: 10, at: now)
    train(2, epochs: 1...1)
    // Two epochs of 24 s here, three of 14 s in the control, 6 s after each.
    let left = try #require(time.runLeft(at: now))
    #expect(abs(left - (2 * 24 + 6 + 3 * 14 + 6)) < 1e-9)
  }

  /// A first epoch that fills caches is forgotten after some others.
  @Test func forgets() throws {
    var time = TimeEstimate([PlannedStage(title: "train", epochs: 9, regularizes: false)])
    var now = 0.0
    time.begin("train", epochs: 9, stepsPerEpoch: 10, at: now)
    for step in 1...60 {
      now += step <= 10 ? 5 : 1
      time.step(step, at: now)
      if step % 10 == 0 { time.endEpoch(at: now) }
    }
    let left = try #require(time.stageLeft(at: now))
    #expect(left > 30, "\(left)")
    #expect(left < 31.5, "\(left)")
  }

  /// A stage that an earlier run trained, and one that goes on from its fourth epoch.
  @Test func goesOn() throws {
    var time = TimeEstimate(Self.stages)
    time.end("base", at: 5)
    time.begin("refine", epochs: 3, stepsPerEpoch: 10, at: 5)
    time.step(21, at: 7)
    let left = try #require(time.stageLeft(at: 7))
    #expect(left == 18)
    let all = try #require(time.runLeft(at: 7))
    #expect(all == 18 + 60)
  }
}
