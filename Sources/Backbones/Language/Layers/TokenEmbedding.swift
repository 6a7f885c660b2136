import PETL

/// The vectors of tokens: a table of its own, or the rows of a head that is the same.
enum TokenEmbedding {
  case table(NetworkWeight)
  case rows(any RowGiving)

  /// The vectors of tokens, [ids.count, width].
  func callAsFunction(_ ids: [Int]) -> Tensor {
    switch self {
    case .table(let weight): weight.value.gathered(ids)
    case .rows(let head): head.rows(ids)
    }
  }
}
