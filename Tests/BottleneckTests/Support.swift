import Bottleneck
import PETL
import TestSupport

/// One adapter with all its numbers, as `Tests/Fixtures/make_bottleneck.py` wrote it.
struct GoldenCase: Decodable, Sendable, CustomStringConvertible {
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
  let parameters: [String: FixtureTensor]
  let input: FixtureTensor
  let upstream: FixtureTensor
  let output: FixtureTensor
  let inputGradient: FixtureTensor
  let gradients: [String: FixtureTensor]

  var description: String { "\(plugin), \(name)" }

  /// All cases, read once.
  static let all: [GoldenCase] = requiredFixture("bottleneck.json")
}

/// A site of a layer that is 24 wide.
func site(_ kind: AdaptationSite.Kind, layer: Int = 0, width: Int = 24) -> AdaptationSite {
  AdaptationSite(kind: kind, layer: layer, inputWidth: width, outputWidth: width, heads: 2)
}

/// A pass over some images.
func pass(training: Bool = false, images: Int = 2) -> ForwardPass {
  ForwardPass(isTraining: training, images: images, generator: RandomGenerator(seed: 3))
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
        to: sample(parameter.value.shape, seed + UInt64(index), deviation: 0.5))
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
