import Backbones
import Checkpoints
import Foundation
import PETL
import Testing

@testable import AdapterFiles
@testable import Networks
@testable import Training

/// Writes what Tests/Interop/check_written_options.py loads with PEFT.
///
/// Skipped unless the environment names a folder, PETL_INTEROP. Python is not run here.
struct OptionsWrittenForPeersTests {
  @Test(.enabled(if: WrittenForPeersTests.folder != nil))
  func writes() throws {
    let place = try #require(WrittenForPeersTests.folder)
    let folders = try OptionFolders()
    var logits: [TensorRecord] = []
    for (name, _) in OptionFolders.all {
      let (network, loaded) = try folders.read(OptionFolders.path(name))
      let contents = AdapterContents(loaded, on: network)
      let model = try loaded.model(on: network)
      for naming in WrittenForPeersTests.namings {
        let path = "\(name)@\(naming.name)"
        try AdapterExport.write(contents, to: "\(place)/options/\(path)", as: .peft(naming))
        logits.append(.float32(path, shape: [3, 3], try folders.peers.logits(model)))
      }
    }
    try SafetensorsWriter.write(logits, metadata: [:], to: "\(place)/options.safetensors")
    let names = try NamingTests().names().map { naming, names in
      JSONValue.Member(naming, .array(names.sorted().map { .string($0) }))
    }
    let text = try JSONValue.object(names.sorted { $0.name < $1.name }).formatted()
    try writeAtomically(Array(text.utf8), to: "\(place)/names.json")
    #expect(logits.count == 42)
  }
}
