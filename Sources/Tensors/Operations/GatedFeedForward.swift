/// The function of a gate in a gated MLP (Shazeer, arXiv 2002.05202).
package enum GateFunction: Sendable, Hashable {
  /// x σ(x): SwiGLU.
  case silu
  /// GELU's approximation by the hyperbolic tangent: GeGLU as Gemma has it.
  case geluTanh
}

extension Tensor {
  /// f(gate) · self, element by element.
  ///
  /// - Parameters:
  ///   - gate: of this tensor's shape.
  ///   - function: f.
  /// - Returns: the same shape.
  package func gated(by gate: Tensor, _ function: GateFunction) -> Tensor {
    require(gate.shape == shape, "A gate of \(gate.shape) does not fit \(shape).")
    let y = Tensor(uninitialized: shape)
    Kernels.gated(gate, self, by: function, into: y)
    let (g, u) = (gate.detached(), detached())
    return .operation(y, [gate.node, node]) { [gn = gate.node, un = node] dy, sink in
      let (dg, du) = (Tensor(uninitialized: g.shape), Tensor(uninitialized: u.shape))
      Kernels.gatedBackward(g, u, by: function, dy: dy, gate: dg, up: du)
      sink.add(dg, to: gn)
      sink.add(du, to: un)
    }
  }

  /// The gated feed-forward branch of a frozen block: down(f(gate(x)) · up(x)), added to another tensor
  /// where one is given.
  ///
  /// It works on some rows at a time, so that what goes into the last map stays in cache. Kept for the
  /// backward pass: the outputs of the first two maps, and nothing of the input.
  ///
  /// - Parameters:
  ///   - gate: from [..., in] to [..., hidden].
  ///   - up: as the gate.
  ///   - down: from [..., hidden] to [..., out].
  ///   - function: f.
  ///   - stream: what the output is added to, [..., out].
  /// - Returns: [..., out].
  package func gatedFeedForward(
    gate: any FrozenMap, up: any FrozenMap, down: any FrozenMap, _ function: GateFunction,
    addedTo stream: Tensor? = nil
  ) -> Tensor {
    require(
      shape.last == up.inputWidth && gate.inputWidth == up.inputWidth
        && gate.outputWidth == up.outputWidth && up.outputWidth == down.inputWidth,
      "Inputs of shape \(shape) do not fit \(gate.inputWidth) → \(gate.outputWidth), "
        + "\(up.inputWidth) → \(up.outputWidth), \(down.inputWidth) → \(down.outputWidth).")
    let records = node != nil && GradientMode.isRecording
    let hidden = up.outputWidth
    let rows = Kernels.matrix(self).rows
    let kept =
      records
      ? (Tensor(uninitialized: [rows, hidden]), Tensor(uninitialized: [rows, hidden])) : nil
    let y = Tensor(uninitialized: Array(shape.dropLast()) + [down.outputWidth])
    require(
      stream == nil || stream?.shape == y.shape, "The sum of \(y.shape) and another shape.")
    for part in Tensor.parts(ofRows: rows, width: hidden) {
      let size = [part.count, hidden]
      let g = kept?.0.rowsView(part) ?? Tensor(uninitialized: size)
      let u = kept?.1.rowsView(part) ?? Tensor(uninitialized: size)
      let inner = Tensor(uninitialized: size)
      gate.apply(to: rowsView(part), into: g)
      up.apply(to: rowsView(part), into: u)
      Kernels.gated(g, u, by: function, into: inner)
      down.apply(
        to: inner, into: y.rowsView(part),
        finish: stream.map { .adding($0.rowsView(part)) } ?? .none)
    }
    return .operation(y, [node, stream?.node]) { [node, streamNode = stream?.node] dy, sink in
      if let kept {
        sink.accumulate(to: node) { dx, adding in
          for part in Tensor.parts(ofRows: rows, width: hidden) {
            let size = [part.count, hidden]
            let inner = Tensor(uninitialized: size)
            let (dg, du) = (Tensor(uninitialized: size), Tensor(uninitialized: size))
            down.applyTransposed(to: dy.rowsView(part), into: inner, finish: .none)
            Kernels.gatedBackward(
              kept.0.rowsView(part), kept.1.rowsView(part), by: function, dy: inner, gate: dg,
              up: du)
            gate.applyTransposed(to: dg, into: dx.rowsView(part), adding: adding)
            up.applyTransposed(to: du, into: dx.rowsView(part), adding: true)
          }
        }
      }
      sink.add(dy, to: streamNode)
    }
  }
}
