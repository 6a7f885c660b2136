import Answers
import Datasets
import Foundation
import Networks
import PETL

extension Predictor {
  /// The data set: the one that was named, or the one that the run was trained on.
  ///
  /// - Parameter reference: what was named; nil for the data of the run.
  /// - Returns: the images; files are found, but not opened.
  /// - Throws: `DiagnosticError` when neither is there.
  func dataset(_ reference: String?) throws -> Dataset {
    if let reference {
      if Dataset.embeddedNames.contains(reference),
        FileManager.default.fileExists(atPath: reference)
      {
        Terminal.note(
          Note(
            "'\(reference)' is what lies here under that name; embedded:\(reference) is the set inside petl"
          ))
      }
      return try Dataset(reference: reference)
    }
    if let data = data { return try Dataset(data) }
    throw DiagnosticError(
      "there are no images",
      hints: ["give --data: a folder of classes, a .safetensors set, a .csv file, an embedded set"])
  }
}
