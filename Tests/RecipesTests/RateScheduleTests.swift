import Foundation
import PETL
import Recipes
import TestSupport
import Testing

@Suite struct RateScheduleTests {
  @Test(arguments: [
    (0.0, 0.1), (1.0, 0.55), (2.0, 1.0), (4.0, 0.6), (6.0, 0.2), (7.0, 0.2),
  ])
  func cosine(_ epoch: Double, _ expected: Double) {
    let schedule = RateSchedule {
      ($0.warmupEpochs, $0.warmupFactor, $0.minimumFactor) = (2, 0.1, 0.2)
    }
    #expect(abs(schedule.factor(atEpoch: epoch, of: 6) - expected) < 1e-12)
  }

  @Test(arguments: [(0.0, 0.0), (1.0, 0.5), (2.0, 1.0), (5.0, 1.0), (9.0, 1.0)])
  func constant(_ epoch: Double, _ expected: Double) {
    let schedule = RateSchedule { ($0.form, $0.warmupEpochs, $0.warmupFactor) = (.constant, 2, 0) }
    #expect(abs(schedule.factor(atEpoch: epoch, of: 6) - expected) < 1e-12)
  }

  /// Hugging Face's `linear`, with a minimum of 0.
  @Test(arguments: [(0.0, 0.0), (1.0, 0.5), (2.0, 1.0), (4.0, 0.5), (6.0, 0.0), (7.0, 0.0)])
  func linear(_ epoch: Double, _ expected: Double) {
    let schedule = RateSchedule {
      ($0.form, $0.warmupEpochs, $0.warmupFactor, $0.minimumFactor) = (.linear, 2, 0, 0)
    }
    #expect(abs(schedule.factor(atEpoch: epoch, of: 6) - expected) < 1e-12)
  }

  @Test func withoutWarmup() {
    #expect(RateSchedule().factor(atEpoch: 0, of: 10) == 1)
  }

  /// A stage that is no longer than warm-up and cool-down: they take half of it, and it is said.
  @Test func tooShortAStage() throws {
    let schedule = RateSchedule {
      ($0.warmupEpochs, $0.cooldownEpochs) = (6, 2)
      ($0.warmupFactor, $0.minimumFactor) = (0, 0.2)
    }
    // Of 8 epochs 3 and 1 are left, with a cosine of 4 between them.
    for (epoch, expected) in [
      (0.0, 0.0), (1.5, 0.5), (3.0, 1.0), (5.0, 0.6), (7.0, 0.2), (8.0, 0.2),
    ] {
      #expect(abs(schedule.factor(atEpoch: epoch, of: 8) - expected) < 1e-12, "\(epoch)")
    }
    #expect(RateSchedule { $0.warmupEpochs = 3 }.factor(atEpoch: 1.5, of: 3) == 1)
    // Where the factor moves with epochs, half an epoch of warm-up would be a whole one, and a late factor is as a warm-up.
    for (epochs, lag) in [(1.0, 0), (2.0, 1), (1.0, 1)] {
      let slow = RateSchedule {
        ($0.step, $0.warmupEpochs, $0.lagEpochs, $0.warmupFactor) = (.epoch, 1, lag, 1e-3)
      }
      #expect(slow.factor(atEpoch: 0, of: epochs) == 1, "\(epochs) \(lag)")
    }
    let text =
      "backbone: {weights: w}\ndata: {name: digits}\nstages: [{name: a, epochs: 2}, {name: b, epochs: 3}]\n"
    func remarks(_ schedule: String) throws -> [String] {
      try recipe(text + "schedule: {\(schedule)}\n").remarks.map { "\($0)" }
    }
    #expect(try remarks("warmup_epochs: 1") == [])
    #expect(
      try remarks("warmup_epochs: 2.5") == [
        "warning: a warm-up of 2.5 leaves nothing of stage 'a', which has 2 epochs: shortened to 1 (section 'schedule')"
      ])
    #expect(
      try remarks("warmup_epochs: 1, cooldown_epochs: 1.5").map { $0.split(separator: ": ").last }
        == [
          "shortened to 0.4 and 0.6 (section 'schedule')"
        ])
  }
}

/// Rates that timm's and torch's schedulers gave (make_schedules.py), called as published code does.
private struct PublishedRates: Decodable, CustomTestStringConvertible {
  let name: String
  let schedule: String
  let rate: Double
  let epochs: Int
  let steps: Int
  let rates: [Double]

  var testDescription: String { name }

  static func all() throws -> [Self] {
    try decodedFixture("schedules.json")
  }
}

@Suite struct PublishedScheduleTests {
  @Test(arguments: try PublishedRates.all())
  fileprivate func likeItsCode(_ golden: PublishedRates) throws {
    let text = "backbone: {weights: w}\ndata: {name: digits}\n"
    let schedule = try recipe(
      text + "schedule: \(golden.schedule)\nepochs: \(golden.epochs)\n"
    ).schedule
    // Either one for each epoch, which all of its steps have, or one for each step.
    let stepsEach = golden.rates.count == golden.epochs ? golden.steps : 1
    #expect(golden.rates.count * stepsEach == golden.epochs * golden.steps)
    var largest = 0.0
    for number in 0..<golden.epochs * golden.steps {
      let moment = Double(number) / Double(golden.steps)
      let rate = golden.rate * schedule.factor(atEpoch: moment, of: Double(golden.epochs))
      let expected = golden.rates[number / stepsEach]
      largest = max(largest, abs(rate - expected) / golden.rate)
    }
    #expect(largest < 1e-12)
  }

  /// docs/vtab-1k.md has the very schedules that are compared.
  @Test func theyAreDocumented() throws {
    let page = try Checkout.text("docs/vtab-1k.md")
    let published = try PublishedRates.all().filter { !$0.name.contains("timm") }
    #expect(published.map(\.name) == ["petl-vit", "noah", "ssf", "vpt"])
    let missing = published.filter { !page.contains("`\($0.schedule)`") }.map(\.name)
    #expect(missing == [])
  }
}
