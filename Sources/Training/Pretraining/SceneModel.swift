import Backbones
import Datasets
import Networks
import PETL

/// A network with one head for each question that a rendered scene answers.
final class SceneModel {
  /// One question.
  struct Head {
    let task: ShapeTask
    let weight: Parameter
    let bias: Parameter
  }

  let backbone: ViT
  let heads: [Head]

  init(_ configuration: ViTConfiguration, dropPath: Double, generator: RandomGenerator) {
    backbone = ViT(
      untrained: configuration, dropPath: dropPath, generator: generator.split("weights"))
    heads = ShapeTask.allCases.map { task in
      var stream = generator.split("heads").split(task.rawValue)
      let classes = task.classes.count
      let values = stream.normal(classes * configuration.width, deviation: 0.02)
      return Head(
        task: task,
        weight: Parameter("weight", Tensor(values, shape: [classes, configuration.width])),
        bias: Parameter("bias", .zeros([classes]), decays: false))
    }
  }

  var parameters: [(name: String, parameter: Parameter)] {
    backbone.parameters
      + heads.flatMap {
        [
          ("heads.\($0.task.rawValue).weight", $0.weight),
          ("heads.\($0.task.rawValue).bias", $0.bias),
        ]
      }
  }

  /// The mean cross-entropy of each question, over the scenes that answer it, and how many were
  /// answered rightly.
  ///
  /// - Parameters:
  ///   - images: normalised, [images, height, width, 3].
  ///   - labels: −1 where a scene does not answer.
  ///   - pass: whether this is training.
  /// - Returns: one entry for each question that some scene answers.
  func losses(
    _ images: Tensor, _ labels: [SceneLabels], pass: ForwardPass
  ) -> [(task: ShapeTask, loss: Tensor, right: Int, asked: Int)] {
    let features = backbone.features(images, adapters: .none, pass: pass)
    return heads.compactMap { head in
      let rows = labels.indices.filter { labels[$0][head.task] >= 0 }
      guard !rows.isEmpty else { return nil }
      let answers = rows.map { labels[$0][head.task] }
      let logits = features.gathered(rows).linear(
        weight: head.weight.value, bias: head.bias.value)
      let right = zip(logits.largestPerRow(), answers).count { $0 == $1 }
      return (head.task, logits.crossEntropy(answers), right, rows.count)
    }
  }
}
