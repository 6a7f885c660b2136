import Datasets
import Foundation
import Networks
import PETL
import Recipes
import Synchronization
import Training

/// Tells of a run as it goes by a line an epoch, where nobody watches a terminal.
final class ProgressReport: RunProgress {
  private let isQuiet: Bool
  /// What a batch has of, such as images.
  private let unit: String
  private let epochs = Mutex(0)
  private let decoding: CountReport?

  init(isQuiet: Bool, unit: String) {
    (self.isQuiet, self.unit) = (isQuiet, unit)
    decoding = isQuiet ? nil : CountReport()
  }

  func note(_ note: Note) {
    // Warnings are never quiet.
    if !isQuiet || note.kind == .warning { Terminal.note(note) }
  }

  func decoded(_ progress: ImageProgress) { decoding?.tell(progress) }

  func finish() {}

  func stageWillStart(_ name: String, epochs: Int, stepsPerEpoch: Int) {
    self.epochs.withLock { $0 = epochs }
  }

  func epochDidEnd(_ record: EpochRecord) {
    guard !isQuiet else { return }
    let epochs = epochs.withLock { $0 }
    var words = [
      "\(record.stage) \(record.epoch)/\(epochs)", "loss \(fixed(record.taskLoss, 4))",
    ]
    if let validation = record.validation {
      words.append("val \(validation.leading.text)")
      if let redundancy = validation.redundancy { words.append("|ρ| \(fixed(redundancy, 3))") }
    }
    if let test = record.test { words.append("test \(Recipe.Selection.mark) \(test.leading.text)") }
    for (label, figures) in record.regularizers.sorted(by: { $0.key < $1.key }) {
      let share = figures.gradientShare.map { " (\(percent($0)) of the gradient)" } ?? ""
      words.append("\(label) \(fixed(figures.value, 4))\(share)")
    }
    for (name, value) in (record.figures ?? [:]).sorted(by: { $0.key < $1.key }) {
      words.append("\(name) \(fixed(value, 4))")
    }
    if let distance = record.constraintDistance {
      words.append("off the manifold by \(scientific(distance))")
    }
    words.append(
      record.tokensPerSecond.map { "\(fixed($0, 0)) tokens/s" }
        ?? "\(fixed(record.imagesPerSecond, 0)) \(unit)/s")
    Terminal.tell(words.joined(separator: "  "))
  }
}

/// The whole number nearest to one that may be anything; far outside of any figure that is shown it is
/// 10¹⁵, and 0 of what is no number.
func wholeNumber(_ value: Double) -> Int {
  value.isNaN ? 0 : Int(min(1e15, max(-1e15, value)).rounded())
}

/// Seconds in words: `42 s`, `3 min 05 s`, `2 h 10 min`; `not finite` of what is no time.
func duration(_ seconds: Double) -> String {
  guard seconds.isFinite else { return "not finite" }
  let whole = wholeNumber(seconds)
  if whole < 60 { return "\(whole) s" }
  if whole < 3600 { return "\(whole / 60) min \(String(format: "%02d", whole % 60)) s" }
  return "\(whole / 3600) h \(whole / 60 % 60) min"
}
