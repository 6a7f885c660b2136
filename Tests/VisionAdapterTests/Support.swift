import Backbones
import Checkpoints
import PETL
import TestSupport

/// A site of layer 0 with a class token and 2 × 3 patches.
func site(
  _ kind: AdaptationSite.Kind, _ inputs: Int = 24, _ outputs: Int? = nil,
  grid: TokenGrid? = TokenGrid(rows: 2, columns: 3, prefixTokens: 1)
) -> AdaptationSite {
  AdaptationSite(
    kind: kind, layer: 0, inputWidth: inputs, outputWidth: outputs ?? inputs, heads: 2, grid: grid)
}

/// A network of the fixtures.
func network(_ path: String) throws -> any Backbone {
  let facts = BackboneFacts(heads: path.contains("swin") ? nil : 3)
  return try openBackbone(SafetensorsFile(path: fixture(path)), facts: facts)
    .backbone(imageSize: nil, dropPath: 0, precision: .single) { _ in false }
}

/// The largest absolute value.
func largest(_ x: Tensor) -> Float { x.values.map(\.magnitude).max() ?? 0 }

/// The root of the mean square.
func deviation(_ x: Tensor) -> Float { (x.squaredNorm / Float(max(1, x.count))).squareRoot() }

extension Adapter {
  /// A parameter's value.
  func value(_ name: String) -> Tensor? { parameters.first { $0.name == name }?.value }

  /// Gives every parameter random values, as after training.
  func scramble(seed: UInt64 = 7) {
    for (index, parameter) in parameters.enumerated() {
      parameter.update(to: sample(parameter.value.shape, seed + UInt64(index), deviation: 0.5))
    }
  }
}
