public import Checkpoints
import PETL

/// The tensors of a file without the wrapper that all of their names begin with.
struct UnwrappedStore: WeightStore {
  /// The file.
  let base: any WeightStore
  /// What all names begin with.
  let wrapper: String
  let entries: [TensorEntry]

  init(_ base: any WeightStore, wrapper: String) {
    (self.base, self.wrapper) = (base, wrapper)
    entries = base.entries.map {
      TensorEntry(
        name: String($0.name.dropFirst(wrapper.count)), type: $0.type, shape: $0.shape,
        byteRange: $0.byteRange)
    }
  }

  var name: String { base.name }
  var metadata: [String: String] { base.metadata }

  func entry(_ name: String) -> TensorEntry? {
    base.entry(wrapper + name).map {
      TensorEntry(name: name, type: $0.type, shape: $0.shape, byteRange: $0.byteRange)
    }
  }

  func floats(_ name: String) throws -> [Float] { try base.floats(wrapper + name) }
  func bytes(_ name: String) throws -> [UInt8] { try base.bytes(wrapper + name) }
}

extension WeightStore {
  /// What all names of the file begin with and `entries` leave out; nothing of most files.
  public var wrapper: String { (self as? UnwrappedStore)?.wrapper ?? "" }

  /// The same tensors without a wrapper around the network, where every name has it.
  func unwrapped() -> any WeightStore {
    let namings = WeightNaming.all + WeightNaming.swins + WeightNaming.textTowers
    let names = entries.map(\.name)
    func isKnown(_ names: Set<String>) -> Bool { namings.contains { $0.prefix(in: names) != nil } }
    guard !isKnown(Set(names)) else { return self }
    let wrapper = Wrapper.prefix(of: names) { wrapper in
      isKnown(Set(names.map { String($0.dropFirst(wrapper.count)) }))
    }
    return wrapper.map { UnwrappedStore(self, wrapper: $0) } ?? self
  }
}
