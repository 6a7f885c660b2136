import Foundation
import Recipes
import Training

/// Tells of a run as it goes: a bar with the time left on a terminal, a line an epoch elsewhere.
final class ProgressReport: TrainingObserver {
  private let isQuiet: Bool
  private let clock = ContinuousClock()
  private var stage = ""
  private var epochs = 0
  private var start = ContinuousClock().now
  private var lastDrawn = ContinuousClock().now
  private var lastValidation = ""

  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
  }

  func note(_ text: String) {
    // Warnings are never quiet.
    if !isQuiet || text.hasPrefix("warning:") { line(text.contains(":") ? text : "note: \(text)") }
  }

  func stageWillStart(_ name: String, epochs: Int, stepsPerEpoch: Int) {
    stage = name
    self.epochs = epochs
    start = clock.now
    lastValidation = ""
  }

  func stepDidEnd(step: Int, of total: Int, loss: Double) {
    let now = clock.now
    guard Terminal.isInteractive, !isQuiet, now - lastDrawn > .milliseconds(100) else { return }
    lastDrawn = now
    let share = Double(step) / Double(total)
    let filled = Int(share * 24)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
    let left = (now - start) / .seconds(1) * (1 - share) / share
    Terminal.replaceLine(
      "\(stage) \(bar) \(Int(share * 100)) %  loss \(fixed(loss, 3))\(lastValidation)  "
        + "\(duration(left)) left")
  }

  func epochDidEnd(_ record: EpochRecord) {
    if let validation = record.validation {
      lastValidation = "  val \(validation.score)"
    }
    guard !isQuiet, !Terminal.isInteractive else { return }
    var words = [
      "\(record.stage) \(record.epoch)/\(epochs)", "loss \(fixed(record.taskLoss, 4))",
    ]
    if let validation = record.validation {
      words.append("val \(validation.score)")
      if let redundancy = validation.redundancy { words.append("|ρ| \(fixed(redundancy, 3))") }
    }
    if let test = record.test { words.append("test \(Recipe.Selection.mark) \(test.score)") }
    for (label, figures) in record.regularizers.sorted(by: { $0.key < $1.key }) {
      let share = figures.gradientShare.map { " (\(percent($0)) of the gradient)" } ?? ""
      words.append("\(label) \(fixed(figures.value, 4))\(share)")
    }
    if let distance = record.constraintDistance {
      words.append("off the manifold by \(String(format: "%.1e", distance))")
    }
    words.append("\(fixed(record.imagesPerSecond, 0)) images/s")
    line(words.joined(separator: "  "))
  }

  func stageDidEnd(_ result: StageResult) {
    guard !isQuiet, Terminal.isInteractive else { return }
    line(
      "\(result.name): loss \(fixed(result.taskLoss, 4)), test \(result.test?.score ?? "–"), "
        + "\(duration(result.trainingSeconds))")
  }

  private func line(_ text: String) {
    if Terminal.isInteractive { Terminal.replaceLine("") }
    Terminal.complain(text)
  }
}

/// Seconds in words: `42 s`, `3 min 05 s`, `2 h 10 min`.
func duration(_ seconds: Double) -> String {
  let whole = Int(seconds.rounded())
  if whole < 60 { return "\(whole) s" }
  if whole < 3600 { return "\(whole / 60) min \(String(format: "%02d", whole % 60)) s" }
  return "\(whole / 3600) h \(whole / 60 % 60) min"
}
