import CKernels

/// A matrix that stays in its blocks in memory; blocks run along its rows.
///
/// Parts of it share its memory.
package struct BlockMatrix: Sendable {
  /// How its numbers are stored.
  package let format: BlockFormat
  /// How many rows it has.
  package let rows: Int
  /// How many numbers a row has: whole blocks.
  package let columns: Int
  private let bytes: [UInt8]
  /// Where the first row is in `bytes`.
  private let start: Int

  /// Takes the blocks of a matrix [rows, columns], row after row.
  ///
  /// - Parameters:
  ///   - format: of the blocks.
  ///   - rows: how many.
  ///   - columns: whole blocks, at least one.
  ///   - bytes: exactly those of the matrix.
  package init(format: BlockFormat, rows: Int, columns: Int, bytes: [UInt8]) {
    require(
      columns > 0 && columns % format.length == 0,
      "Rows of \(columns) are no whole blocks of \(format.rawValue).")
    require(
      bytes.count == rows * (columns / format.length * format.byteCount),
      "\(bytes.count) bytes are not [\(rows), \(columns)] in \(format.rawValue).")
    self.init(format, rows, columns, bytes, 0)
  }

  private init(
    _ format: BlockFormat, _ rows: Int, _ columns: Int, _ bytes: [UInt8], _ start: Int
  ) {
    (self.format, self.rows, self.columns) = (format, rows, columns)
    (self.bytes, self.start) = (bytes, start)
  }

  /// How many bytes a row takes.
  package var rowByteCount: Int { columns / format.length * format.byteCount }

  /// How many bytes the matrix takes in memory.
  package var byteCount: Int { rows * rowByteCount }

  /// The blocks, row after row.
  package var storedBytes: [UInt8] { Array(bytes[start..<start + byteCount]) }

  /// Some rows that follow each other, in the same memory.
  package func rows(_ range: Range<Int>) -> BlockMatrix {
    require(0 <= range.lowerBound && range.upperBound <= rows, "\(range) of \(rows) rows.")
    return BlockMatrix(
      format, range.count, columns, bytes, start + range.lowerBound * rowByteCount)
  }

  /// A matrix of copies of rows, in their blocks.
  ///
  /// - Parameter order: the row that each row of the result is.
  /// - Returns: [order.count, columns].
  package func selecting(_ order: [Int]) -> BlockMatrix {
    var chosen: [UInt8] = []
    chosen.reserveCapacity(order.count * rowByteCount)
    for row in order {
      require((0..<rows).contains(row), "There is no row \(row) of \(rows).")
      let first = start + row * rowByteCount
      chosen += bytes[first..<first + rowByteCount]
    }
    return BlockMatrix(format, order.count, columns, chosen, 0)
  }

  /// All numbers, [rows, columns].
  package func unpacked() -> Tensor {
    let y = Tensor(uninitialized: [rows, columns])
    Workers.split(rows, grain: max(1, Kernels.grain / columns)) { part in
      unpack(part, 0..<columns, into: y, at: part.lowerBound * columns)
    }
    return y
  }

  /// The numbers of some rows, such as those of a table of embeddings.
  ///
  /// - Parameter indices: of the rows, in the order that is wanted.
  /// - Returns: [indices.count, columns].
  package func gathering(_ indices: [Int]) -> Tensor {
    require(
      indices.allSatisfy { (0..<rows).contains($0) }, "A row of \(indices) is not in 0..<\(rows).")
    let y = Tensor(uninitialized: [indices.count, columns])
    Workers.split(indices.count, grain: max(1, Kernels.grain / columns)) { part in
      for k in part {
        unpack(indices[k]..<indices[k] + 1, 0..<columns, into: y, at: k * columns)
      }
    }
    return y
  }

  /// y = W x + bias for one x, finished; panels of rows on all cores.
  ///
  /// - Parameters:
  ///   - x: [columns].
  ///   - bias: [rows]; nil for none.
  ///   - y: [rows], overwritten.
  ///   - finish: what becomes of each element.
  func multiply(_ x: Tensor, bias: Tensor?, into y: Tensor, finish: MapFinish) {
    let panel = unsafe Kernels.table.panel
    let (code, other) = finish.kernel
    // From some ten thousand numbers on a worker has enough to do.
    let grain = max(1, (1 << 15) / (panel * columns))
    unsafe bytes.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      let blocks = unsafe base + start
      Workers.split((rows + panel - 1) / panel, grain: grain) { panels in
        let part = panels.lowerBound * panel..<min(rows, panels.upperBound * panel)
        let first = part.lowerBound
        unsafe Kernels.table.block_row(
          format.code, format.length, format.byteCount, columns, part.count,
          blocks + first * rowByteCount, x.pointer,
          bias.map { unsafe UnsafePointer($0.pointer + first) }, y.pointer + first, code,
          other.map { unsafe $0.pointer + first })
      }
    }
  }

  /// Writes the numbers of a part, row after row, to `y` from `offset` on; its columns begin and end with
  /// blocks.
  func unpack(_ part: Range<Int>, _ wanted: Range<Int>, into y: Tensor, at offset: Int = 0) {
    let blocks = wanted.count / format.length
    let first = start + wanted.lowerBound / format.length * format.byteCount
    unsafe bytes.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      let to = unsafe y.pointer + offset
      if wanted.count == columns {
        return unsafe Kernels.table.unpack_blocks(
          format.code, part.count * blocks, base + first + part.lowerBound * rowByteCount, to)
      }
      for row in part {
        unsafe Kernels.table.unpack_blocks(
          format.code, blocks, base + first + row * rowByteCount,
          to + (row - part.lowerBound) * wanted.count)
      }
    }
  }
}
