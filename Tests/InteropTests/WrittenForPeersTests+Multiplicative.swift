import Backbones
import Checkpoints
import PETL
import Testing

@testable import AdapterFiles
@testable import Networks
@testable import Training

extension WrittenForPeersTests {
  /// Every adapter of `MultiplicativeTests` in each naming that has a place for it, for
  /// Tests/Interop/check_written_multiplicative.py.
  @Test(.enabled(if: folder != nil))
  func writesMultiplicative() throws {
    let place = "\(try #require(Self.folder))/multiplicative"
    let peers = try Peers()
    var logits: [TensorRecord] = []
    for (name, _, method, _) in MultiplicativeTests.folders {
      let network = try peers.network()
      let loaded = try LoadedAdapter.read(
        MultiplicativeTests.path(name), for: network, registry: registry)
      var contents = AdapterContents(loaded, on: network)
      contents.head = loaded.head ?? network.pretrainedHead
      let model = try loaded.model(on: network)
      for naming in Self.namings {
        let format = AdapterExport.Format.peft(naming)
        guard AdapterExport.objection(to: contents, as: format) == nil else { continue }
        let own = "\(name)@\(naming.name)@\(method)"
        try AdapterExport.write(contents, to: "\(place)/\(own)", as: format)
        logits.append(.float32(own, shape: [3, 3], try peers.logits(model)))
      }
    }
    try SafetensorsWriter.write(logits, metadata: [:], to: "\(place)/logits.safetensors")
    #expect(logits.count == 49)
  }
}
