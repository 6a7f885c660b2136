import PETL

/// Attention within windows of the grid of tokens, which are shifted in every other block; with a
/// learned bias for each distance within a window (Liu et al., arXiv 2103.14030, section 3.2).
struct WindowAttention: TokenMixing {
  private let heads: Int
  private let grid: Int
  private let window: Int
  /// Where the token stands that comes at each place when the grid is shifted and cut into windows.
  private let order: [Int]
  /// Where a token of the grid is after that.
  private let places: [Int]
  /// The bias and, of shifted windows, the mask, laid out for the kernels; nil for a trained table.
  private let frozenBias: AttentionBias?
  /// [distances, heads], trained.
  private let trainedTable: Parameter?
  private let mask: Tensor?

  /// Cuts a grid into windows.
  ///
  /// - Parameters:
  ///   - table: the biases, [(2 window − 1)², heads].
  ///   - width: of a token.
  ///   - heads: divides the width.
  ///   - grid: the side of the grid in tokens.
  ///   - window: the side of a window; divides the grid.
  ///   - isShifted: by half a window, unless one window is the whole grid.
  init(
    table: NetworkWeight, width: Int, heads: Int, grid: Int, window: Int, isShifted: Bool
  ) {
    let shift = isShifted && window < grid ? window / 2 : 0
    (self.heads, self.grid, self.window) = (heads, grid, window)
    order = Self.order(grid: grid, window: window, shift: shift)
    var places = [Int](repeating: 0, count: order.count)
    for (place, token) in order.enumerated() { places[token] = place }
    self.places = places
    let mask = shift > 0 ? Self.mask(grid: grid, window: window, shift: shift) : nil
    self.mask = mask
    switch table {
    case .trained(let parameter): (trainedTable, frozenBias) = (parameter, nil)
    case .frozen(let table):
      trainedTable = nil
      frozenBias = noGradient {
        let bias = Self.bias(table, window: window)
        return AttentionBias(
          mask.map { bias + $0 } ?? bias, headWidth: width / heads)
      }
    }
  }

  func callAsFunction(_ qkv: Tensor, queries: Int?) -> Tensor {
    let (images, tokens, columns) = (qkv.shape[0], qkv.shape[1], qkv.shape[2])
    require(tokens == grid * grid && queries == nil, "Windows need all tokens of the grid.")
    let area = window * window
    let windows = rearranged(qkv, by: order).reshaped([-1, area, columns])
    let mixed: Tensor
    if let frozenBias {
      mixed = windows.attention(heads: heads, bias: frozenBias)
    } else {
      mixed = attentionWithTrainedBias(windows, images: images)
    }
    return rearranged(mixed.reshaped([images, tokens, columns / 3]), by: places)
  }

  /// Attention in plain operations, so that the table gets its gradient.
  private func attentionWithTrainedBias(_ windows: Tensor, images: Int) -> Tensor {
    let (count, area, columns) = (windows.shape[0], windows.shape[1], windows.shape[2])
    let headWidth = columns / 3 / heads
    let parts = windows.reshaped([count, area, 3, heads, headWidth]).transposed([2, 0, 3, 1, 4])
    func part(_ index: Int) -> Tensor {
      parts.sliced(axis: 0, index..<index + 1).reshaped([count, heads, area, headWidth])
    }
    let scale = 1 / Float(headWidth).squareRoot()
    var scores = part(0).scaled(by: scale).matmul(part(1), transposingOther: true)
    guard let trainedTable else { stopProgram("Only trained tables come here.") }
    scores = scores + Self.bias(trainedTable.value, window: window)
    if let mask {
      let groups = mask.shape[0]
      scores =
        (scores.reshaped([images, groups, heads, area, area]) + mask)
        .reshaped([count, heads, area, area])
    }
    return scores.softmax().matmul(part(2)).transposed([0, 2, 1, 3])
      .reshaped([count, area, columns / 3])
  }

  /// The tokens of every image in another order.
  private func rearranged(_ x: Tensor, by order: [Int]) -> Tensor {
    let (images, tokens, width) = (x.shape[0], x.shape[1], x.shape[2])
    let indices = (0..<images).flatMap { image in order.map { image * tokens + $0 } }
    return x.reshaped([images * tokens, width]).gathered(indices)
      .reshaped([images, tokens, width])
  }

  /// The token at each place: windows row by row, tokens row by row in a window, of a grid that is
  /// rolled to the upper left by the shift.
  private static func order(grid: Int, window: Int, shift: Int) -> [Int] {
    let side = grid / window
    return (0..<side * side).flatMap { number in
      (0..<window * window).map { inner in
        let row = (number / side * window + inner / window + shift) % grid
        let column = (number % side * window + inner % window + shift) % grid
        return row * grid + column
      }
    }
  }

  /// The bias of each pair of tokens in a window, [1, heads, area, area].
  private static func bias(_ table: Tensor, window: Int) -> Tensor {
    let area = window * window
    let indices = (0..<area * area).map { pair in
      let (query, key) = (pair / area, pair % area)
      let rows = query / window - key / window + window - 1
      let columns = query % window - key % window + window - 1
      return rows * (2 * window - 1) + columns
    }
    return table.gathered(indices).transposed().reshaped([1, table.shape[1], area, area])
  }

  /// −100 between tokens that only the roll has brought into one window, as the original code has
  /// it; [windows, 1, area, area].
  private static func mask(grid: Int, window: Int, shift: Int) -> Tensor {
    let side = grid / window
    let area = window * window
    func region(_ position: Int) -> Int {
      position < grid - window ? 0 : position < grid - shift ? 1 : 2
    }
    var values = [Float](repeating: 0, count: side * side * area * area)
    for number in 0..<side * side {
      let regions = (0..<area).map { inner in
        3 * region(number / side * window + inner / window)
          + region(number % side * window + inner % window)
      }
      for pair in 0..<area * area where regions[pair / area] != regions[pair % area] {
        values[number * area * area + pair] = -100
      }
    }
    return Tensor(values, shape: [side * side, 1, area, area])
  }
}
