import Backbones
import Checkpoints
import PETL
import TestSupport

@testable import AdapterFiles

/// A tiny model of Tests/Fixtures/language, with what it gives for two texts.
struct LanguagePeer {
  let checkpoint: LanguageCheckpoint
  let network: any AdaptableNetwork
  let head: TextHead?

  static let texts = [
    [3, 17, 5, 29, 11, 8, 40, 7, 19], [12, 9, 9, 31, 24, 22, 7, 19, 6],
  ]

  /// Opens a model, with some of its weights trained.
  init(_ name: String, training: @escaping (BackboneWeight) -> Bool = { _ in false }) throws {
    try self.init(at: fixture("language/\(name)"), training: training)
  }

  init(at path: String, training: @escaping (BackboneWeight) -> Bool = { _ in false }) throws {
    checkpoint = try LanguageCheckpoint.open(path)
    network =
      checkpoint.configuration.family.isDecoder
      ? try checkpoint.decoder(training: training) : try checkpoint.encoder(training: training)
    head = try checkpoint.classHead()
  }

  var family: LanguageFamily { checkpoint.configuration.family }

  func read(_ folder: String) throws -> LoadedAdapter {
    try LoadedAdapter.read(folder, for: network, of: family, registry: registry)
  }

  /// Adapters of a method with random numbers.
  func adapters(
    _ type: String, _ options: [(String, String)] = [], at kinds: [AdaptationSite.Kind]
  ) throws -> (AdapterSet, [AdapterGroup]) {
    let sites = network.sites.filter { kinds.contains($0.kind) }.map(\.name)
    let group = AdapterGroup(type: type, options: options, sites: sites)
    let adapters = AdapterSet(try group.entries(on: network.sites, registry, place: ""))
    network.bind(adapters)
    var generator = RandomGenerator(seed: 9)
    for (_, parameter) in adapters.parameters {
      parameter.update(to: generator.uniform(parameter.value.count, in: -0.4..<0.4))
    }
    return (adapters, [group])
  }

  /// A head of the network's kind with random numbers.
  func randomHead(classes: Int) -> TextHead {
    var generator = RandomGenerator(seed: 5)
    func random(_ shape: [Int]) -> Tensor {
      Tensor(generator.uniform(shape.reduce(1, *), in: -0.5..<0.5), shape: shape)
    }
    let (width, isDecoder) = (network.width, family.isDecoder)
    return TextHead(
      family, pooler: isDecoder ? nil : (random([width, width]), random([width])),
      weight: random([classes, width]), bias: isDecoder ? nil : random([classes]))
  }

  /// Logits of the classes where there is a head, else of tokens, else hidden states.
  func values(_ adapters: AdapterSet, head: TextHead? = nil) -> Tensor {
    let batch = TokenBatch(Self.texts)
    let pass = ForwardPass(isTraining: false, images: 2, generator: RandomGenerator(seed: 0))
    return noGradient {
      if let decoder = network as? Decoder {
        let rows = decoder.hidden(batch, adapters: adapters, pass: pass)
        if let head { return head(batch.pooled(rows, by: head.pooling)) }
        return decoder.logits(rows.reshaped([18, -1])).reshaped([2, 9, -1])
      }
      let rows = (network as? TextEncoder)?.hidden(batch, adapters: adapters, pass: pass)
      guard let rows else { return .zeros([1]) }
      return head.map { $0(batch.pooled(rows, by: $0.pooling)) } ?? rows
    }
  }
}
