/// A tensor that is trained, with the set that it lives in.
///
/// Its value is the start of a graph. An adapter holds its parameters and asks each for its `value` when it
/// computes; an optimizer gives them other values with `update(to:)`.
public final class Parameter {
  /// The name within its adapter, such as `lora_A`.
  public let name: String
  /// The value that is in force; a leaf of the graph.
  ///
  /// Tensors are values: one that was taken before an update keeps its elements, so take it anew at each
  /// use. Its gradient is found by either, `gradients[parameter.value]`.
  public private(set) var value: Tensor
  /// What the value is kept on.
  public let geometry: any ParameterGeometry
  /// Whether weight decay applies.
  public let decays: Bool
  /// Whether it is trained; a constant is only stored with the others.
  public let isTrained: Bool
  /// Whether adapters of several sites hold this very object.
  public let isShared: Bool
  /// The factor of the learning rate, 1 unless a training rule set another for a stage; `move` knows it.
  public package(set) var rateFactor = 1.0
  /// The factor of weight decay, 1 unless a training rule set another for a stage; `move` knows it.
  public package(set) var decayFactor = 1.0

  /// Makes a parameter.
  ///
  /// - Parameters:
  ///   - name: unique within its adapter, and a shared one's within the network.
  ///   - value: the initial value, of any shape, which stays; a graph that it may carry is dropped.
  ///   - geometry: what the value is kept on; free by default.
  ///   - decays: whether weight decay applies.
  ///   - isTrained: false for a constant, which gets no gradient.
  ///   - isShared: whether adapters of several sites hold this very object.
  public init(
    _ name: String, _ value: Tensor, geometry: any ParameterGeometry = FreeGeometry(),
    decays: Bool = true, isTrained: Bool = true, isShared: Bool = false
  ) {
    self.name = name
    self.value = isTrained ? value.differentiable() : value.detached()
    self.geometry = geometry
    self.decays = decays
    self.isTrained = isTrained
    self.isShared = isShared
  }

  /// Gives the parameter another value.
  ///
  /// No tensor but `value` changes, whoever shared its memory.
  ///
  /// - Parameter newValue: of the value's shape, else the program stops with both shapes; a graph that it
  ///   may carry is dropped.
  public func update(to newValue: Tensor) { value.replace(with: newValue) }

  /// Gives the parameter another value.
  ///
  /// - Parameter elements: as many as the value has, in row-major order, else the program stops with both
  ///   counts.
  public func update(to elements: [Float]) { value.replace(with: elements) }

  /// Lets an optimizer's kernel change the elements in place, in memory that no other tensor shares.
  ///
  /// - Parameter body: is given the value, and writes to it.
  package func updateInPlace(_ body: (_ value: Tensor) -> Void) {
    value.makeUnique()
    body(value)
  }
}
