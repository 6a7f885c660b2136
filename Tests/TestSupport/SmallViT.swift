import Backbones
import Checkpoints
import PETL

/// An untrained Vision Transformer that a test trains in milliseconds.
package enum SmallViT {
  /// Width 16, depth 2, 8-pixel images in patches of 4.
  package static let configuration = ViTConfiguration(
    imageSize: 8, patchSize: 4, width: 16, depth: 2, heads: 2, mlpWidth: 32)

  /// Writes its weights under timm's names.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - gain: a factor of all weights but those of norms; one much larger than 1 makes the inputs
  ///     matter to the features.
  ///   - classes: how many a head has, 0 for none.
  /// - Throws: when the file cannot be written.
  package static func write(to path: String, gain: Float = 1, classes: Int = 0) throws {
    let network = ViT(untrained: configuration, generator: RandomGenerator(seed: 5))
    var records = network.parameters.map { name, parameter in
      TensorRecord.float32(
        name, shape: parameter.value.shape,
        parameter.value.values.map { name.hasSuffix("weight") && $0 != 1 ? $0 * gain : $0 })
    }
    if classes > 0 {
      var stream = RandomGenerator(seed: 3)
      let width = configuration.width
      records.append(
        .float32("head.weight", shape: [classes, width], stream.normal(classes * width)))
      records.append(.float32("head.bias", shape: [classes], stream.normal(classes)))
    }
    try SafetensorsWriter.write(records, metadata: ["heads": "2"], to: path)
  }
}
