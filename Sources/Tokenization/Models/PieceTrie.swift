/// Spellings by their bytes, to find all that a text goes on with.
struct PieceTrie: Sendable {
  private var children: [UInt64: Int32] = [:]
  private var values: [Int32] = [-1]
  /// The children of the root.
  private var first = [Int32](repeating: -1, count: 256)

  /// The node of the empty spelling.
  static let root = 0

  init(_ vocabulary: Vocabulary) {
    children.reserveCapacity(4 * vocabulary.count)
    for (spelling, id) in vocabulary.idOf { insert(spelling, id) }
  }

  private mutating func insert(_ spelling: [UInt8], _ id: Int) {
    var node = Self.root
    for byte in spelling {
      if let child = child(of: node, byte) {
        node = child
        continue
      }
      let child = Int32(values.count)
      if node == Self.root {
        first[Int(byte)] = child
      } else {
        children[Self.key(node, byte)] = child
      }
      values.append(-1)
      node = Int(child)
    }
    values[node] = Int32(id)
  }

  /// The node one byte further.
  @inline(__always)
  func child(of node: Int, _ byte: UInt8) -> Int? {
    if node == Self.root { return first[Int(byte)] < 0 ? nil : Int(first[Int(byte)]) }
    return children[Self.key(node, byte)].map(Int.init)
  }

  /// The token that ends at a node.
  @inline(__always)
  func value(_ node: Int) -> Int? { values[node] < 0 ? nil : Int(values[node]) }

  /// The node of a spelling; nil if no token begins with it.
  func node(of spelling: [UInt8]) -> Int? {
    var node = Self.root
    for byte in spelling {
      guard let child = child(of: node, byte) else { return nil }
      node = child
    }
    return node
  }

  @inline(__always)
  private static func key(_ node: Int, _ byte: UInt8) -> UInt64 { UInt64(node) << 8 | UInt64(byte) }
}
