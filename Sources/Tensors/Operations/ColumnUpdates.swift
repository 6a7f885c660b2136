/// What an adapter adds to some columns of a linear map's output: of a fused query-key-value
/// product, say, only to the values.
public struct ColumnUpdate {
  enum Content {
    case lowRank(coefficients: Tensor, basis: Tensor)
    case full(Tensor)
    case scaling(ColumnScaling)
  }

  let content: Content
  /// Whose update it is, for sentences about its shape.
  private let call = PluginCall.current
  /// The first column that the update is added to, counted from 0.
  public let column: Int

  /// Makes an update S B.
  ///
  /// - Parameters:
  ///   - coefficients: S, [..., rank].
  ///   - basis: B, [rank, width].
  ///   - column: the first of the `width` columns that it is added to.
  public init(lowRank coefficients: Tensor, _ basis: Tensor, column: Int) {
    require(
      basis.rank == 2 && coefficients.shape.last == basis.shape[0],
      "Coefficients of shape \(coefficients.shape) do not fit a basis of shape \(basis.shape).")
    self.content = .lowRank(coefficients: coefficients, basis: basis)
    self.column = column
  }

  /// Makes an update that is given in full.
  ///
  /// - Parameters:
  ///   - delta: [..., width].
  ///   - column: the first of the `width` columns that it is added to.
  public init(full delta: Tensor, column: Int) {
    self.content = .full(delta)
    self.column = column
  }

  /// Makes an update s ⊙ y + b of the columns y that it is added to.
  ///
  /// - Parameters:
  ///   - scaling: s, [width].
  ///   - shift: b, [width]; nil for none.
  ///   - column: the first of the `width` columns.
  public init(scaling: Tensor, shift: Tensor?, column: Int) {
    require(
      scaling.rank == 1 && shift.map { $0.shape == scaling.shape } ?? true,
      "A scale of shape \(scaling.shape) does not fit a shift of shape \(shift?.shape ?? []).")
    self.content = .scaling(
      ColumnScaling(scale: scaling, shift: shift, columns: column..<column + scaling.count))
    self.column = column
  }
}

extension Tensor {
  /// This tensor, [..., width], with updates added to some of its columns.
  ///
  /// The sum is made in this tensor's memory when nobody else holds it, so a low-rank update of a
  /// fresh product costs one pass over its columns and no copy.
  ///
  /// - Parameter updates: each of as many rows as this tensor, with its columns inside of `width`.
  /// - Returns: [..., width].
  public consuming func adding(_ updates: [ColumnUpdate]) -> Tensor {
    let scalings = updates.compactMap(\.scaling)
    if !scalings.isEmpty {
      return scaled(scalings).adding(updates.filter { $0.scaling == nil })
    }
    let own = node
    var y = self
    y.node = nil
    if updates.isEmpty {
      return Tensor(shape: y.shape, storage: y.storage, offset: y.offset, node: own)
    }
    if !isKnownUniquelyReferenced(&y.storage) { y = y.copied() }
    let (rows, cols) = Kernels.matrix(y)
    for update in updates { update.apply(to: y, rows: rows, stride: cols) }
    let nodes = [own] + updates.flatMap(\.nodes)
    let shape = y.shape
    let backwards = nodes.contains { $0 != nil } ? updates.map { $0.backward() } : []
    return .operation(y, nodes) { dy, sink in
      for backward in backwards { backward(dy, sink) }
      sink.add(dy.reshaped(shape), to: own)
    }
  }
}

extension ColumnUpdate {
  fileprivate var nodes: [GradientNode?] {
    switch content {
    case .lowRank(let s, let b): [s.node, b.node]
    case .full(let delta): [delta.node]
    case .scaling(let scaling): [scaling.scale.node, scaling.shift?.node]
    }
  }

  fileprivate var scaling: ColumnScaling? {
    if case .scaling(let scaling) = content { scaling } else { nil }
  }

  fileprivate func apply(to y: Tensor, rows: Int, stride: Int) {
    guard let call else { return add(to: y, rows: rows, stride: stride) }
    call.run { add(to: y, rows: rows, stride: stride) }
  }

  private func add(to y: Tensor, rows: Int, stride: Int) {
    switch content {
    case .lowRank(let s, let b):
      let part = Self.part(of: y, column, width: b.shape[1])
      require(s.count == rows * b.shape[0], "\(s.shape) has not \(rows) rows.")
      Kernels.thinUp(s, b, into: part, adding: true)
    case .full(let delta):
      let width = delta.shape.last ?? 1
      require(delta.count == rows * width, "\(delta.shape) has not \(rows) rows.")
      _ = Self.part(of: y, column, width: width)
      Kernels.add(
        shape: [rows, width], from: delta, strides: [width, 1], to: y, targetOffset: column,
        strides: [stride, 1])
    case .scaling: break  // Done before the others.
    }
  }

  /// The gradient's way back, with only what it needs: the closures must not hold the update itself,
  /// whose tensors would stay with it.
  fileprivate func backward() -> GradientNode.Backward {
    let column = column
    switch content {
    case .lowRank(let s, let b):
      let (sn, bn) = (s.node, b.node)
      let sv = bn == nil ? nil : s.detached()
      let bv = sn == nil ? nil : b.detached()
      let width = b.shape[1]
      return { dy, sink in
        let part = Self.part(of: dy, column, width: width)
        if let sv {
          sink.accumulate(to: bn) { db, adding in
            Kernels.thinGradient(sv, part, into: db, adding: adding)
          }
        }
        if let bv {
          sink.accumulate(to: sn) { ds, adding in
            Kernels.thinDown(part, bv, into: ds, adding: adding)
          }
        }
      }
    case .full(let delta):
      let (node, shape) = (delta.node, delta.shape)
      let width = shape.last ?? 1
      return { dy, sink in
        let last = dy.rank - 1
        sink.add(dy.sliced(axis: last, column..<column + width).reshaped(shape), to: node)
      }
    case .scaling: return { _, _ in }
    }
  }

  static func part(of y: Tensor, _ column: Int, width: Int) -> GEMM.Matrix {
    let (rows, cols) = Kernels.matrix(y)
    require(
      column >= 0 && column + width <= cols,
      "Columns \(column) ..< \(column + width) are not inside \(y.shape).")
    return .init(y, offset: column, rows: rows, cols: width, stride: cols)
  }
}
