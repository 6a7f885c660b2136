import Checkpoints
import Foundation
import Networks
import PETL
import Training

/// Predictions with the names that make them readable, ready to be written.
public struct PredictionReport: Sendable {
  /// The formats that it is written in; the raw value is also the file's extension.
  public enum Format: String, Sendable, CaseIterable {
    /// The tensors `logits`, [images, classes], and `features`, [images, width], in 32-bit floats.
    case safetensors
    /// A line for each image with its most probable classes.
    case csv
    /// One object with a list of images and their most probable classes.
    case json
  }

  /// What the network gave.
  public let predictions: Predictions
  /// The names of the head's classes; their numbers where nothing names them.
  public let classes: [String]
  /// The name of each image's true class; nil where it is not known.
  public let labels: [String]?
  /// How many of the most probable classes are written.
  public let top: Int
  /// Strings to keep beside the tensors.
  public let metadata: [String: String]

  /// Puts a report together.
  ///
  /// - Parameters:
  ///   - predictions: what the network gave.
  ///   - classes: the names of the head's classes.
  ///   - labels: the name of each image's true class.
  ///   - top: how many of the most probable classes are written.
  ///   - metadata: strings to keep beside the tensors.
  public init(
    _ predictions: Predictions, classes: [String], labels: [String]?, top: Int,
    metadata: [String: String]
  ) {
    self.predictions = predictions
    self.classes = classes
    self.labels = labels
    self.top = top
    self.metadata = metadata
  }

  /// The bytes of a file.
  ///
  /// - Parameter format: of the file; `csv` and `json` of a network without a head have no classes.
  /// - Returns: all of it.
  /// - Throws: `DiagnosticError` when the format cannot hold it.
  public func bytes(_ format: Format) throws -> [UInt8] {
    switch format {
    case .safetensors: return try tensors()
    case .csv: return Array(csv.utf8)
    case .json:
      let encoder = JSONEncoder.figures([.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
      return Array(try encoder.encode(self)) + [10]
    }
  }

  private func tensors() throws -> [UInt8] {
    var records = [
      TensorRecord.float32(
        "features", shape: [predictions.count, predictions.width], predictions.features)
    ]
    if let logits = predictions.logits, let count = predictions.classes {
      records.append(.float32("logits", shape: [predictions.count, count], logits))
    }
    return try SafetensorsWriter.data(records, metadata: metadata)
  }

  private var csv: String {
    let ranks = min(top, predictions.classes ?? 0)
    var header = ["index"] + (predictions.names == nil ? [] : ["name"])
    if labels != nil { header.append("label") }
    if ranks > 0 { header += (1...ranks).flatMap { ["class\($0)", "probability\($0)"] } }
    let rows = (0..<predictions.count).map { index -> [String] in
      var row = ["\(index)"]
      if let names = predictions.names { row.append(names[index]) }
      if let labels { row.append(labels[index]) }
      for guess in predictions.top(ranks, of: index) {
        row += [classes[guess.label], fixed(guess.probability, 6)]
      }
      return row
    }
    return csvText([header] + rows)
  }
}

extension PredictionReport: Encodable {
  private enum Key: String, CodingKey {
    case metadata, predictions
  }

  private struct Image: Encodable {
    struct Guess: Encodable {
      let name: String
      let index: Int
      let probability: Double
    }

    let index: Int
    let name: String?
    let label: String?
    let top: [Guess]
  }

  /// `metadata`, and `predictions`: for each image its index, the `name` of its file, its true class
  /// `label` where that is known, and `top`, a list of the name, index and probability of classes.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(metadata, forKey: .metadata)
    let images = (0..<predictions.count).map { index in
      Image(
        index: index, name: predictions.names?[index], label: labels?[index],
        top: predictions.top(top, of: index).map {
          Image.Guess(name: classes[$0.label], index: $0.label, probability: $0.probability)
        })
    }
    try container.encode(images, forKey: .predictions)
  }
}
