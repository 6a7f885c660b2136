/// What a backbone asks of its adapters in a forward pass.
extension AdapterSet {
  /// What the adapter at a linear map adds to its output.
  ///
  /// - Parameters:
  ///   - kind: the map.
  ///   - layer: its layer, counted from 0.
  ///   - x: the map's input, [tokens, in].
  ///   - output: what the map gave, [tokens, columns].
  ///   - column: where the site's columns start in the output.
  ///   - pass: where subspaces are left.
  /// - Returns: nil where there is no adapter.
  package func update(
    _ kind: AdaptationSite.Kind, _ layer: Int, x: Tensor, output: Tensor, column: Int = 0,
    in pass: ForwardPass
  ) -> ColumnUpdate? {
    guard let entry = self[kind, layer] else { return nil }
    var own: Tensor {
      let width = entry.site.outputWidth
      return width == output.shape[1] ? output : output.sliced(axis: 1, column..<column + width)
    }
    if let scaling = scaling(entry, column: column, in: pass) { return scaling }
    if entry.placement.isAfterSite { return update(entry, own, column: column, in: pass) }
    if let reading = entry.adapter as? any OutputReading {
      let delta = entry.call.run { reading.delta(of: x, output: own, in: pass) }
      pass.record(entry, input: x, delta: delta)
      return ColumnUpdate(full: delta, column: column)
    }
    return update(entry, x, column: column, in: pass)
  }

  /// The output of a block, [tokens, width] or [images, tokens, width], with what its adapter adds.
  ///
  /// - Parameters:
  ///   - kind: the block.
  ///   - layer: its layer, counted from 0.
  ///   - stream: the residual stream before the block's norm; of the same elements.
  ///   - normalized: what `normalizedInput` gave.
  ///   - output: what the block gives.
  ///   - pass: where subspaces are left.
  /// - Returns: of the output's shape.
  package func adapted(
    _ kind: AdaptationSite.Kind, _ layer: Int, stream: Tensor, normalized: Tensor?,
    output: consuming Tensor, in pass: ForwardPass
  ) -> Tensor {
    guard let entry = self[kind, layer] else { return output }
    let input: Tensor
    switch entry.placement {
    case .parallel: input = stream.asRows
    case .normalized: input = (normalized ?? stream).asRows
    case .sequential: input = output.asRows
    case .input, .stream: return output
    }
    return output.adding([update(entry, input, in: pass)])
  }

  /// The normalised input of a block where the adapter beside the block works on it; nil elsewhere, so that
  /// it is not kept.
  ///
  /// - Parameters:
  ///   - kind: the block.
  ///   - layer: its layer, counted from 0.
  ///   - h: the normalised residual stream, [..., width], as the block's maps see it.
  /// - Returns: `h` or nil.
  package func normalizedInput(
    _ kind: AdaptationSite.Kind, _ layer: Int, _ h: Tensor
  ) -> Tensor? {
    self[kind, layer]?.placement == .normalized ? h : nil
  }

  /// The residual stream after a block with what an adapter adds to the stream itself.
  ///
  /// - Parameters:
  ///   - kind: the block.
  ///   - layer: its layer, counted from 0.
  ///   - stream: the residual stream with the block's output in it, [..., width].
  ///   - pass: where subspaces are left.
  /// - Returns: of the same shape.
  package func adaptedStream(
    _ kind: AdaptationSite.Kind, _ layer: Int, _ stream: consuming Tensor, in pass: ForwardPass
  ) -> Tensor {
    guard let entry = self[kind, layer], entry.placement == .stream else { return stream }
    let input = stream.asRows
    return stream.adding([update(entry, input, in: pass)])
  }

  /// The normalised input of a block with what an adapter adds before the block's maps see it.
  ///
  /// - Parameters:
  ///   - kind: the block.
  ///   - layer: its layer, counted from 0.
  ///   - h: the normalised residual stream, [..., width].
  ///   - pass: where subspaces are left.
  /// - Returns: of the same shape.
  package func adaptedInput(
    _ kind: AdaptationSite.Kind, _ layer: Int, _ h: consuming Tensor, in pass: ForwardPass
  ) -> Tensor {
    guard let entry = self[kind, layer], entry.placement == .input else { return h }
    let input = h.asRows
    return h.adding([update(entry, input, in: pass)])
  }

  /// The output of a norm or of the patch embedding, [..., width], with what its adapter adds.
  ///
  /// - Parameters:
  ///   - kind: norm1, norm2, norm or embedding.
  ///   - layer: the layer that it is counted to.
  ///   - y: what the site gives.
  ///   - pass: where subspaces are left.
  /// - Returns: of the same shape.
  package func adaptedOutput(
    _ kind: AdaptationSite.Kind, _ layer: Int, _ y: consuming Tensor, in pass: ForwardPass
  ) -> Tensor {
    guard let entry = self[kind, layer] else { return y }
    if let scaling = scaling(entry, column: 0, in: pass) { return y.adding([scaling]) }
    let input = y.asRows
    return y.adding([update(entry, input, in: pass)])
  }

  /// The update of an adapter that scales the output's features; nil of others, and where its ΔH is recorded.
  private func scaling(_ entry: Entry, column: Int, in pass: ForwardPass) -> ColumnUpdate? {
    guard let scaling = entry.adapter as? any FeatureScaling, !pass.recordsInputs else {
      return nil
    }
    return entry.call.run {
      scaling.featureScaling().map {
        let width = entry.site.outputWidth
        require(
          $0.scale.shape == [width],
          "A scale of shape \($0.scale.shape) for \(width) features.")
        return ColumnUpdate(scaling: $0.scale, shift: $0.shift, column: column)
      }
    }
  }

  /// The prompts that enter a layer, [prompts, width]; nil where those before it stay.
  package func prompts(_ layer: Int, in pass: ForwardPass) -> Tensor? {
    guard let entry = self[.tokens, layer], let prompting = entry.adapter as? any PromptAdapter
    else { return nil }
    return entry.call.run { prompting.prompts(in: pass) }
  }

  private func update(
    _ entry: Entry, _ input: Tensor, column: Int = 0, in pass: ForwardPass
  ) -> ColumnUpdate {
    entry.call.run { Self.computed(entry, input, column: column, in: pass) }
  }

  private static func computed(
    _ entry: Entry, _ input: Tensor, column: Int, in pass: ForwardPass
  ) -> ColumnUpdate {
    if let decomposable = entry.adapter as? any SubspaceDecomposable {
      let subspaces = decomposable.subspaces(of: input, in: pass)
      pass.record(entry, subspaces: subspaces, input: input)
      let (coefficients, basis) = subspaces.factors
      return ColumnUpdate(lowRank: coefficients, basis, column: column)
    }
    let delta = entry.adapter.delta(of: input, in: pass)
    pass.record(entry, input: input, delta: delta)
    return ColumnUpdate(full: delta, column: column)
  }
}

extension Tensor {
  /// All but the last axis as one, as adapters take their inputs.
  fileprivate var asRows: Tensor { rank == 2 ? self : reshaped([-1, shape[rank - 1]]) }
}
