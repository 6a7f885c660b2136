import Bottleneck
import Foundation
import PETL

/// One adapter with all its numbers, as `Tests/Fixtures/make_bottleneck.py` wrote it.
struct GoldenCase: Decodable, Sendable, CustomStringConvertible {
  struct Values: Decodable, Sendable {
    let shape: [Int]
    let values: [Float]

    var tensor: Tensor { Tensor(values, shape: shape) }
  }

  struct Options: Decodable, Sendable {
    var biases: Bool?
    var activation: String?
    var scale: Double?
    var scaling: String?
    var groups: Int?
    var kind: String?
  }

  let plugin: String
  let name: String
  let options: Options
  let parameters: [String: Values]
  let input: Values
  let upstream: Values
  let output: Values
  let inputGradient: Values
  let gradients: [String: Values]

  var description: String { "\(plugin), \(name)" }

  /// All cases, read once.
  static let all: [GoldenCase] = {
    let file = URL(filePath: #filePath).appending(path: "../../Fixtures/bottleneck.json")
      .standardized
    do {
      return try JSONDecoder().decode([GoldenCase].self, from: Data(contentsOf: file))
    } catch {
      fatalError("\(file.path) cannot be read: \(error)")
    }
  }()
}

/// A site of a layer that is 24 wide.
func site(_ kind: AdaptationSite.Kind, layer: Int = 0, width: Int = 24) -> AdaptationSite {
  AdaptationSite(kind: kind, layer: layer, inputWidth: width, outputWidth: width, heads: 2)
}

/// A pass over some images.
func pass(training: Bool = false, images: Int = 2) -> ForwardPass {
  ForwardPass(isTraining: training, images: images, generator: RandomGenerator(seed: 3))
}

/// Normal numbers.
func random(_ shape: [Int], seed: UInt64 = 2, deviation: Float = 1) -> Tensor {
  var generator = RandomGenerator(seed: seed)
  return Tensor(generator.normal(shape.reduce(1, *), deviation: deviation), shape: shape)
}

/// The largest difference in units of the largest element.
func distance(_ a: Tensor, _ b: Tensor) -> Float {
  guard a.shape == b.shape else { return .infinity }
  let size = b.values.map(\.magnitude).max() ?? 0
  let worst = zip(a.values, b.values).map { ($0 - $1).magnitude }
  guard worst.allSatisfy(\.isFinite) else { return .infinity }
  return (worst.max() ?? 0) / max(size, .leastNormalMagnitude)
}

/// How many numbers are trained, those that sites share counted once.
func count(_ entries: [AdapterSet.Entry]) -> Int {
  AdapterSet(entries).parameters.reduce(0) { $0 + $1.parameter.value.count }
}

extension Adapter {
  /// A trained parameter's value.
  func value(_ name: String) -> Tensor? { parameters.first { $0.name == name }?.value }

  /// Gives every parameter random values, as after training.
  func scramble(seed: UInt64 = 7) {
    for (index, parameter) in parameters.enumerated() {
      parameter.update(
        to: random(parameter.value.shape, seed: seed + UInt64(index), deviation: 0.5))
    }
  }
}

/// Settings of a variant with some of them changed.
func settings<Variant: BottleneckVariant>(
  _ variant: Variant.Type, _ change: (inout BottleneckSettings) -> Void = { _ in }
) -> BottleneckOptions<Variant> {
  var settings = Variant.defaults
  settings.size = .rank(4)
  change(&settings)
  return BottleneckOptions(settings)
}
