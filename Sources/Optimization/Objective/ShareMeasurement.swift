/// In which epochs of a stage the regularizers' shares of the gradient are measured, and what was found.
///
/// A measurement walks the network once more for each regularizer, which takes less than a step. So
/// that all of them together stay near one step in a hundred, short epochs are not all measured.
package struct ShareMeasurement: Codable {
  package let epochs: Int
  /// Every so many epochs.
  package let interval: Int
  private var active: Set<String> = []
  private var measured: Set<String> = []
  private var moved: Set<String> = []

  package init(epochs: Int, stepsPerEpoch: Int, regularizers: Int) {
    self.epochs = epochs
    interval = max(1, (100 * regularizers + stepsPerEpoch - 1) / max(1, stepsPerEpoch))
  }

  /// Whether to measure at the last step of an epoch: the first, the last, every so many, and the
  /// first in which a regularizer has a weight.
  ///
  /// - Parameters:
  ///   - epoch: counted from 1.
  ///   - labels: the regularizers whose weight is not 0 at that step.
  /// - Returns: true to measure.
  package func isDue(epoch: Int, _ labels: [String]) -> Bool {
    epoch == 1 || epoch == epochs || epoch % interval == 0
      || labels.contains { !measured.contains($0) }
  }

  /// Takes note of the regularizers whose weight is not 0, and of the norms of their gradients where
  /// they were measured.
  package mutating func add(active labels: [String], norms: [String: Double]) {
    active.formUnion(labels)
    for (label, norm) in norms {
      measured.insert(label)
      if norm > 0 { moved.insert(label) }
    }
  }

  /// Why a regularizer changed nothing: its gradient was exactly zero at every measurement, or its
  /// weight at every step; nil when neither is known.
  package func silence(of label: String) -> String? {
    if !active.contains(label) { return "had weight 0 throughout" }
    if !measured.contains(label) || moved.contains(label) { return nil }
    return "had a gradient of exactly zero whenever it was measured in"
  }
}
