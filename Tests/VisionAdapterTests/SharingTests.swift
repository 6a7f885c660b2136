import Backbones
import Compacter
import FacT
import KAdaptation
import PETL
import TestSupport
import Testing

/// What the sites of a network share.
struct SharingTests {
  private let generator = RandomGenerator(seed: 3)

  private func names(_ entries: [AdapterSet.Entry]) -> [String] {
    AdapterSet(entries).parameters.map(\.name)
  }

  private func sites(_ network: any Backbone) -> [AdaptationSite] {
    network.sites.filter(\.kind.isLinear)
  }

  @Test("FacT's factors are the network's, Σ of FacT-TT is the site's")
  func factors() throws {
    let sites = ViTConfiguration.micro.sites.filter(\.kind.isLinear)
    let options = FacTOptions { $0.rank = 4 }
    let tt = names(try FacTTT.attach(to: sites, options: options, generator: generator))
    #expect(tt.filter { $0.hasPrefix("shared.") } == ["shared.fact_u", "shared.fact_v"])
    #expect(tt.count == 2 + 36)
    #expect(tt.contains("blocks.3.fc1.sigma"))
    let tk = names(try FacTTK.attach(to: sites, options: options, generator: generator))
    #expect(tk == ["fact_u", "fact_v", "fact_c", "fact_p"].map { "shared.\($0)" })
  }

  @Test("A network of several widths has factors for each")
  func severalWidths() throws {
    let network = try network("namings/swin/model.safetensors")
    let options = FacTOptions { $0.rank = 3 }
    let widths = Set(sites(network).map { min($0.inputWidth, $0.outputWidth) })
    #expect(widths.count > 1)
    let entries = try FacTTK.attach(to: sites(network), options: options, generator: generator)
    let expected = widths.flatMap { width in
      ["u", "v", "c", "p"].map { "shared.fact_\($0)_\(width)" }
    }
    #expect(Set(names(entries)) == Set(expected))
    let features = network.features(
      sample([2, network.imageSize, network.imageSize, 3]), adapters: AdapterSet(entries),
      pass: ForwardPass(over: 2))
    let gradients = features.squared().sum().backward()
    for (name, parameter) in AdapterSet(entries).parameters where name.contains("fact_v") {
      let gradient = try #require(gradients[parameter.value], "\(name)")
      #expect(largest(gradient) > 0, "\(name)")
    }
  }

  @Test("Each matrix of FacT-TK has a column of P of its own: twelve a layer")
  func columns() throws {
    let sites = ViTConfiguration.micro.sites.filter { $0.kind.isLinear && $0.layer < 2 }
    let options = FacTOptions { ($0.rank, $0.dropout) = (4, 0) }
    let entries = try FacTTK.attach(to: sites, options: options, generator: generator)
    entries[0].adapter.scramble()
    var next = 0
    for entry in entries {
      let x = sample([5, entry.site.inputWidth])
      let delta = entry.adapter.delta(of: x, in: ForwardPass(over: 1))
      let mixing = try #require(entry.adapter.value("fact_p"))
      #expect(mixing.shape == [4, 24])
      let gradient = try #require(delta.squared().sum().backward()[mixing])
      let used = Set(gradient.values.indices.filter { gradient.values[$0] != 0 }.map { $0 % 24 })
      let count = entry.site.inputWidth == entry.site.outputWidth ? 1 : 4
      #expect(used == Set(next..<next + count), "\(entry.site.name)")
      next += count
    }
    #expect(next == 24)
  }

  @Test("KAdaptation's first factors are those of a kind of map")
  func kinds() throws {
    let sites = ViTConfiguration.micro.sites.filter { [.query, .value].contains($0.kind) }
    let names = names(
      try KAdaptation.attach(to: sites, options: KAdaptationOptions(), generator: generator))
    #expect(
      Set(names.filter { $0.hasPrefix("shared.") })
        == Set(["left_query", "right_query", "left_value", "right_value"].map { "shared.\($0)" }))
    #expect(names.count == 4 + 12 * 2)
  }

  @Test("Compacter's first factors are the network's")
  func rule() throws {
    let sites = ViTConfiguration.micro.sites.filter(\.kind.isBlock)
    let options = CompacterOptions { $0.rank = 8 }
    let entries = try Compacter.attach(to: sites, options: options, generator: generator)
    let names = names(entries)
    #expect(names.filter { $0.hasPrefix("shared.") } == ["shared.phm_rule"])
    #expect(names.count == 1 + 12 * 6)
  }
}
