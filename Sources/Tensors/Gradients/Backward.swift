/// The gradients that a backward pass found, by the leaf they belong to: a tensor that
/// `Tensor.differentiable()` made, or the value of a trained parameter.
public struct Gradients {
  private var byLeaf: [ObjectIdentifier: Tensor] = [:]
  // Keeps the leaves alive, so that an identity stays theirs.
  private var leaves: [GradientNode] = []

  /// No gradients.
  package init() {}

  /// The gradient of a leaf, of the leaf's shape; nil where none arrived.
  public subscript(leaf: Tensor) -> Tensor? {
    leaf.node.flatMap { byLeaf[ObjectIdentifier($0)] }
  }

  mutating func insert(_ gradient: Tensor, for node: GradientNode) {
    byLeaf[ObjectIdentifier(node)] = gradient
    leaves.append(node)
  }

  /// Runs the body on each leaf with its gradient.
  func forEach(_ body: (GradientNode, Tensor) -> Void) {
    for leaf in leaves {
      if let gradient = byLeaf[ObjectIdentifier(leaf)] { body(leaf, gradient) }
    }
  }

  /// Puts a gradient in the place of a leaf's, or beside the others where there was none.
  ///
  /// - Parameters:
  ///   - leaf: a tensor that requires a gradient; of any other nothing is kept.
  ///   - gradient: of the leaf's shape, else the program stops with both shapes.
  package mutating func replace(_ leaf: Tensor, with gradient: Tensor) {
    guard let node = leaf.node else { return }
    require(
      gradient.shape == leaf.shape,
      "A gradient of shape \(gradient.shape) does not fit \(leaf.shape).")
    if byLeaf.updateValue(gradient.detached(), forKey: ObjectIdentifier(node)) == nil {
      leaves.append(node)
    }
  }

  /// Those of some leaves alone.
  ///
  /// - Parameter leaves: which.
  /// - Returns: the gradients that arrived at these.
  package func restricted(to leaves: [Tensor]) -> Gradients {
    var found = Gradients()
    for leaf in leaves {
      if let node = leaf.node, let gradient = self[leaf] { found.insert(gradient, for: node) }
    }
    return found
  }

  /// Adds another pass's gradients to these.
  package mutating func add(_ other: Gradients) {
    for leaf in other.leaves {
      let key = ObjectIdentifier(leaf)
      guard let gradient = other.byLeaf[key] else { continue }
      if let sum = byLeaf.removeValue(forKey: key) {
        byLeaf[key] = sum.addedInPlace(gradient)
      } else {
        insert(gradient, for: leaf)
      }
    }
  }
}

extension Tensor {
  /// The gradients of this scalar with respect to every leaf it depends on.
  ///
  /// The graph is walked once, from the newest node to the oldest, so that the order of additions,
  /// and with it every bit of the result, is the same in every run. What a node kept for this walk
  /// is let go as soon as the walk has passed it.
  ///
  /// - Parameter keepingGraph: true to walk the same graph again later.
  /// - Returns: one gradient for each leaf; empty when nothing here requires one.
  public func backward(keepingGraph: Bool = false) -> Gradients {
    require(count == 1, "backward() starts at a scalar, not at shape \(shape).")
    return backward(from: Tensor(repeating: 1, shape: shape), keepingGraph: keepingGraph)
  }

  /// The gradients of ⟨gradient, self⟩ with respect to every leaf.
  ///
  /// - Parameters:
  ///   - gradient: what the result's gradient starts from, of this tensor's shape.
  ///   - keepingGraph: true to walk the same graph again later.
  /// - Returns: one gradient for each leaf.
  public func backward(from gradient: Tensor, keepingGraph: Bool = false) -> Gradients {
    var gradients = Gradients()
    guard let root = node else { return gradients }
    require(
      gradient.shape == shape, "A gradient of shape \(gradient.shape) does not fit \(shape).")
    let order = GradientNode.reachable(from: root)
    root.gradient = gradient.detached()
    let sink = GradientSink()
    noGradient {
      for node in order {
        guard let gradient = node.gradient.take() else { continue }
        if let backward = node.backward {
          if let call = node.call {
            call.run { backward(gradient, sink) }
          } else {
            backward(gradient, sink)
          }
          if !keepingGraph { node.release() }
        } else {
          gradients.insert(gradient, for: node)
        }
      }
    }
    return gradients
  }
}

extension GradientNode {
  /// All nodes that `root` depends on, the newest first.
  fileprivate static func reachable(from root: GradientNode) -> [GradientNode] {
    var seen: Set<UInt64> = [root.id]
    var found = [root]
    var next = 0
    while next < found.count {
      for input in found[next].inputs where seen.insert(input.id).inserted { found.append(input) }
      next += 1
    }
    return found.sorted { $0.id > $1.id }
  }
}
