/// A dense array of 32-bit floats in row-major order, and what is needed to differentiate through it.
///
/// A tensor is a value: operations make new tensors, and nothing that is public writes into one. Its
/// memory is shared between copies and comes from a pool. A tensor carries a gradient node only where a
/// gradient is needed, so a frozen network leaves no trace. Trained values are held by a `Parameter`.
///
/// Operations throw nothing. Programming errors (shapes that do not fit, an axis or index that is not
/// there) end the program with the shapes in the sentence (`require(_:_:)`). What is not a finite number
/// goes through as in IEEE 754.
///
/// A tensor is not `Sendable`: a graph belongs to the thread that builds it. The operations
/// themselves use all threads.
public struct Tensor {
  /// The length of each axis, from the outermost; empty for a scalar.
  public let shape: [Int]
  /// The node of the graph, when a gradient flows through this tensor.
  package internal(set) var node: GradientNode?
  var storage: Storage
  /// Where the tensor starts in `storage`, in floats.
  let offset: Int
  /// How to compute the values again, where that costs less than keeping them.
  var origin: Origin?

  init(
    shape: [Int], storage: Storage, offset: Int = 0, node: GradientNode? = nil,
    origin: Origin? = nil
  ) {
    self.shape = shape
    self.storage = storage
    self.offset = offset
    self.node = node
    self.origin = origin
  }

  /// A tensor whose elements are not set yet: every kernel writes all of its output.
  init(uninitialized shape: [Int]) {
    require(shape.allSatisfy { $0 >= 0 }, "A shape has no negative axis, got \(shape).")
    self.init(shape: shape, storage: Storage(count: shape.reduce(1, *)))
  }

  /// Makes a tensor from its elements in row-major order.
  ///
  /// - Parameters:
  ///   - values: as many elements as `shape` says.
  ///   - shape: the length of each axis.
  public init(_ values: [Float], shape: [Int]) {
    self.init(uninitialized: shape)
    require(
      values.count == count, "\(values.count) values do not fill a tensor of shape \(shape).")
    Kernels.copy(values, to: self)
  }

  /// Makes a tensor whose elements the closure writes, every one of them, in row-major order.
  ///
  /// For data that would otherwise be copied twice, such as batches of images.
  @unsafe
  package init(shape: [Int], writing body: (UnsafeMutableBufferPointer<Float>) throws -> Void)
    rethrows
  {
    self.init(uninitialized: shape)
    try unsafe body(UnsafeMutableBufferPointer(start: pointer, count: count))
  }

  /// Makes a vector, [values.count].
  public init(_ values: [Float]) {
    self.init(values, shape: [values.count])
  }

  /// Makes a scalar, of shape [].
  public init(_ value: Float) {
    self.init([value], shape: [])
  }

  /// Makes a tensor of equal elements.
  ///
  /// - Parameters:
  ///   - value: every element.
  ///   - shape: the length of each axis.
  public init(repeating value: Float, shape: [Int]) {
    self.init(uninitialized: shape)
    Kernels.fill(self, with: value)
  }

  /// A tensor of zeros of the given shape.
  public static func zeros(_ shape: [Int]) -> Tensor { Tensor(repeating: 0, shape: shape) }

  /// A tensor of ones of the given shape.
  public static func ones(_ shape: [Int]) -> Tensor { Tensor(repeating: 1, shape: shape) }

  /// The number of elements, 1 of a scalar.
  public var count: Int { shape.reduce(1, *) }

  /// The number of axes, 0 of a scalar.
  public var rank: Int { shape.count }

  /// The elements in row-major order, copied.
  public var values: [Float] { Kernels.array(of: self) }

  /// The value of a tensor of one element.
  public var item: Float {
    require(count == 1, "Only a tensor of one element is an item, not \(shape).")
    return Kernels.element(of: self, at: 0)
  }

  /// Whether a gradient flows to or through this tensor.
  public var requiresGradient: Bool { node != nil }

  /// The same values as the start of a graph: `backward()` gives a gradient for it.
  public func differentiable() -> Tensor {
    Tensor(shape: shape, storage: storage, offset: offset, node: GradientNode(shape: shape))
  }

  /// The same values outside of any graph.
  public func detached() -> Tensor {
    Tensor(shape: shape, storage: storage, offset: offset)
  }

  /// Overwrites the elements in place: every tensor that shares the memory sees the new values.
  ///
  /// For memory that the caller owns, such as an optimizer's moments; what a `Parameter` holds is changed
  /// by `Parameter.update(to:)`.
  ///
  /// - Parameter values: as many as the tensor has, in row-major order.
  package func assign(_ values: [Float]) {
    require(values.count == count, "\(values.count) values do not fit shape \(shape).")
    Kernels.copy(values, to: self)
  }

  /// Overwrites the elements in place with those of a tensor of the same shape, as `assign(_:)` of an
  /// array does.
  package func assign(_ other: Tensor) {
    require(other.shape == shape, "Shape \(other.shape) does not fit \(shape).")
    Kernels.scale(other, by: 1, into: self)
  }

  /// Whether the two are the same elements of the same memory.
  package func isSameMemory(as other: Tensor) -> Bool {
    storage === other.storage && offset == other.offset && shape == other.shape
  }

  /// Gives this tensor memory that no other tensor shares, with the values that it has.
  ///
  /// It stays the same leaf of a graph. Nothing happens where the memory is its own already.
  package mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&storage) { take(copied()) }
  }

  /// Takes over the elements of a tensor of the same shape, and stays the same leaf of a graph.
  ///
  /// They are written where no other tensor shares the memory; else this tensor gets memory of its own.
  package mutating func replace(with other: Tensor) {
    require(other.shape == shape, "Shape \(other.shape) does not fit \(shape).")
    if isSameMemory(as: other) { return }
    if isKnownUniquelyReferenced(&storage) { assign(other) } else { take(other.copied()) }
  }

  /// Takes over elements in row-major order, as `replace(with:)` of a tensor does.
  package mutating func replace(with values: [Float]) {
    require(values.count == count, "\(values.count) values do not fit shape \(shape).")
    if isKnownUniquelyReferenced(&storage) {
      assign(values)
    } else {
      take(Tensor(values, shape: shape))
    }
  }

  private mutating func take(_ other: Tensor) {
    self = Tensor(shape: shape, storage: other.storage, offset: other.offset, node: node)
  }

  /// A copy with memory of its own, outside of any graph.
  public func copied() -> Tensor {
    let result = Tensor(uninitialized: shape)
    Kernels.scale(self, by: 1, into: result)
    return result
  }
}

extension Tensor: CustomStringConvertible {
  /// The shape and the first elements.
  public var description: String {
    let shown = values.prefix(8).map { "\($0)" }.joined(separator: ", ")
    return "Tensor\(shape)[\(shown)\(count > 8 ? ", …" : "")]"
  }
}
