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
  /// - Parameters:
  ///   - store: the weights.
  ///   - description: the `config.json` that belongs to them.
  public init(for store: any WeightStore, description: String?) {
    let names = store.entries.map(\.name)
    func has(_ endings: String...) -> Bool {
      names.contains { name in endings.contains { name == $0 || name.hasSuffix("." + $0) } }
    }
    if let mode = store.metadata["normalization"].flatMap(Normalization.init) {
      self.init(mode, "the metadata of the weights say so")
    } else if let found = description.flatMap(Self.configured) {
      self = found
    } else if has("norm_pre.weight", "pre_layrnorm.weight", "ln_pre.weight") {
      self.init(.clip, "a norm before the first block is CLIP's")
    } else if has("ls1.gamma", "layer_scale1.lambda1") {
      self.init(.imagenet, "layer scale is DINOv2's")
    } else if has("relative_position_bias_table") {
      self.init(.imagenet, "Swin Transformers have it")
    } else if has("blocks.0.attn.qkv.weight"), !has("blocks.0.attn.qkv.bias") {
      self.init(.none, "a qkv without bias is MIIL's")
    } else {
      self.init(
        .inception,
        "nothing beside the weights says; those of Google and timm's AugReg have it, DeiT's and "
          + "MAE's want imagenet")
    }
  }

  private init(_ mode: Normalization, _ reason: String) {
    (self.mode, self.reason) = (mode, reason)
  }

  /// From the files that Hugging Face, timm and open_clip leave beside weights.
  private static func configured(_ description: String) -> NormalizationGuess? {
    let folder = URL(fileURLWithPath: description).deletingLastPathComponent().path
    for file in ["\(folder)/preprocessor_config.json", description] {
      guard FileManager.default.fileExists(atPath: file),
        let bytes = try? readFile(file, limit: 1 << 20),
        let json = try? JSONValue(parsing: bytes, name: file)
      else { continue }
      for section in [json, json["pretrained_cfg"], json["preprocess_cfg"]].compactMap({ $0 }) {
        let mean = numbers(section["image_mean"] ?? section["mean"])
        let deviation = numbers(section["image_std"] ?? section["std"])
        guard let mean, let deviation else { continue }
        let mode = Normalization.allCases.first {
          near($0.mean, mean) && near($0.standardDeviation, deviation)
        }
        let name = URL(fileURLWithPath: file).lastPathComponent
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
