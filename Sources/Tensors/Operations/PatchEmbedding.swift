extension Tensor {
  /// The patches of images as rows, so that a patch embedding is a linear map of them.
  ///
  /// - Parameter size: the side of a patch; what is left at the right and bottom is not used, as
  ///   with a convolution of that stride.
  /// - Returns: [images, patches, channels × size × size], each row in the order of a convolution's
  ///   weight [out, channels, size, size]. This tensor is images, [images, height, width, channels].
  package func patches(size: Int) -> Tensor {
    require(rank == 4 && size > 0, "\(shape) is not [images, height, width, channels].")
    let (n, h, w, c) = (shape[0], shape[1], shape[2], shape[3])
    let (rows, cols) = (h / size, w / size)
    require(rows > 0 && cols > 0, "A patch of \(size) does not fit an image of \(h) × \(w).")
    let cropped =
      rows * size == h && cols * size == w
      ? self
      : sliced(axis: 1, 0..<rows * size).sliced(axis: 2, 0..<cols * size)
    return cropped.reshaped([n, rows, size, cols, size, c]).transposed([0, 1, 3, 5, 2, 4])
      .reshaped([n, rows * cols, c * size * size])
  }
}
