import Backbones
import Foundation
import Networks
import PETL

/// A small batch with the logits that a model gave for it, kept with its adapter: whoever loads the
/// adapter can see whether it computes the same on their network.
///
/// The images are not stored but drawn again from the seed: uniform in −1 … 1, as if they were
/// normalised (our choice).
public struct AdapterProbe: Sendable, Equatable, Codable {
  /// The metadata key that holds it, as JSON.
  public static let key = "probe"
  /// How much a logit may differ, for logits of size 1 and less; of larger ones, times their size.
  public static let tolerance = 1e-4
  /// The most logits of an image that are kept.
  private static let most = 16

  /// Where the images are drawn from.
  public let seed: Int
  /// [images, height, width, 3].
  public let shape: [Int]
  /// How many classes the model has.
  public let classes: Int
  /// The first logits of each image.
  public let logits: [[Double]]

  /// Makes the probe of a model.
  ///
  /// - Parameters:
  ///   - model: With its trained values.
  ///   - seed: Of the images.
  ///   - images: How many.
  /// - Throws: `DiagnosticError` if a logit is not finite.
  public init(of model: Model, seed: Int = 0, images: Int = 2) throws {
    self.seed = seed
    let side = model.backbone.imageSize
    shape = [images, side, side, 3]
    classes = model.headBias.value.count
    logits = Self.logits(of: model, seed: seed, shape: shape)
    guard logits.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw DiagnosticError("the model gives logits that are not finite")
    }
  }

  /// Reads the probe that a file's metadata holds; nil when there is none.
  ///
  /// - Throws: `DiagnosticError` if it is not what `text` writes.
  public init?(metadata: [String: String], file: String) throws {
    guard let text = metadata[Self.key] else { return nil }
    guard let probe = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)),
      probe.isSound
    else { throw DiagnosticError("\(file): the metadata key `\(Self.key)` holds no probe") }
    self = probe
  }

  private var isSound: Bool {
    shape.count == 4 && shape[0] == logits.count && (1...64).contains(shape[0])
      && shape[1...].allSatisfy { $0 > 0 } && classes > 0 && seed >= 0
      && logits.allSatisfy { $0.count == min(classes, Self.most) && $0.allSatisfy(\.isFinite) }
  }

  /// As JSON, with sorted keys.
  ///
  /// - Throws: Never, for logits are finite.
  public var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  /// Replays the probe and compares.
  ///
  /// - Parameter model: With the adapter that was loaded.
  /// - Returns: The largest difference of a logit, divided by its size where that is above 1.
  /// - Throws: `DiagnosticError` when the model takes other images, has other classes, or a difference
  ///   is above `tolerance`.
  @discardableResult
  public func verify(_ model: Model) throws -> Double {
    let side = model.backbone.imageSize
    guard shape[1...] == [side, side, 3] else {
      throw DiagnosticError(
        "the stored probe is of images of \(shape[1]) × \(shape[2]) pixels, the network takes \(side) × \(side)",
        hints: ["give the image size that the adapter was trained with"])
    }
    guard classes == model.headBias.value.count else {
      throw DiagnosticError(
        "the stored probe is of \(classes) classes, the model has \(model.headBias.value.count)")
    }
    try model.backbone.requireMemory(
      forBatch: shape[0], hint: "the probe was changed: write the adapter again")
    let found = Self.logits(of: model, seed: seed, shape: shape)
    var worst = 0.0
    for (expected, found) in zip(logits.joined(), found.joined()) {
      let difference = abs(expected - found) / max(1, abs(expected))
      // Not a number stays not a number.
      if !(difference <= worst) { worst = difference }
    }
    guard worst <= Self.tolerance else {
      throw DiagnosticError(
        "the stored probe is not reproduced: logits differ by up to \(worst), expected at most \(Self.tolerance)",
        hints: [
          "the adapter was trained on other weights, with another ε or precision, or was changed",
          "at another image size, positions may be resampled by another rule: position_resampling",
        ])
    }
    return worst
  }

  private static func logits(of model: Model, seed: Int, shape: [Int]) -> [[Double]] {
    var generator = RandomGenerator(seed: UInt64(seed)).split("probe")
    let count = shape[0] * shape[1] * shape[2] * shape[3]
    let images = Tensor(generator.uniform(count, in: -1..<1), shape: shape)
    let pass = ForwardPass(
      isTraining: false, images: shape[0], generator: RandomGenerator(seed: 0))
    let logits = noGradient { model.logits(images, pass: pass) }
    let values: [Double] = logits.values.map { Double($0) }
    let classes: Int = logits.shape[1]
    let kept: Int = min(classes, most)
    return (0..<shape[0]).map { image -> [Double] in
      Array(values[image * classes..<image * classes + kept])
    }
  }
}
