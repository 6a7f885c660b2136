import Datasets
import PETL

extension TextLabel {
  /// The classes of a text; none of a number.
  package var classNumbers: [Int] {
    switch self {
    case .one(let number): [number]
    case .several(let numbers): numbers
    case .number: []
    }
  }

  /// The one class of a text; of several the first; 0 where there is none.
  package var classNumber: Int { classNumbers.first ?? 0 }

  /// The number of a text; 0 of classes.
  package var value: Float { if case .number(let value) = self { value } else { 0 } }
}

extension Tensor {
  /// The loss of texts, as Hugging Face's heads have it: cross-entropy of classes, the mean squared error of numbers,
  /// the binary cross-entropy of each of several classes, the mean over texts and classes.
  ///
  /// - Parameters:
  ///   - labels: one for each row.
  ///   - kind: what they are.
  /// - Returns: a differentiable scalar, of [texts, outputs].
  package func textLoss(_ labels: [TextLabel], _ kind: TextLabel.Kind) -> Tensor {
    switch kind {
    case .classes: return crossEntropy(labels.map(\.classNumber))
    case .number:
      return (reshaped([labels.count]) - Tensor(labels.map(\.value))).squared().mean()
    case .several:
      let classes = shape[1]
      var targets = [Float](repeating: 0, count: labels.count * classes)
      for (row, label) in labels.enumerated() {
        for number in label.classNumbers { targets[row * classes + number] = 1 }
      }
      // log(1 + exp x) − y x
      return (softplus() - self * Tensor(targets, shape: shape)).mean()
    }
  }
}
