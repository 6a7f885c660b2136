import Networks
import Optimization
import PETL

/// What can be wrong with figures that were read from a file, which anybody may have written.
///
/// They are added up, subtracted and shown: each has bounds that no run reaches, and that no sum of
/// them overflows.
package protocol BoundedFigures {
  /// A sentence for each figure that is none a run leaves.
  var faults: [String] { get }
}

/// The bounds of figures.
package enum FigureBounds {
  /// The most of anything that is counted (our choice).
  package static let mostCounted = 1 << 40
  /// The longest time in seconds, some 30,000 years (our choice).
  static let longest = 1e12

  /// A sentence when a count is out of bounds.
  package static func count(
    _ name: String, _ value: Int, in range: ClosedRange<Int> = 0...mostCounted
  ) -> [String] {
    range.contains(value)
      ? [] : ["`\(name)` is \(value), expected \(range.lowerBound) to \(range.upperBound)"]
  }

  /// A sentence when a time is none.
  static func seconds(_ name: String, _ value: Double) -> [String] {
    (0...longest).contains(value)
      ? [] : ["`\(name)` is \(exact(value)), expected seconds from 0 to 1e12"]
  }

  /// Refuses figures that are out of bounds.
  ///
  /// - Throws: `DiagnosticError` with every one of them, each after `place`.
  package static func require(_ figures: some BoundedFigures, _ place: String, hints: [String])
    throws
  {
    let faults = figures.faults
    guard faults.isEmpty else {
      throw DiagnosticError(faults.map { Diagnostic("\(place): \($0)", hints: hints) })
    }
  }
}

extension Evaluation: BoundedFigures {
  package var faults: [String] {
    FigureBounds.count("examples", examples) + FigureBounds.count("tokens", tokens ?? 0)
  }
}

extension EpochRecord: BoundedFigures {
  package var faults: [String] {
    FigureBounds.count("epoch", epoch, in: 1...FigureBounds.mostCounted)
      + FigureBounds.count("step", step) + [validation, test].compactMap { $0?.faults }.joined()
  }
}

extension StageResult: BoundedFigures {
  package var faults: [String] {
    let own =
      FigureBounds.count("epochs", epochs) + FigureBounds.count("keptEpoch", keptEpoch)
      + FigureBounds.seconds("trainingSeconds", trainingSeconds)
      + [validation, test].compactMap { $0?.faults }.joined()
    return own.map { "stage '\(name)': \($0)" }
  }
}

extension RunSummary: BoundedFigures {
  package var faults: [String] {
    FigureBounds.count("threads", threads, in: 1...65_536)
      + FigureBounds.count("adapterParameters", adapterParameters)
      + FigureBounds.count("headParameters", headParameters)
      + FigureBounds.count("resumptions", resumptions ?? 0) + stages.flatMap(\.faults)
  }
}

extension ShareMeasurement: BoundedFigures {
  package var faults: [String] {
    FigureBounds.count("shares.epochs", epochs)
      + FigureBounds.count("shares.interval", interval, in: 1...FigureBounds.mostCounted)
  }
}
