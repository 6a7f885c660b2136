import Foundation
import PETL

/// What a network gave for some images, in their order.
public struct Predictions: Sendable {
  /// How many images there are.
  public let count: Int
  /// The features, [count, width], row by row.
  public let features: [Float]
  /// The length of a feature vector.
  public let width: Int
  /// The logits, [count, classes], row by row; nil without a head.
  public let logits: [Float]?
  /// How many classes there are; nil without a head.
  public let classes: Int?
  /// The class of each image; −1 where it is not known.
  public let labels: [Int]
  /// The files that the images are from; nil for images out of one file.
  public let names: [String]?
  /// What the user should know of the images, a sentence each.
  public let notes: [Note]

  /// One of the most probable classes of an image.
  public struct Guess: Sendable, Equatable {
    /// The class.
    public let label: Int
    /// Its probability: the softmax of the logits.
    public let probability: Double
  }

  /// The most probable classes of an image, the most probable first; of equal ones the lower number.
  ///
  /// - Parameters:
  ///   - count: how many at most.
  ///   - index: of the image.
  /// - Returns: none without a head.
  public func top(_ count: Int, of index: Int) -> [Guess] {
    guard let logits, let classes else { return [] }
    let row = logits[index * classes..<(index + 1) * classes].map(Double.init)
    // A NaN comes last, and shows in the probabilities.
    let order = row.indices.sorted { a, b in
      row[a].isNaN || row[b].isNaN
        ? !row[a].isNaN || (row[b].isNaN && a < b) : (row[b], a) < (row[a], b)
    }
    let largest = order.first.map { row[$0] } ?? 0
    let sum = row.reduce(0) { $0 + exp($1 - largest) }
    return order.prefix(count).map {
      Guess(label: $0, probability: exp(row[$0] - largest) / sum)
    }
  }
}
