/// A token that is found in a text before anything else happens to it.
struct AddedToken: Sendable {
  /// Its spelling.
  let content: [Unicode.Scalar]
  /// Its number.
  let id: Int
  /// Whether decoding leaves it out on request.
  var isSpecial = false
  /// Whether it is looked for after normalizing, in its own normalized spelling.
  var isNormalized = false
  /// Whether it counts only where no word goes on before or after it.
  var isSingleWord = false
  /// Whether it takes the white space before it.
  var stripsLeft = false
  /// Whether it takes the white space after it.
  var stripsRight = false
}
