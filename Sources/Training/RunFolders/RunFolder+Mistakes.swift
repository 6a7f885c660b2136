import Checkpoints
import Foundation
import Networks
import PETL

extension RunFolder {
  /// The file's name.
  private static let mistakesFile = "mistakes.json"

  /// Writes what is wrong about the answers, atomically.
  func write(_ mistakes: Mistakes) throws {
    let encoder = JSONEncoder.figures([.sortedKeys, .withoutEscapingSlashes])
    let bytes = try encoder.encode(mistakes)
    try writeAtomically(Array(bytes) + [10], to: target(Self.mistakesFile))
  }

  /// What is wrong about the answers of the last stage that is no control.
  ///
  /// - Returns: nil for runs that have no such file: of tasks without classes, and of earlier versions.
  /// - Throws: `DiagnosticError` when the file cannot be read, or is not what a run leaves.
  public func mistakes() throws -> Mistakes? {
    let path = file(Self.mistakesFile)
    guard try FileKind(at: path) != nil else { return nil }
    let bytes = try readFile(path, limit: 100 << 20)
    let hints = ["train the run again, or remove the file: the report then goes without"]
    do {
      let mistakes = try JSONDecoder.figures.decode(Mistakes.self, from: Data(bytes))
      try FigureBounds.require(mistakes, path, hints: hints)
      return mistakes
    } catch let error as DiagnosticError {
      throw error
    } catch {
      throw DiagnosticError("\(path): not what a run says of its mistakes", hints: hints)
    }
  }
}

extension Mistakes: BoundedFigures {
  package var faults: [String] {
    func count(_ name: String, _ value: Int) -> [String] {
      FigureBounds.count(name, value, in: 0...max(0, classes.count - 1))
    }
    func share(_ name: String, _ value: Double) -> [String] {
      value < 0 || value > 1 ? ["`\(name)` is \(exact(value)), expected a probability"] : []
    }
    let ofClasses = classes.isEmpty ? ["`classes` is empty, expected their names"] : []
    let ofConfusion = confusion.flatMap {
      count("confusion", $0.label) + count("confusion", $0.answer)
        + FigureBounds.count("confusion", $0.count)
    }
    let ofWorst = worst.flatMap {
      count("label", $0.label) + count("answer", $0.answer)
        + FigureBounds.count("index", $0.index) + share("probability", $0.probability)
        + share("labelProbability", $0.labelProbability)
    }
    return ofClasses + ofConfusion + ofWorst
  }
}
