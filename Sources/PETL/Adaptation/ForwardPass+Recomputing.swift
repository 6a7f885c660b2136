extension ForwardPass {
  /// Runs a block of a network so that the way back runs it again: what its gradient needs is not kept.
  ///
  /// What adapters leave in the pass meanwhile, their subspaces, has its gradient all the same.
  ///
  /// - Parameters:
  ///   - x: what the block is given.
  ///   - parameters: all that is trained in the block, and perhaps more.
  ///   - block: the block, which must compute the same in both passes that it is given.
  /// - Returns: what the block gives.
  package func recomputing(
    _ x: Tensor, parameters: [Parameter], _ block: @escaping (Tensor, ForwardPass) -> Tensor
  ) -> Tensor {
    // A pass of its own: this one may be gone then, and what is logged was logged already.
    let second = anew()
    var records: [SiteRecord] = []
    let found = Tensor.recomputing(
      x, parameters: parameters.map(\.value),
      first: { x in
        let (y, own) = taking { block(x, self) }
        records = own
        return [y] + own.flatMap(\.tensors)
      },
      again: { x in
        let (y, own) = second.taking { block(x, second) }
        return [y] + own.flatMap(\.tensors)
      })
    var rest = found.dropFirst()
    for record in records {
      let count = record.tensors.count
      keep(record.replacing(Array(rest.prefix(count))))
      rest = rest.dropFirst(count)
    }
    return found[0]
  }
}
