import Checkpoints
import Datasets
import Foundation
import PETL
import TestSupport
import Testing

@testable import Networks

/// What files beside weights say of images.
@Suite struct WeightsPreprocessingTests {
  private let store: SafetensorsFile

  init() throws {
    let record = TensorRecord.float32("blocks.0.attn.qkv.bias", shape: [1], [0])
    store = try SafetensorsFile(
      bytes: SafetensorsWriter.data([record], metadata: [:]), name: "weights")
  }

  private func read(_ files: [String: String]) throws -> WeightsPreprocessing {
    let folder = try ScratchFolder()
    for (name, text) in files { try folder.write(text, to: name) }
    return try WeightsPreprocessing(for: store, folder: folder.path)
  }

  private func custom(_ mean: [Double], _ deviation: [Double]) throws -> Normalization {
    .custom(try #require(ChannelStatistics(mean: mean, deviation: deviation)))
  }

  @Test(
    "Hugging Face's mean and std are used to the last bit",
    arguments: [
      #"{"image_mean": [0.5307, 0.5307, 0.5307], "image_std": [0.2583, 0.2583, 0.2583]}"#,
      #"{"image_mean": 0.5307, "image_std": [0.2583], "do_normalize": true, "do_rescale": true}"#,
      #"{"image_mean": [0.5307, 0.5307, 0.5307], "image_std": [0.2583, 0.2583, 0.2583], "rescale_factor": 0.00392156862745098}"#,
    ])
  func ownStatistics(_ text: String) throws {
    let found = try read(["preprocessor_config.json": text])
    #expect(
      try found.normalization
        == custom([0.5307, 0.5307, 0.5307], [0.2583, 0.2583, 0.2583]))
    #expect(found.reason == "preprocessor_config.json beside the weights says so")
  }

  @Test("what a file leaves out of mean and std is its image processor's")
  func halfStatistics() throws {
    let found = try read([
      "preprocessor_config.json":
        #"{"image_processor_type": "ViTImageProcessor", "image_mean": [0.25, 0.5, 0.75]}"#
    ])
    #expect(try found.normalization == custom([0.25, 0.5, 0.75], [0.5, 0.5, 0.5]))
    #expect(found.notes == [])
    #expect(found.reason.hasSuffix("says no std, its image processor has them so"))
  }

  @Test("what transformers cuts out begins where transformers begins")
  func crops() throws {
    let found = try read([
      "preprocessor_config.json":
        #"{"image_processor_type": "CLIPImageProcessor", "size": 36, "crop_size": 32}"#
    ])
    #expect(found.resize?.stated.preprocessing(.clip)?.cutsLessFirst == true)
    let timm = try read([
      "config.json": #"{"architecture": "x", "pretrained_cfg": {"crop_pct": 0.9}}"#
    ])
    #expect(timm.resize?.stated.preprocessing(.clip)?.cutsLessFirst == false)
  }

  @Test func noNormalization() throws {
    let found = try read([
      "preprocessor_config.json":
        #"{"do_normalize": false, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}"#
    ])
    #expect(found.normalization == .none)
    #expect(found.reason == "preprocessor_config.json beside the weights says do_normalize: false")
  }

  /// (x·f − m) / s as (x/255 − mean) / std.
  @Test(arguments: [
    (#""rescale_factor": 0.00784313725490196"#, 1 / 127.5), (#""do_rescale": false"#, 1.0),
    (#""rescale_factor": 1.0"#, 1.0), (#""do_rescale": false, "rescale_factor": 0.5"#, 1.0),
  ])
  func rescaling(_ keys: String, _ factor: Double) throws {
    let found = try read([
      "preprocessor_config.json":
        "{\"image_mean\": [0.5, 0.25, 1], \"image_std\": [0.5, 2, 1], \(keys)}"
    ])
    for (channel, (mean, deviation)) in zip([0.5, 0.25, 1], [0.5, 2, 1]).enumerated() {
      for byte in [0.0, 100, 255] {
        let expected = (byte * factor - mean) / deviation
        let own = found.normalization
        let value =
          (byte / 255 - Double(own.mean[channel])) / Double(own.standardDeviation[channel])
        #expect(abs(value - expected) < 1e-5 * max(1, abs(expected)))
      }
    }
    let raw = try read(["preprocessor_config.json": "{\"do_normalize\": false, \(keys)}"])
    #expect(abs(1 / Double(raw.normalization.standardDeviation[0]) - 255 * factor) < 1e-4)
  }

  @Test(
    "an image processor has its own values where the file is silent",
    arguments: [
      ("ViTImageProcessor", "inception"), ("ViTFeatureExtractor", "inception"),
      ("CLIPImageProcessorFast", "clip"), ("BitImageProcessor", "clip"),
      ("DeiTImageProcessor", "inception"),
    ])
  func usualValues(_ type: String, _ mode: String) throws {
    let found = try read(["preprocessor_config.json": "{\"image_processor_type\": \"\(type)\"}"])
    #expect(found.normalization.rawValue == mode)
    #expect(found.reason.contains("says no mean and std"))
    #expect(found.resize != nil)
  }

  @Test(
    "resizing is read",
    arguments: [
      (
        #"{"size": 224, "resample": 2, "feature_extractor_type": "ViTFeatureExtractor"}"#,
        "squash 1.0 bilinear 224"
      ),
      (
        #"{"size": {"height": 256, "width": 256}, "crop_size": 224, "do_center_crop": true, "resample": 3}"#,
        "squash 0.875 bicubic 224"
      ),
      (
        #"{"size": {"shortest_edge": 256}, "crop_size": {"height": 224, "width": 224}, "do_center_crop": true, "resample": 3}"#,
        "shorter-side 0.875 bicubic 224"
      ),
      (
        #"{"size": 224, "crop_size": 224, "image_processor_type": "CLIPImageProcessor"}"#,
        "shorter-side 1.0 bicubic 224"
      ),
      (#"{"size": {"height": 224, "width": 192}, "resample": 3}"#, "none"),
      (#"{"size": 224, "resample": 1}"#, "none"), (#"{"do_resize": false, "size": 224}"#, "none"),
      (#"{"size": {"longest_edge": 224}, "resample": 3}"#, "none"),
    ])
  func resize(_ text: String, _ expected: String) throws {
    let stated = try #require(read(["preprocessor_config.json": text]).resize?.stated)
    let found = stated.preprocessing(.none).map {
      "\($0.resize.rawValue) \($0.crop) \($0.interpolation.rawValue) \(stated.side ?? 0)"
    }
    #expect(found ?? "none" == expected)
  }

  @Test("every side that is cut out of another comes back", arguments: 1...64)
  func cropRoundTrip(_ step: Int) {
    for kept in [16, 32, 97, 224, 384, 518] {
      let crop = StatedResize.crop(kept, of: kept + step)
      #expect(Int((Double(kept) / crop).rounded(.down)) == kept + step)
    }
  }

  @Test(
    "what is wrong is named by its key",
    arguments: [
      ("not JSON", "preprocessor_config.json"), ("[1]", "is a list"),
      (#"{"image_mean": [0.5, 0.5]}"#, "`image_mean` is a list of 2"),
      (#"{"image_mean": "0.5"}"#, "`image_mean` is '0.5'"),
      (#"{"image_std": [0.5, 0, 0.5]}"#, "`image_std` is a list of 3"),
      (#"{"image_std": [1, 1, 1e-50]}"#, "`image_std` is a list of 3"),
      (#"{"do_normalize": "no"}"#, "`do_normalize` is 'no'"),
      (#"{"rescale_factor": -1}"#, "`rescale_factor` is -1"),
      (#"{"rescale_factor": 0}"#, "`rescale_factor` is 0"),
      (#"{"resample": 9}"#, "`resample` is 9"),
      (#"{"size": {"edge": 3}}"#, "`size` is an object"),
      (#"{"size": -224}"#, "`size` is -224"),
      (#"{"crop_pct": 0}"#, "`crop_pct` is 0"),
    ])
  func mistakes(_ text: String, _ expected: String) {
    let error = #expect(throws: DiagnosticError.self) {
      try read(["preprocessor_config.json": text])
    }
    #expect(error?.sentences.contains(expected) == true, "\(error as Any)")
  }

  @Test func everyMistakeIsNamed() {
    let error = #expect(throws: DiagnosticError.self) {
      try read([
        "preprocessor_config.json": #"{"image_mean": [1], "image_std": 0, "do_rescale": 1}"#,
        "config.json":
          #"{"architecture": "x", "pretrained_cfg": {"mean": [1, 2], "crop_mode": "c"}}"#,
      ])
    }
    #expect(error?.diagnostics.count == 4, "\(error as Any)")
  }

  @Test func unknownKeysAreNoted() throws {
    let found = try read([
      "preprocessor_config.json":
        #"{"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "gamma": 2, "do_convert_rgb": true}"#
    ])
    #expect(
      found.notes == ["preprocessor_config.json: `gamma` is not known here and not used"])
    #expect(found.refusals.isEmpty)
  }

  @Test(arguments: ["do_flip_channel_order", "do_pad", "do_grayscale", "rescale_offset"])
  func refusedKeys(_ key: String) throws {
    let on = try read(["preprocessor_config.json": "{\"\(key)\": true}"])
    try #require(on.refusals.count == 1)
    #expect(on.refusals[0].message.contains("`\(key)` is true"))
    var notes: [Note] = []
    #expect(throws: DiagnosticError.self) {
      try on.preprocessing(nil, normalization: nil, notes: &notes)
    }
    let off = try read(["preprocessor_config.json": "{\"\(key)\": false}"])
    #expect(off.refusals.isEmpty)
    #expect(off.notes.isEmpty)
  }

  @Test func timm() throws {
    let found = try read([
      "config.json": """
      {"architecture": "vit_small_patch16_224", "pretrained_cfg": {"mean": [0.1, 0.2, 0.3],
      "std": [0.4, 0.5, 0.6], "crop_pct": 0.9, "interpolation": "bicubic", "crop_mode": "center",
      "input_size": [3, 224, 224], "fixed_input_size": true, "url": "x"}}
      """
    ])
    #expect(try found.normalization == custom([0.1, 0.2, 0.3], [0.4, 0.5, 0.6]))
    let stated = try #require(found.resize?.stated)
    #expect(stated.resize == .shorterSide)
    #expect(stated.crop == 0.9)
    #expect(stated.side == 224)
    #expect(found.notes.isEmpty)
  }

  @Test func openCLIP() throws {
    let found = try read([
      "open_clip_config.json": """
      {"model_cfg": {}, "preprocess_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5],
      "interpolation": "bilinear", "resize_mode": "squash", "fill_color": 0}}
      """
    ])
    #expect(found.normalization == .inception)
    let stated = try #require(found.resize?.stated)
    #expect(stated.resize == .squash)
    #expect(stated.interpolation == .bilinear)
    #expect(found.notes.isEmpty)
  }

  @Test func theFirstFileCounts() throws {
    let found = try read([
      "preprocessor_config.json": #"{"image_mean": [0.5, 0.5, 0.5], "image_std": [1, 1, 1]}"#,
      "config.json":
        #"{"architecture": "x", "pretrained_cfg": {"mean": [0, 0, 0], "std": [1, 1, 1]}}"#,
    ])
    #expect(try found.normalization == custom([0.5, 0.5, 0.5], [1, 1, 1]))
    #expect(
      found.notes == [
        "config.json says normalization none, preprocessor_config.json {mean: [0.5, 0.5, 0.5], std: [1.0, 1.0, 1.0]}: that is taken"
      ])
  }

  @Test func aGuessIsSaidToBeOne() throws {
    #expect(try read([:]).reason.hasPrefix("a guess, nothing beside the weights says; "))
    let silent = try read(["preprocessor_config.json": #"{"size": 8}"#])
    #expect(silent.reason.hasPrefix("a guess, preprocessor_config.json does not say; "))
    #expect(silent.normalization == .inception)
  }
}
