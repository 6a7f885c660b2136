import Checkpoints
import Datasets
import Foundation
import PETL

/// How pixels become numbers for a file of weights, and how that is known.
///
/// Looked for in this order: the file's own metadata, the configuration that Hugging Face or timm left
/// beside it, what the names of its tensors give away; else `inception`, as a recipe has it.
public struct NormalizationGuess: Sendable {
  /// The mode.
  public let mode: Normalization
  /// Where it is from, a sentence.
  public let reason: String

  /// Looks for the normalisation of weights.
  ///
  /// - Parameter store: the weights; its name is the path.
  public init(for store: any WeightStore) {
    if let mode = store.metadata["normalization"].flatMap(Normalization.init) {
      self.init(mode, "the metadata of the weights say so")
    } else if let found = Self.configured(beside: store.name) {
      self = found
    } else if store.entries.contains(where: { Self.isClip($0.name) }) {
      self.init(.clip, "a norm before the first block is CLIP's")
    } else if store.entries.contains(where: { $0.name.hasSuffix(".ls1.gamma") }) {
      self.init(.imagenet, "layer scale is DINOv2's")
    } else {
      self.init(
        .inception,
        "nothing in the file says; the ViT weights of Google and timm's AugReg have it, "
          + "DeiT's and MAE's want imagenet")
    }
  }

  private init(_ mode: Normalization, _ reason: String) {
    (self.mode, self.reason) = (mode, reason)
  }

  private static func isClip(_ tensor: String) -> Bool {
    ["norm_pre.weight", "pre_layrnorm.weight", "ln_pre.weight"].contains {
      tensor == $0 || tensor.hasSuffix("." + $0)
    }
  }

  /// From the files that Hugging Face and timm leave beside weights.
  private static func configured(beside path: String) -> NormalizationGuess? {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    for name in ["preprocessor_config.json", "config.json"] {
      let file = "\(folder)/\(name)"
      guard FileManager.default.fileExists(atPath: file),
        let bytes = try? readFile(file, limit: 1 << 20),
        let json = try? JSONValue(parsing: bytes, name: file)
      else { continue }
      let sections = [json, json["pretrained_cfg"]].compactMap { $0 }
      for section in sections {
        let mean = numbers(section["image_mean"] ?? section["mean"])
        let deviation = numbers(section["image_std"] ?? section["std"])
        guard let mean, let deviation else { continue }
        let mode = Normalization.allCases.first {
          near($0.mean, mean) && near($0.standardDeviation, deviation)
        }
        if let mode { return Self(mode, "\(name) beside the weights says so") }
      }
    }
    return nil
  }

  private static func numbers(_ list: JSONValue?) -> [Double]? {
    list?.elements.map { $0.compactMap(\.double) }
  }

  private static func near(_ mode: [Float], _ given: [Double]) -> Bool {
    mode.count == given.count && zip(mode, given).allSatisfy { abs(Double($0) - $1) < 5e-4 }
  }
}
