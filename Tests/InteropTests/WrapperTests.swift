import Backbones
import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import AdapterFiles
@testable import Training

/// Weights behind the names of a wrapper are the same weights, and keep their names when they are written.
struct WrapperTests {
  private func wrapped(_ wrapper: String, butOne: Bool = false, to path: String) throws {
    let file = try SafetensorsFile(path: interop("base.safetensors"))
    let records = try file.entries.map {
      TensorRecord(
        name: butOne && $0.name == "cls_token" ? $0.name : wrapper + $0.name, type: $0.type,
        shape: $0.shape, bytes: try file.bytes($0.name))
    }
    try SafetensorsWriter.write(records, metadata: file.metadata, to: path)
  }

  @Test(arguments: [
    "module.", "_orig_mod.", "model.", "backbone.", "module.model.", "model.backbone._orig_mod.",
  ])
  func areLeftOut(_ wrapper: String) throws {
    try withScratchFolder { folder in
      let path = "\(folder)/w.safetensors"
      try wrapped(wrapper, to: path)
      let checkpoint = try openBackbone(SafetensorsFile(path: path))
      let network = try checkpoint.backbone(
        imageSize: nil, dropPath: 0, precision: .single, training: { _ in false })
      #expect(
        network.notes.words.contains(
          "the names of all tensors begin with `\(wrapper)`, taken for a wrapper around the network"
        ))
      let merging = try AdapterMerging(
        .init(adapter: interop("timm-list"), weights: path), registry: registry)
      let merged = try SafetensorsFile(bytes: merging.data, name: "merged")
      let before = try SafetensorsFile(path: path)
      #expect(merged.entries.map(\.name) == before.entries.map(\.name))
      #expect(merging.report.changed.allSatisfy { $0.hasPrefix(wrapper) })
      #expect(merging.report.notes.words.contains { $0.hasSuffix("it is kept") })
      let plain = try AdapterMerging(
        .init(adapter: interop("timm-list"), weights: interop("base.safetensors")),
        registry: registry)
      let expected = try SafetensorsFile(bytes: plain.data, name: "plain")
      for entry in expected.entries {
        let (own, other) = (
          try merged.bytes(wrapper + entry.name), try expected.bytes(entry.name)
        )
        #expect(own == other)
      }
      let back = try AdapterMerging(
        .init(
          adapter: interop("vit-qv"), weights: path, direction: .merge, keepsHead: true),
        registry: registry)
      #expect(back.report.tensors == before.entries.count)
    }
  }

  @Test func mustBeOfEveryName() throws {
    try withScratchFolder { folder in
      let path = "\(folder)/w.safetensors"
      try wrapped("module.", butOne: true, to: path)
      expectComplaint("not a network whose names are known") {
        try openBackbone(SafetensorsFile(path: path))
      }
      try wrapped("decoder.", to: path)
      expectComplaint("not a network whose names are known") {
        try openBackbone(SafetensorsFile(path: path))
      }
    }
  }
}
