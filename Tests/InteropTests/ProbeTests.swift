import Backbones
import PETL
import TestSupport
import Testing

@testable import AdapterFiles
@testable import Networks
@testable import Training

struct ProbeTests {
  func model() throws -> Model {
    let network = try Peers().network()
    return try LoadedAdapter.read(interop("timm-list"), for: network, registry: registry)
      .model(on: network)
  }

  @Test func replays() throws {
    let model = try model()
    let probe = try AdapterProbe(of: model, seed: 3)
    #expect(probe.shape == [2, 16, 16, 3])
    #expect(probe.logits.map(\.count) == [3, 3])
    #expect(try probe.verify(model) == 0)
    let read = try #require(try AdapterProbe(metadata: ["probe": probe.text], file: "a"))
    #expect(read == probe)
    #expect(try AdapterProbe(metadata: [:], file: "a") == nil)
    #expect(try AdapterProbe(of: model, seed: 4).logits != probe.logits)
  }

  /// A change of one number of one factor is seen.
  @Test func seesChanges() throws {
    let model = try model()
    let probe = try AdapterProbe(of: model)
    let parameter = try #require(model.adapters.parameters.first?.parameter)
    var values = parameter.value.values
    values[0] += 0.05
    parameter.update(to: values)
    expectComplaint("is not reproduced: logits differ by up to") { try probe.verify(model) }
    values[0] = .nan
    parameter.update(to: values)
    expectComplaint("is not reproduced") { try probe.verify(model) }
    expectComplaint("not finite") { try AdapterProbe(of: model) }
  }

  @Test(arguments: [
    "", "{}", #"{"classes":3,"logits":[[1]],"seed":0,"shape":[1,16,16,3]}"#,
    #"{"classes":1,"logits":[[1]],"seed":-1,"shape":[1,16,16,3]}"#,
    #"{"classes":1,"logits":[[1]],"seed":0,"shape":[1,16,16]}"#,
    #"{"classes":1,"logits":[[1]],"seed":0,"shape":[1,0,16,3]}"#,
    #"{"classes":1,"logits":[],"seed":0,"shape":[99999999,16,16,3]}"#,
  ])
  func refusesWhatIsNoProbe(_ text: String) {
    expectComplaint("holds no probe") { try AdapterProbe(metadata: ["probe": text], file: "a") }
  }

  @Test func refusesOtherNetworks() throws {
    let model = try model()
    func probe(_ text: String) throws -> AdapterProbe {
      try #require(try AdapterProbe(metadata: ["probe": text], file: "a"))
    }
    let size = try probe(#"{"classes":1,"logits":[[1]],"seed":0,"shape":[1,224,224,3]}"#)
    expectComplaint("224 × 224 pixels, the network takes 16") { try size.verify(model) }
    let classes = try probe(#"{"classes":1,"logits":[[1]],"seed":0,"shape":[1,16,16,3]}"#)
    expectComplaint("of 1 classes, the model has 3") { try classes.verify(model) }
  }
}
