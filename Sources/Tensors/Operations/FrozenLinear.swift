extension Tensor {
  /// The output of a frozen linear map, added to another tensor where one is given.
  ///
  /// The map's weight gets no gradient and its input is not kept.
  ///
  /// - Parameters:
  ///   - map: from [..., in] to [..., out].
  ///   - stream: what the output is added to, [..., out], such as the residual stream; kept by nobody
  ///     for this.
  /// - Returns: [..., out].
  package func mapped(by map: any FrozenMap, addedTo stream: Tensor? = nil) -> Tensor {
    require(
      shape.last == map.inputWidth, "Inputs of shape \(shape) do not fit width \(map.inputWidth).")
    let y = Tensor(uninitialized: shape.dropLast() + [map.outputWidth])
    require(
      stream == nil || stream?.shape == y.shape, "The sum of \(y.shape) and another shape.")
    map.apply(to: self, into: y, finish: stream.map { .adding($0) } ?? .none)
    return .operation(y, [node, stream?.node]) { [node, streamNode = stream?.node] dy, sink in
      sink.accumulate(to: node) { dx, adding in
        map.applyTransposed(to: dy, into: dx, adding: adding)
      }
      sink.add(dy, to: streamNode)
    }
  }
}
