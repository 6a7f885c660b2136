import CKernels

/// The rows of a tensor as integers of at most 127 in magnitude, each row with a factor of its own: its largest
/// magnitude is 127.
///
/// Where the largest number of a row is more than six times the root of its mean square, the largest four have a factor of
/// their own, so that they do not take the precision of all others: as LLM.int8() (arXiv 2208.07339) keeps features that
/// stand out apart, but for each row, and in 8 bits, too (our choice).
struct QuantizedRows {
  /// In the kernels' layout; the place of a float for each of their lanes.
  private let lanes: Tensor
  /// What the kernels know of each row.
  private let facts: Tensor
  let count: Int
  let width: Int

  /// Rounds the rows of x [..., width], or of x times `scales` [width], to nearest, ties to even.
  ///
  /// A row that is zero has the factor 0, and one that is not finite has one that is not.
  init(_ x: Tensor, width: Int, scales: Tensor? = nil) {
    self.width = width
    count = width == 0 ? 0 : x.count / width
    let stride = unsafe (width + 3) / 4 * Kernels.table.quantized_lanes
    lanes = Tensor(uninitialized: [count * stride])
    facts = Tensor(uninitialized: [count * (MemoryLayout<petl_quantized_row>.size / 4)])
    let (lanes, facts) = (lanes, facts)
    Workers.split(count, grain: max(1, Kernels.grain / max(1, width))) { part in
      let i = part.lowerBound
      unsafe Kernels.table.quantize_rows(
        part.count, width, x.pointer + i * width, width,
        scales.map { unsafe UnsafePointer($0.pointer) },
        lanes.integers + i * stride, facts.rows + i)
    }
  }

  /// Multiplies some of them by columns of a matrix in the kernels' layout.
  ///
  /// - Parameters:
  ///   - rows: of these.
  ///   - panels: the columns, [width, columns.count].
  ///   - columns: which they are of y, and of `scales` and `bias`.
  ///   - scales: one for each of y's columns; nil where there are none.
  ///   - bias: [outer], added.
  ///   - y: [count, outer].
  ///   - outer: the length of a row of y.
  ///   - finish: what becomes of each element.
  func multiply(
    _ rows: Range<Int>, by panels: UnsafePointer<UInt8>, _ columns: Range<Int>, scales: Tensor?,
    bias: Tensor?, into y: Tensor, outer: Int, _ finish: MapFinish
  ) {
    let (code, other) = finish.kernel
    let (i, c) = (rows.lowerBound, columns.lowerBound)
    let stride = unsafe (width + 3) / 4 * Kernels.table.quantized_lanes
    unsafe Kernels.table.quantized_product(
      rows.count, width, columns.count, lanes.integers + i * stride, facts.rows + i, panels,
      scales.map { unsafe UnsafePointer($0.pointer + c) },
      bias.map { unsafe UnsafePointer($0.pointer + c) }, y.pointer + i * outer + c, outer, code,
      other.map { unsafe $0.pointer + i * outer + c }, outer)
  }
}

extension Tensor {
  /// The places of the numbers, for integers of 32 bits.
  @unsafe fileprivate var integers: UnsafeMutablePointer<Int32> {
    unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Int32.self)
  }

  /// The places of the numbers, for what is known of rows.
  @unsafe fileprivate var rows: UnsafeMutablePointer<petl_quantized_row> {
    unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: petl_quantized_row.self)
  }
}
