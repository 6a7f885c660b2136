/// The steps of a tokenizer.
struct TokenizerParts: Sendable {
  var added: [AddedToken] = []
  var normalizer: Normalizer?
  var preTokenizer: PreTokenizer?
  var model: any TokenModel
  var frame = Frame()
  var decoder: TextDecoder?
}
