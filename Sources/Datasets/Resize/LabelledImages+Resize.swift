import PETL

extension LabelledImages {
  /// These images resized to `height` × `width`, byte for byte as Pillow's `Image.resize` does it.
  ///
  /// In 22-bit fixed point, antialiased when shrinking. The aspect is not kept: this is the direct
  /// resize of the VTAB-1K protocols. Rows come first and columns second, each rounded to bytes,
  /// except where Pillow 13 turns the order round: when the height loses more than twice as many
  /// pixels as the width. (Older versions of Pillow never do, and differ there by a level or so.)
  /// Runs on all cores.
  public func resized(
    height: Int, width: Int, filter: ResamplingWeights.Filter = .bicubic
  ) -> LabelledImages {
    if height == self.height && width == self.width { return self }
    let across = FixedPointWeights(filter, from: self.width, to: width)
    let down = FixedPointWeights(filter, from: self.height, to: height)
    let lost = (height: self.height - height, width: self.width - width)
    let columnsFirst = lost.height > 0 && lost.height > 2 * lost.width
    let betweenCount = channels * (columnsFirst ? height * self.width : self.height * width)
    let resized = unsafe images.withUnsafeBufferPointer { images in
      unsafe filledInParallel(items: count, length: height * width * channels) { index, target in
        let source = unsafe UnsafeBufferPointer(
          rebasing: images[index * bytesPerImage..<(index + 1) * bytesPerImage])
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: betweenCount) { between in
          let half = UnsafeBufferPointer(between)
          if columnsFirst {
            unsafe down.resizeColumns(source, length: self.width * channels, into: between)
            unsafe across.resizeRows(
              half, rows: height, inputs: self.width, channels: channels, into: target)
          } else {
            unsafe across.resizeRows(
              source, rows: self.height, inputs: self.width, channels: channels, into: between)
            unsafe down.resizeColumns(half, length: width * channels, into: target)
          }
        }
      }
    }
    return LabelledImages(
      unchecked: resized, height: height, width: width, channels: channels, labels: labels,
      origin: origin)
  }
}
