/// Convolutions over a grid of tokens, or a line of them, channels last. Prefix tokens, such as a class token,
/// are for the caller to set aside.
extension Tensor {
  /// A two-dimensional convolution (a cross-correlation, as in PyTorch's `conv2d`).
  ///
  /// - Parameters:
  ///   - kernel: [out, channels / groups, height, width], as PyTorch stores it.
  ///   - bias: [out]; nil for none.
  ///   - stride: the step from one place to the next, along rows and columns.
  ///   - padding: zeros on every side.
  ///   - groups: how many parts the channels are in, each with outputs of its own; as many as channels for a
  ///     depth-wise convolution, whose kernel is [channels, 1, height, width].
  /// - Returns: [images, ⌊(rows + 2 padding − height) / stride⌋ + 1, the same of columns, out]. This tensor is
  ///   [images, rows, columns, channels].
  public func convolved2D(
    _ kernel: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, groups: Int = 1
  ) -> Tensor {
    require(rank == 4, "\(shape) is not [images, rows, columns, channels].")
    require(kernel.rank == 4, "A kernel of two dimensions has four axes, not \(kernel.shape).")
    return convolved(
      kernel, bias, stride: stride, padding: (padding, padding), groups: groups)
  }

  /// A one-dimensional convolution (a cross-correlation, as in PyTorch's `conv1d`).
  ///
  /// - Parameters:
  ///   - kernel: [out, channels / groups, width], as PyTorch stores it.
  ///   - bias: [out]; nil for none.
  ///   - stride: the step from one place to the next.
  ///   - padding: zeros at both ends.
  ///   - groups: as that of `convolved2D`.
  /// - Returns: [images, ⌊(tokens + 2 padding − width) / stride⌋ + 1, out]. This tensor is [images, tokens,
  ///   channels].
  public func convolved1D(
    _ kernel: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, groups: Int = 1
  ) -> Tensor {
    require(rank == 3, "\(shape) is not [images, tokens, channels].")
    require(kernel.rank == 3, "A kernel of one dimension has three axes, not \(kernel.shape).")
    let flat = kernel.reshaped([kernel.shape[0], kernel.shape[1], 1, kernel.shape[2]])
    let y = reshaped([shape[0], 1, shape[1], shape[2]])
      .convolved(flat, bias, stride: stride, padding: (0, padding), groups: groups)
    return y.reshaped([y.shape[0], y.shape[2], y.shape[3]])
  }

  private func convolved(
    _ kernel: Tensor, _ bias: Tensor?, stride: Int, padding: (height: Int, width: Int), groups: Int
  ) -> Tensor {
    let (channels, out) = (shape[3], kernel.shape[0])
    require(
      groups > 0 && channels % groups == 0 && out % groups == 0
        && kernel.shape[1] * groups == channels,
      "A kernel of shape \(kernel.shape) does not fit \(channels) channels in \(groups) groups.")
    require(
      bias == nil || bias?.shape == [out],
      "A bias of \(bias?.shape ?? []) is not of \(out) outputs.")
    let window = ConvolutionShape(
      input: shape, kernel: (kernel.shape[2], kernel.shape[3]), stride: stride, padding: padding)
    require(
      stride > 0 && padding.height >= 0 && padding.width >= 0 && window.taps > 0
        && shape[1] + 2 * padding.height >= window.kernel.height
        && shape[2] + 2 * padding.width >= window.kernel.width,
      "A kernel of \(window.kernel.height) × \(window.kernel.width) with stride \(stride) and padding "
        + "\(max(padding.height, padding.width)) does not fit a grid of \(shape[1]) × \(shape[2]).")
    let y: Tensor
    if groups == channels, out == channels {
      y = depthwise(kernel, window)
    } else if groups == 1 {
      y = windows(window).linear(weight: kernel.transposed([0, 2, 3, 1]).reshaped([out, -1]))
    } else {
      let (width, part) = (channels / groups, out / groups)
      y = .concatenated(
        (0..<groups).map { group in
          sliced(axis: 3, group * width..<(group + 1) * width).convolved(
            kernel.sliced(axis: 0, group * part..<(group + 1) * part), nil, stride: stride,
            padding: padding, groups: 1)
        }, axis: 3)
    }
    return bias.map { y + $0 } ?? y
  }

  /// [images, rows, columns, taps × channels]: what the kernel reads at each place.
  private func windows(_ window: ConvolutionShape) -> Tensor {
    let (rows, columns) = window.output
    let y = Tensor(uninitialized: [shape[0], rows, columns, window.taps * window.channels])
    Kernels.windows(self, window, into: y)
    return .operation(y, [node]) { [node] dy, sink in
      sink.accumulate(to: node) { dx, adding in
        if !adding { Kernels.fill(dx, with: 0) }
        Kernels.addWindows(dy, window, to: dx)
      }
    }
  }

  /// Each channel by itself, with a kernel [channels, 1, height, width].
  private func depthwise(_ kernel: Tensor, _ window: ConvolutionShape) -> Tensor {
    let (rows, columns) = window.output
    let taps = kernel.reshaped([window.channels, window.taps]).transposed()
    let y = Tensor(uninitialized: [shape[0], rows, columns, window.channels])
    Kernels.depthwise(self, taps, window, into: y)
    let (x, w) = (taps.node == nil ? nil : detached(), node == nil ? nil : taps.detached())
    return .operation(y, [node, taps.node]) { [xn = node, wn = taps.node] dy, sink in
      if let w {
        sink.accumulate(to: xn) { dx, adding in
          if !adding { Kernels.fill(dx, with: 0) }
          Kernels.depthwiseInput(dy, w, window, to: dx)
        }
      }
      if let x, let wn {
        let parts = Tensor(uninitialized: [x.shape[0]] + wn.shape)
        Kernels.depthwiseKernels(dy, x, window, into: parts)
        sink.add(parts.summed(to: [1] + wn.shape).reshaped(wn.shape), to: wn)
      }
    }
  }
}
