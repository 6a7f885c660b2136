import Backbones
import Checkpoints
import PETL
import Testing

@testable import AdapterFiles
@testable import Networks

/// Every weight of a network has its place among each library's modules, and is found again there.
struct NamingTests {
  /// The network of a naming.
  private func network(_ naming: SiteModules) throws -> any Backbone {
    naming.hasStages ? try NetworkTests().network("swin") : try Peers().network()
  }

  /// The names of the weights in each library.
  func names() throws -> [(naming: String, names: [String])] {
    try SiteModules.all.filter { !$0.isText }.map { naming in
      let library = try #require(LibraryTensors(naming), "\(naming.name)")
      return (
        naming.name, try network(naming).weights.flatMap { library.parts(of: $0).map(\.name) }
      )
    }
  }

  @Test(
    arguments: SiteModules.all.filter { !$0.isText }.flatMap {
      $0.root.isEmpty ? [$0] : [$0, $0.bare]
    })
  func knowsEveryWeight(_ naming: SiteModules) throws {
    let library = try #require(LibraryTensors(naming))
    // open_clip embeds patches without a bias.
    for weight in try network(naming).weights
    where naming.name != "open-clip" || weight.name != "patch_embed.proj.bias" {
      let parts = library.parts(of: weight)
      let isSplit = weight.name.contains("qkv") && !naming.isFused
      #expect(parts.count == (isSplit ? 3 : 1), "\(weight.name)")
      for part in parts {
        #expect(library.own(part.name).contains(weight.name), "\(part.name)")
        // The maps are those that adapters are put on.
        if let place = naming.place(of: part.module), part.name.hasSuffix("weight") {
          #expect(naming.path(of: place) == part.module)
        }
      }
      let count = weight.shape.reduce(1, *)
      let values = (0..<count).map(Float.init)
      let again = parts.flatMap { part in
        library.own(library.stored(values, of: weight, part), of: weight, part)
      }
      #expect(again == values, "\(weight.name)")
    }
  }

  /// The sites of a network in stages are those of its blocks in order.
  @Test func findsTheMapsOfStages() throws {
    let network = try NetworkTests().network("swin")
    let owners = WeightOwners(network.weights)
    for site in network.sites where site.kind.isLinear {
      let module = try #require(owners.module(of: site))
      let weight = try #require(network.weights.first { $0.name == module + ".weight" })
      let isPart = [.query, .key, .value].contains(site.kind)
      #expect(
        weight.shape == [site.outputWidth * (isPart ? 3 : 1), site.inputWidth], "\(site.name)")
    }
  }
}
