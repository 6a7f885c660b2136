/// Where the weight [out, in] of a site's map lies in a file.
public struct StoredMap: Sendable {
  /// The tensor.
  public let weight: String
  /// The tensor of the bias; nil when the map has none.
  public let bias: String?
  /// Which rows of the weight (and of the bias) as we have it are the site's: a third of a fused map.
  public let rows: Range<Int>
  /// The shape of the whole tensor as we have it, [out, in].
  public let shape: [Int]
  let layout: TensorLayout

  /// The numbers to add to the stored weight, in the order in which they lie in the file.
  ///
  /// - Parameter delta: [rows, in], row-major.
  /// - Returns: as many as the whole tensor has; 0 where the site has no part.
  public func spread(_ delta: [Float]) -> [Float] {
    let width = shape[1]
    precondition(delta.count == rows.count * width, "The change of a map of another shape.")
    var whole = [Float](repeating: 0, count: shape[0] * width)
    whole.replaceSubrange(rows.lowerBound * width..<rows.upperBound * width, with: delta)
    return layout.write(whole, shape: shape)
  }
}
