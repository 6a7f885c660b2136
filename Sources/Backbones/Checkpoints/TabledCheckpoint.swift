import Checkpoints
import PETL

/// A checkpoint whose tensors are found through a table of names.
protocol TabledCheckpoint: BackboneCheckpoint {
  var tensors: NamedWeights { get }
  /// How many axes a tensor has for us; nil for a name that the network does not have.
  func rank(of name: String) -> Int?
  /// What the names of a layer's tensors begin with.
  func blockName(_ layer: Int) -> String
  /// The name of the last norm.
  var normName: String { get }
  /// How many heads the layouts of JAX are for.
  var heads: Int { get }
}

extension TabledCheckpoint {
  /// The tensors as the file has them.
  public var store: any WeightStore { tensors.store }
  /// Which library's names the file has.
  public var naming: WeightNaming { tensors.naming }

  /// The tensors of the map, norm or embedding at a site; nil for a site that has none of its own.
  public func tensors(at site: AdaptationSite) -> SiteTensors? {
    func whole(_ name: String) -> SiteTensors { SiteTensors(name: name, part: 0, parts: 1) }
    let block = blockName(site.layer)
    switch site.kind {
    case .query: return SiteTensors(name: "\(block).attn.qkv", part: 0, parts: 3)
    case .key: return SiteTensors(name: "\(block).attn.qkv", part: 1, parts: 3)
    case .value: return SiteTensors(name: "\(block).attn.qkv", part: 2, parts: 3)
    case .output: return whole("\(block).attn.proj")
    case .fc1: return whole("\(block).mlp.fc1")
    case .fc2: return whole("\(block).mlp.fc2")
    case .norm1: return whole("\(block).norm1")
    case .norm2: return whole("\(block).norm2")
    case .norm: return whole(normName)
    case .embedding: return whole("patch_embed.proj")
    case .attention, .mlp, .tokens, .gate: return nil
    }
  }

  /// The shape of a tensor as we have it; nil when the file has none of that name.
  public func shape(of name: String) -> [Int]? {
    rank(of: name).flatMap { tensors.shape(name, rank: $0) }
  }

  /// The numbers of a tensor as we have it.
  public func values(of name: String) throws -> [Float] {
    guard let shape = shape(of: name), let values = try tensors.floats(name, shape: shape) else {
      throw DiagnosticError("\(store.name): the network has no tensor '\(name)'")
    }
    return values
  }

  /// The tensors of the file that hold one of ours, with new numbers.
  public func stored(_ name: String, _ values: [Float], shape: [Int]) -> [StoredTensor] {
    tensors.stored(name, values, shape: shape, heads: heads)
  }
}
