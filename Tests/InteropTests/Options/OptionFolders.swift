import Backbones
import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import AdapterFiles
@testable import Networks
@testable import Training

/// What Tests/Interop/make_fixtures_options.py made.
struct OptionFolders {
  /// Each folder with the naming that it came in.
  static let all: [(name: String, naming: SiteModules)] = [
    ("timm-bias-lora", .timm), ("timm-bias-all", .timm), ("timm-bias-head", .timm),
    ("timm-whole", .timm), ("timm-lora-bias", .timm), ("timm-patterns", .timm),
    ("timm-vera-bias", .timm), ("timm-adalora-bias", .timm), ("vit-bias-lora", .vitV5),
    ("vit-bias-all", .vitV5), ("vit-legacy-whole", .vit), ("timm-norms", .timm),
    ("timm-maps", .timm), ("vit-norms", .vitV5),
  ]

  let peers: Peers
  private let expected: SafetensorsFile

  init() throws {
    peers = try Peers()
    expected = try SafetensorsFile(path: fixture("interop-options/expected.safetensors"))
  }

  /// The path of a folder.
  static func path(_ name: String) -> String { fixture("interop-options/\(name)") }

  /// A network with the weights trained that an adapter has trained, and the adapter on it.
  func read(_ path: String) throws -> (network: ViT, loaded: LoadedAdapter) {
    let names = try AdapterFile.backboneWeights(path, registry: registry)
    let network = try peers.network { names.contains($0.name) }
    return (network, try LoadedAdapter.read(path, for: network, registry: registry))
  }

  /// The largest difference of logits from those that PEFT computed.
  func difference(_ model: Model, _ name: String) throws -> Float {
    distance(try peers.logits(model), try expected.floats(name))
  }

  /// A copy of a folder with other tensors and another configuration.
  static func edited(
    _ name: String, in folder: String, replacing: [(String, String)] = [],
    keeping: (String) -> Bool = { _ in true }, adding: [TensorRecord] = []
  ) throws {
    var text = String(
      decoding: try readFile("\(path(name))/adapter_config.json", limit: 1 << 20), as: UTF8.self)
    for (old, new) in replacing {
      #expect(text.contains(old), "\(old)")
      text = text.replacing(old, with: new)
    }
    try writeAtomically(Array(text.utf8), to: "\(folder)/adapter_config.json")
    let tensors = try SafetensorsFile(path: "\(path(name))/adapter_model.safetensors")
    let records = try tensors.entries.filter { keeping($0.name) }.map { entry in
      TensorRecord(
        name: entry.name, type: entry.type, shape: entry.shape, bytes: try tensors.bytes(entry.name)
      )
    }
    try SafetensorsWriter.write(
      records + adding, metadata: tensors.metadata, to: "\(folder)/adapter_model.safetensors")
  }
}
