/// The sizes of the network in a GGUF file.
struct GGUFDimensions {
  let layers: Int
  let width: Int
  let hidden: Int
  let heads: Int
  let keyHeads: Int
  let headWidth: Int
  let context: Int
  let vocabulary: Int

  /// Reads the sizes; what is missing or wrong stays with the reader.
  init(_ keys: inout GGUFKeyReader, _ architecture: GGUFArchitecture) {
    layers = keys.size("block_count")
    if layers > keys.file.tensors.count {
      keys.complain(
        "`\(keys.prefix)block_count` is \(layers), more than the \(keys.file.tensors.count) tensors"
      )
    }
    width = keys.size("embedding_length")
    hidden = keys.size("feed_forward_length")
    heads = keys.size("attention.head_count")
    keyHeads = keys.optionalSize("attention.head_count_kv") ?? heads
    context = keys.size("context_length")
    let stated = keys.optionalSize("attention.key_length")
    if let values = keys.optionalSize("attention.value_length"), values != stated ?? values {
      keys.complain(
        "`\(keys.prefix)attention.value_length` is \(values), and `key_length` is another number")
    }
    if stated == nil, width % heads != 0, keys.faults.isEmpty {
      keys.complain(
        "`\(keys.prefix)embedding_length` \(width) is no multiple of `attention.head_count` \(heads)"
      )
    }
    headWidth = stated ?? max(1, width / heads)
    if heads % keyHeads != 0, keys.faults.isEmpty {
      keys.complain(
        "`\(keys.prefix)attention.head_count` \(heads) is no multiple of `head_count_kv` \(keyHeads)"
      )
    }
    if let turned = keys.optionalSize("rope.dimension_count"), turned != headWidth {
      keys.complain(
        "`\(keys.prefix)rope.dimension_count` is \(turned) of a head of \(headWidth): positions that turn a part of a head are not computed here"
      )
    }
    if architecture != .gpt2, headWidth % 2 != 0, keys.faults.isEmpty {
      keys.complain("heads of \(headWidth) have no pairs that positions turn")
    }
    let table = keys.file.tensor("token_embd.weight")?.shape
    vocabulary = table?.first ?? 1
    if let table, table.count != 2 || table[1] != width {
      keys.complain("tensor `token_embd.weight` is \(table), expected [vocabulary, \(width)]")
    } else if table == nil {
      keys.complain("there is no tensor `token_embd.weight`")
    }
    if let size = keys.optionalSize("vocab_size"), size != vocabulary, table != nil {
      keys.complain(
        "`\(keys.prefix)vocab_size` is \(size), but `token_embd.weight` has \(vocabulary) rows")
    }
  }
}
