import Datasets
import PETL

/// What a model does on a split.
public struct Evaluation: Sendable, Codable {
  /// How many images there were.
  public let examples: Int
  /// The share that was classified rightly.
  public let accuracy: Double
  /// The mean cross-entropy.
  public let loss: Double
  /// The mean over sites of the mean |ρ| of coefficients, mean over batches; nil without subspaces.
  public let redundancy: Double?
  /// The mean |ρ| by site.
  public let redundancyBySite: [String: Double]
}

extension Model {
  /// Classifies a split, without dropout or drop-path.
  ///
  /// - Parameters:
  ///   - images: the split at the network's size.
  ///   - pipeline: normalises.
  ///   - batchSize: images at once; redundancy is over the tokens of a batch.
  /// - Returns: accuracy, loss and redundancy.
  public func evaluate(
    _ images: LabelledImages, _ pipeline: ImagePipeline, batchSize: Int
  ) -> Evaluation {
    evaluate(images, pipeline, batchSize: batchSize, cache: nil)
  }

  /// The same with a cache of this split.
  func evaluate(
    _ images: LabelledImages, _ pipeline: ImagePipeline, batchSize: Int, cache: ActivationCache?
  ) -> Evaluation {
    var correct = 0
    var loss = 0.0
    var bySite: [String: Double] = [:]
    for start in stride(from: 0, to: images.count, by: batchSize) {
      let indices = Array(start..<min(images.count, start + batchSize))
      let pass = ForwardPass(
        isTraining: false, images: indices.count, generator: RandomGenerator(seed: 0))
      let labels = indices.map { images.labels[$0] }
      noGradient {
        let logits = logits(of: indices, in: images, pipeline, cache: cache, pass: pass)
        loss += Double(logits.crossEntropy(labels).item) * Double(indices.count)
        correct += zip(logits.largestPerRow(), labels).count { $0 == $1 }
      }
      for (site, redundancy) in pass.redundancyBySite() {
        bySite[site, default: 0] += redundancy * Double(indices.count)
      }
    }
    let count = Double(max(1, images.count))
    bySite = bySite.mapValues { $0 / count }
    return Evaluation(
      examples: images.count, accuracy: Double(correct) / count, loss: loss / count,
      redundancy: bySite.isEmpty
        ? nil : bySite.values.sorted().reduce(0, +) / Double(bySite.count),
      redundancyBySite: bySite)
  }
}

extension ForwardPass {
  /// The mean |ρ| over the batch's tokens of every site that has more than one subspace.
  func redundancyBySite() -> [String: Double] {
    subspaces.filter { $0.subspaces.count > 1 }.reduce(into: [:]) { bySite, entry in
      bySite[entry.site.name] = Double(entry.subspaces.redundancy())
    }
  }
}

extension Tensor {
  /// The index of the largest element of each row, of [rows, columns].
  func largestPerRow() -> [Int] {
    let (columns, values) = (shape[1], values)
    return (0..<shape[0]).map { row in
      (0..<columns).max { values[row * columns + $0] < values[row * columns + $1] } ?? 0
    }
  }
}
