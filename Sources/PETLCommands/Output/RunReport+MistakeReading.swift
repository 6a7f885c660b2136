import Datasets
import Foundation
import PETL
import Reports
import Training

extension RunReport.Mistakes {
  /// What a run left of its mistakes; nil where it left nothing.
  ///
  /// - Throws: `DiagnosticError` when the file is damaged.
  init?(_ folder: RunFolder) throws {
    guard let found = try folder.mistakes() else { return nil }
    self.init(
      split: "the \(found.split) split", classes: found.classes,
      confusions: found.confusion.map {
        RunReport.Confusion(label: $0.label, answer: $0.answer, count: $0.count)
      },
      worst: try found.worst.map { example in
        let name = example.name ?? "number \(example.index + 1) of the split"
        return RunReport.WrongExample(
          name: name, label: example.label, answer: example.answer,
          probability: example.probability, labelProbability: example.labelProbability,
          picture: try example.image.map { try Self.picture($0, of: "\(folder.path): \(name)") },
          text: example.text)
      })
  }

  /// A picture that was decoded before a page takes it.
  private static func picture(_ file: Data, of name: String) throws -> RunReport.Picture {
    let image = try DecodedImage(bytes: Array(file), name: name)
    return RunReport.Picture(
      base64: file.base64EncodedString(), width: image.width, height: image.height)
  }
}
