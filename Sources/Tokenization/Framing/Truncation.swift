/// The lengths that two texts are cut to, as `longest_first` of the `tokenizers` library has it: the longer one
/// loses tokens, and once both have the same length, both.
///
/// - Parameters:
///   - first: the tokens of the first text.
///   - second: of the second.
///   - room: for both, from 0 on.
/// - Returns: how many of each are kept.
func longestFirst(_ first: Int, _ second: Int, room: Int) -> (Int, Int) {
  guard first + second > room else { return (first, second) }
  var (shorter, longer) = (min(first, second), max(first, second))
  longer = shorter > room ? shorter : max(shorter, room - shorter)
  if shorter + longer > room { (shorter, longer) = (room / 2, room / 2 + room % 2) }
  return first > second ? (longer, shorter) : (shorter, longer)
}
