import Backbones
import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import AdapterFiles
@testable import Training

/// Adapters that PEFT saved on networks of timm, transformers and open_clip, on those networks' own weights
/// (Tests/Interop/make_networks.py).
struct NetworkTests {
  /// Folder, naming and number of adapted sites.
  static let cases: [(String, String, Int)] = [
    ("hf-vit", "hf-vit-v5", 6), ("hf-clip", "hf-clip", 8),
    ("hf-dinov2-registers", "hf-dinov2-v5", 6),
    ("hf-swin", "hf-swin-v5", 15), ("swin", "swin", 25), ("dinov2-registers", "timm", 8),
    ("open-clip", "open-clip", 12),
  ]

  func network(_ name: String) throws -> any Backbone {
    let file = try WeightFile(path: interop("../namings/\(name)"))
    let facts = BackboneFacts(heads: name.contains("swin") ? nil : 3)
    let description = try file.description.map { try NetworkDescription(path: $0) }
    return try openBackbone(file.store, facts: facts, description: description).backbone(
      imageSize: nil, dropPath: 0, precision: .single, training: { _ in false })
  }

  /// What the network with an adapter gives: logits, or features where there is no head.
  func output(
    _ network: any Backbone, _ loaded: LoadedAdapter,
    head other: (weight: Tensor, bias: Tensor)? = nil
  ) throws -> [Float] {
    let golden = try SafetensorsFile(path: interop("../namings/golden.safetensors"))
    let name = "images.\(network.imageSize)"
    let shape = try golden.required(name).shape
    let images = Tensor(try golden.floats(name), shape: shape)
    let pass = ForwardPass(
      isTraining: false, images: shape[0], generator: RandomGenerator(seed: 0))
    let features = noGradient {
      network.features(images, adapters: loaded.adapters, pass: pass)
    }
    guard let head = loaded.head ?? other ?? network.pretrainedHead else { return features.values }
    return noGradient { features.linear(weight: head.weight, bias: head.bias).values }
  }

  @Test(arguments: cases)
  func giveTheSame(_ name: String, _ naming: String, _ sites: Int) throws {
    let network = try network(name)
    let loaded = try LoadedAdapter.read(
      interop("../interop-networks/\(name)"), for: network, registry: registry)
    #expect(loaded.naming?.name == naming)
    #expect(loaded.adapters.entries.count == sites)
    let expected = try SafetensorsFile(path: interop("../interop-networks/expected.safetensors"))
      .floats(name)
    func difference(_ found: [Float]) -> Float {
      #expect(found.count == expected.count)
      return zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
    }
    let own = try output(network, loaded)
    #expect(difference(own) < 1e-4, "\(difference(own))")
    // Written for this and for other namings, it is the same again.
    let isStaged = name.contains("swin")
    let targets: [SiteModules] = isStaged ? [.swin] : [.timm, .vit, .vitV5, .clip]
    try withScratchFolder { folder in
      for (index, target) in targets.enumerated() {
        let path = "\(folder)/\(index)"
        try AdapterExport.write(
          AdapterContents(loaded, on: network), to: path, as: .peft(target))
        let again = try LoadedAdapter.read(path, for: network, registry: registry)
        // CLIP's own head is on other features and is left out.
        let found = try output(network, again, head: target.hasSameHead ? nil : loaded.head)
        #expect(difference(found) < 1e-4, "\(target.name): \(difference(found))")
      }
      let contents = AdapterContents(loaded, on: network)
      if name == "open-clip" {
        expectComplaint("and its output map together") {
          try AdapterExport.write(
            contents, to: "\(folder)/x", as: .peft(SiteModules.named("open-clip")))
        }
      }
      try AdapterExport.write(contents, to: "\(folder)/own", as: .petl)
      let again = try LoadedAdapter.read("\(folder)/own", for: network, registry: registry)
      let found = try output(network, again)
      #expect(difference(found) < 1e-4)
    }
  }
}
