import PETL

/// A rotation that is a product of block-diagonal factors, between which halves of blocks change places.
///
/// Factor i mixes halves of blocks that lie 2ⁱ halves apart: P D Pᵀ, where P brings the even halves of every
/// 2ⁱ⁺¹ to the front and D is block-diagonal. It is PEFT's `block_butterfly_perm`.
struct Butterfly: Sendable {
  /// How many blocks a factor has.
  let blocks: Int
  /// The inputs of a block.
  let size: Int
  /// How many factors there are.
  let factors: Int

  /// - Throws: `DiagnosticError` when there are too many factors for the blocks.
  init(blocks: Int, size: Int, factors: Int, at place: String) throws {
    let group = factors > 1 ? 1 << (factors - 1) : 1
    guard blocks.isMultiple(of: group) else {
      let most = (0...blocks.trailingZeroBitCount).map { $0 + 1 }.max() ?? 1
      throw DiagnosticError(
        "'boft_n_butterfly_factor' \(factors) needs a multiple of \(group) blocks; \(place) has \(blocks)",
        hints: ["expected at most \(most), or another block size"])
    }
    guard factors == 1 || size.isMultiple(of: 2) else {
      throw DiagnosticError(
        "blocks of \(size) inputs have no halves for the \(factors) factors of 'boft_n_butterfly_factor' at \(place)",
        hints: ["expected an even block size, or one factor"])
    }
    (self.blocks, self.size, self.factors) = (blocks, size, factors)
  }

  /// Rows x, [rows, width], times the factors, the last one first.
  ///
  /// - Parameters:
  ///   - x: The rows.
  ///   - turns: The difference D − I of each factor, [factors, blocks, size, size].
  /// - Returns: [rows, width].
  func product(_ x: Tensor, _ turns: Tensor) -> Tensor {
    (0..<factors).reversed().reduce(x) { x, factor in
      let own = turns.sliced(axis: 0, factor..<factor + 1).reshaped([blocks, size, size])
      let sorted = exchanged(x, factor, first: 2, second: 1 << factor)
        .reshaped([x.shape[0], blocks, size])
      let turned = Tensor.contracted("tki,kij->tkj", sorted, own).reshaped(x.shape)
      return x + exchanged(turned, factor, first: 1 << factor, second: 2)
    }
  }

  /// The half blocks of each group of 2ⁱ⁺¹, seen as a matrix [first, second], in the order of its columns.
  private func exchanged(_ x: Tensor, _ factor: Int, first: Int, second: Int) -> Tensor {
    if factor == 0 { return x }
    let (rows, half) = (x.shape[0], size / 2)
    let groups = 2 * blocks / (first * second)
    return x.reshaped([rows * groups, first, second, half]).transposed([0, 2, 1, 3])
      .reshaped(x.shape)
  }
}
