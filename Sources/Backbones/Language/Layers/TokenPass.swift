import PETL

/// What the blocks of a language model need to know of a pass beside the tokens themselves.
struct TokenPass {
  let adapters: AdapterSet
  let pass: ForwardPass
  /// The tokens of each text.
  let lengths: [Int]
  /// Where keys and values are kept for the next token; nil in a pass over whole texts.
  var cache: KeyValueCache?
}

extension Tensor {
  /// All but the last axis as one: [rows, width].
  var tokenRows: Tensor { reshaped([-1, shape[rank - 1]]) }
}
