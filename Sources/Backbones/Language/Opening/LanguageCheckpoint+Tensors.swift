import Checkpoints
public import PETL

/// The tensors of a language model, for what is merged into them.
extension LanguageCheckpoint: NetworkTensors {
  /// What the file puts before the names of the network's tensors, `model.`; nothing of a bare network.
  public var prefix: String { tensors.prefix }

  /// What the file says about itself.
  public var metadata: [String: String] { store.metadata }

  /// The tensors of the map or norm at a site; nil for a site that has none of its own, and for norms that
  /// multiply by 1 + weight.
  public func tensors(at site: AdaptationSite) -> SiteTensors? {
    let block = "blocks.\(site.layer)"
    func whole(_ name: String) -> SiteTensors { SiteTensors(name: name, part: 0, parts: 1) }
    let projections: [(AdaptationSite.Kind, String)] = [(.query, "q"), (.key, "k"), (.value, "v")]
    if let part = projections.firstIndex(where: { $0.0 == site.kind }) {
      return configuration.isFused
        ? SiteTensors(name: "\(block).attn.qkv", part: part, parts: 3)
        : whole("\(block).attn.\(projections[part].1)")
    }
    switch site.kind {
    case .output: return whole("\(block).attn.proj")
    case .gate: return configuration.isGated ? whole("\(block).mlp.gate") : nil
    case .fc1: return whole("\(block).mlp.fc1")
    case .fc2: return whole("\(block).mlp.fc2")
    case .norm1, .norm2:
      return configuration.normsAddOne ? nil : whole("\(block).\(site.kind.rawValue)")
    case .norm: return configuration.normsAddOne ? nil : whole("norm")
    default: return nil
    }
  }

  /// The shape of a tensor of the network as we have it; nil when the file has none of that name.
  public func shape(of name: String) -> [Int]? {
    tensors.has(name) ? configuration.tensors.first { $0.name == name }?.shape : nil
  }

  /// The numbers of a tensor of the network as we have it.
  public func values(of name: String) throws -> [Float] {
    guard let shape = shape(of: name) else {
      throw DiagnosticError("\(store.name): the network has no tensor '\(name)'")
    }
    return try values(of: name, shape: shape).values
  }

  /// The tensors of the file that hold one of ours, with new numbers.
  public func stored(_ name: String, _ values: [Float], shape: [Int]) -> [StoredTensor] {
    tensors.stored(name, values, shape: shape, heads: configuration.heads)
  }
}
