/// A text with the class of each of its characters, and where a word that begins somewhere ends.
struct WordScan {
  private let text: [Unicode.Scalar]
  private let classes: [TextClass]

  init(_ text: [Unicode.Scalar]) {
    self.text = text
    classes = text.map { TextClass($0) }
  }

  /// GPT-2's rule: an ending such as `'re`; letters, digits or other characters, each with one space before
  /// them; white space without the last character if a word follows.
  func endOfGPT2Word(from start: Int) -> Int {
    if let end = endOfContraction(from: start, inAnyCase: false) { return end }
    let first = text[start] == " " && start + 1 < text.count ? start + 1 : start
    return classes[first] == .space ? endOfSpace(from: start) : endOfRun(from: first)
  }

  /// Llama 3's rule: an ending such as `'RE`; letters with one other character before them; up to some
  /// digits; other characters with one space before and line ends after them; white space up to its last
  /// line end; other white space as GPT-2 has it.
  func endOfLlamaWord(from start: Int, digits: Int) -> Int {
    if let end = endOfContraction(from: start, inAnyCase: true) { return end }
    let next = start + 1
    switch classes[start] {
    case .letter: return endOfRun(from: start)
    case .number: return min(start + digits, endOfRun(from: start, atMost: digits))
    case .space, .other:
      if next < text.count, classes[next] == .letter, !isLineEnd(start) {
        return endOfRun(from: next)
      }
    }
    let first =
      text[start] == " " && next < text.count && classes[next] == .other ? next : start
    if classes[first] == .other {
      var end = endOfRun(from: first)
      while end < text.count, isLineEnd(end) { end += 1 }
      return end
    }
    let end = endOfRun(from: start)
    return (start..<end).last(where: isLineEnd).map { $0 + 1 } ?? endOfSpace(from: start, to: end)
  }

  private func endOfRun(from start: Int, atMost count: Int = .max) -> Int {
    var end = start + 1
    while end < text.count, end - start < count, classes[end] == classes[start] { end += 1 }
    return end
  }

  private func endOfSpace(from start: Int, to known: Int? = nil) -> Int {
    let end = known ?? endOfRun(from: start)
    return end == text.count || end == start + 1 ? end : end - 1
  }

  private func isLineEnd(_ index: Int) -> Bool { text[index] == "\n" || text[index] == "\r" }

  private func endOfContraction(from start: Int, inAnyCase: Bool) -> Int? {
    guard text[start] == "'", start + 1 < text.count else { return nil }
    func letter(_ index: Int) -> UInt32 {
      guard index < text.count else { return 0 }
      let value = text[index].value
      guard inAnyCase else { return value }
      // The long s is another case of s.
      return value == 0x17F ? 0x73 : (0x41...0x5A).contains(value) ? value + 0x20 : value
    }
    switch (letter(start + 1), letter(start + 2)) {
    case (0x73, _), (0x74, _), (0x6D, _), (0x64, _): return start + 2  // s, t, m, d
    case (0x72, 0x65), (0x76, 0x65), (0x6C, 0x6C): return start + 3  // re, ve, ll
    default: return nil
    }
  }
}
