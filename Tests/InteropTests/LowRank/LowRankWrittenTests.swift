import Backbones
import Checkpoints
import PETL
import Testing

@testable import AdapterFiles
@testable import Networks
@testable import Training

/// Writes what Tests/Interop/check_written_lowrank.py loads with PEFT: the folders of LowRankFolderTests, and adapters
/// of every option that are made here.
///
/// Skipped unless the environment names a folder, PETL_INTEROP.
struct LowRankWrittenTests {
  /// A method with options, and where it goes.
  static let made: [(name: String, type: String, options: [(String, String)], sites: [String])] = [
    ("loha", "loha", [("rank", "2"), ("alpha", "3")], ["query", "value", "fc1"]),
    ("lokr", "lokr", [("rank", "1"), ("decompose_both", "true")], ["query", "output", "fc2"]),
    ("delora", "delora", [("rank", "3"), ("lambda", "2")], ["query", "fc1"]),
    ("randlora", "randlora", [("rank", "6"), ("alpha", "2")], ["output", "fc1", "fc2"]),
    ("miss", "miss", [("rank", "5")], ["query", "key", "fc1"]),
    (
      "mini", "miss", [("rank", "4"), ("init_weights", "mini"), ("mini_r", "8")], ["output", "fc1"]
    ),
    ("gralora", "gralora", [("rank", "4"), ("hybrid_r", "1")], ["value", "fc2"]),
    (
      "vb-lora", "vb-lora", [("rank", "2"), ("num_vectors", "5"), ("vector_length", "8")],
      ["query", "fc1"]
    ),
    ("lora-xs", "lora-xs", [("rank", "4"), ("scale", "0.5")], ["query", "fc1"]),
    ("pissa", "lora", [("rank", "3"), ("alpha", "6"), ("start", "pissa")], ["query", "fc1"]),
    ("lora-fa", "lora", [("rank", "3"), ("lora_fa", "plain")], ["query", "fc1"]),
  ]

  @Test(.enabled(if: WrittenForPeersTests.folder != nil))
  func writes() throws {
    let place = try #require(WrittenForPeersTests.folder) + "/lowrank"
    let peers = try LowRankPeers()
    var logits: [TensorRecord] = []
    func write(_ name: String, _ contents: AdapterContents, _ network: ViT) throws {
      let head = try #require(contents.head)
      let model = Model(backbone: network, adapters: contents.adapters, head: head)
      for naming in WrittenForPeersTests.namings {
        try AdapterExport.write(
          contents, to: "\(place)/\(name)@\(naming.name)", as: .peft(naming))
        logits.append(
          .float32("\(name)@\(naming.name)", shape: [3, 3], try peers.peers.logits(model)))
      }
    }
    for (source, _, _) in LowRankFolderTests.folders {
      let network = try peers.peers.network()
      let loaded = try peers.read(source, for: network)
      var contents = AdapterContents(loaded, on: network)
      contents.head = loaded.head ?? network.pretrainedHead
      try write(source, contents, network)
    }
    for case let (name, type, options, kinds) in Self.made {
      let network = try peers.peers.network()
      let sites = kinds.flatMap { kind in [0, 1].map { "blocks.\($0).\(kind)" } }
      let group = AdapterGroup(type: type, options: options, sites: sites)
      let adapters = AdapterSet(try group.entries(on: network.sites, registry, place: ""))
      network.bind(adapters)
      var generator = RandomGenerator(seed: 9)
      for (_, parameter) in adapters.parameters {
        let noise = generator.normal(parameter.value.count, deviation: 0.2)
        parameter.update(to: zip(parameter.value.values, noise).map { $0 + $1 })
      }
      let contents = AdapterContents(
        backbone: network, adapters: adapters, groups: [group], head: network.pretrainedHead)
      try write(name, contents, network)
    }
    try SafetensorsWriter.write(logits, metadata: [:], to: "\(place)/expected.safetensors")
    #expect(logits.count == 81)
  }
}
