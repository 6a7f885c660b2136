import Checkpoints
import Foundation
import PETL

extension RunFolder {
  /// The epochs that were logged, in order.
  ///
  /// - Parameter isWhole: false of a run that goes on or was cut off: a last line without an end is then passed over.
  /// - Returns: their figures.
  /// - Throws: `DiagnosticError` with every line of `metrics.jsonl` that is no epoch.
  public func records(isWhole: Bool = true) throws -> [EpochRecord] {
    let path = file("metrics.jsonl")
    guard try FileKind(at: path) != nil else { return [] }
    var bytes = try readFile(path, limit: 1 << 30)[...]
    if !isWhole { bytes = bytes[..<((bytes.lastIndex(of: 10) ?? -1) + 1)] }
    let lines = bytes.split(separator: 10)
    var (records, problems): ([EpochRecord], [Diagnostic]) = ([], [])
    for (index, line) in lines.enumerated() {
      do {
        let record = try JSONDecoder.figures.decode(EpochRecord.self, from: Data(line))
        problems += record.faults.map { Diagnostic("\(path):\(index + 1): \($0)") }
        records.append(record)
      } catch {
        problems.append(
          Diagnostic(
            "\(path):\(index + 1): not the figures of an epoch",
            hints: ["a run that was interrupted may leave half a line: remove it"]))
      }
    }
    try problems.throwIfAny()
    return records
  }

  /// The outcome of the run.
  ///
  /// - Throws: `DiagnosticError` when the run did not end, or `summary.json` is none.
  public func summary() throws -> RunSummary {
    let path = file("summary.json")
    guard try FileKind(at: path) != nil else {
      throw DiagnosticError(
        "\(path): there is no such file",
        hints: [
          "the run has not ended; one that was cut off goes on with: petl resume \(self.path)"
        ])
    }
    let bytes = try readFile(path, limit: 100 << 20)
    do {
      let summary = try JSONDecoder.figures.decode(RunSummary.self, from: Data(bytes))
      try FigureBounds.require(summary, path, hints: ["train the run again"])
      return summary
    } catch let error as DiagnosticError {
      throw error
    } catch {
      throw DiagnosticError("\(path): not the summary of a run")
    }
  }
}

extension JSONDecoder {
  /// The decoder of what `JSONEncoder.figures` writes.
  public static var figures: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
}
