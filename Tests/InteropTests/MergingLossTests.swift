import Backbones
import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import AdapterFiles
@testable import Training

/// A merge is written only where everything is a finite number, and says what rounding loses.
struct MergingLossTests {
  /// Merges one LoRA with a factor of this size into weights of this type.
  private func merging(_ type: ScalarType, size: Float, weight: Float? = nil) throws
    -> AdapterMerging
  {
    var result: AdapterMerging?
    try withScratchFolder { folder in
      let base = try SafetensorsFile(path: interop("base.safetensors"))
      let records = try base.entries.map { entry -> TensorRecord in
        var values = try base.floats(entry.name)
        if let weight, entry.name == "blocks.1.mlp.fc2.weight" { values[0] = weight }
        return try #require(
          TensorRecord.floating(entry.name, as: type, shape: entry.shape, values))
      }
      try SafetensorsWriter.write(records, metadata: [:], to: "\(folder)/w.safetensors")
      let module = PEFTLoRA(
        module: "blocks.0.attn.proj",
        factors: LowRankFactors(
          a: (0..<16).map { Float($0) / 16 + 0.1 }, b: (0..<16).map { size * (1 - Float($0) / 20) },
          rank: 1, alpha: 1), inputs: 16)
      try PEFTAdapterFolder(modules: [module]).write(to: "\(folder)/a")
      result = try AdapterMerging(
        .init(adapter: "\(folder)/a", weights: "\(folder)/w.safetensors"), registry: registry)
    }
    return try #require(result)
  }

  @Test(arguments: [ScalarType.f32, .f16, .bf16])
  func refusesWhatIsNotFinite(_ type: ScalarType) {
    for size in [Float.nan, .infinity, 1e38, 3e38] {
      let text = complaint { try merging(type, size: size) }
      #expect(
        text.contains("nothing is written") || text.contains("would overflow"),
        "\(type) \(size): \(text)")
    }
    for weight in [Float.nan, .infinity] {
      let text = complaint { try merging(type, size: 0.1, weight: weight) }
      #expect(text.contains("a feature is"), "\(type) \(weight): \(text)")
    }
  }

  @Test func saysWhatRoundingLoses() throws {
    #expect(try merging(.f32, size: 0.1).report.roundingLoss == nil)
    let large = try merging(.f16, size: 0.5).report
    #expect(try #require(large.roundingLoss) < 0.01)
    #expect(!large.notes.words.contains { $0.contains("rounding") })
    let small = try merging(.bf16, size: 1e-4).report
    let loss = try #require(small.roundingLoss)
    #expect(loss > 0.1)
    #expect(
      small.notes.words.contains {
        $0.hasPrefix("warning: rounding to the types of the file loses ")
          && $0.contains("% of the change")
      })
    // The same by hand, as far as a factor of this size can be told.
    let none = try merging(.bf16, size: 1e-12).report
    #expect(abs(try #require(none.roundingLoss) - 1) < 1e-3)
  }
}
