import PETL

/// How an axis of a map is cut into equal blocks: by the length of one, or by how many there are.
struct BlockSizes: Sendable {
  /// The length of a block; 0 where `count` says it.
  let size: Int
  /// How many blocks there are; 0 where `size` says it.
  let count: Int
  /// The names of both options.
  let names: (size: String, count: String)

  /// The blocks of a width.
  ///
  /// - Throws: `DiagnosticError` with the nearest divisors when the option does not divide the width.
  func blocks(of width: Int, at place: String) throws -> (count: Int, size: Int) {
    let (name, value) = size > 0 ? (names.size, size) : (names.count, count)
    guard value > 0, width.isMultiple(of: value) else {
      throw DiagnosticError(
        "'\(name)' \(value) does not divide the \(width) inputs of \(place)",
        hints: ["the nearest that do are \(Self.words(Self.divisors(of: width, near: value)))"])
    }
    return size > 0 ? (width / size, size) : (count, width / count)
  }

  /// Reports options of which not exactly one is given.
  func report(to options: OptionReader) {
    guard (size > 0) == (count > 0) else { return }
    options.report(
      size > 0
        ? "'\(names.count)' \(count) and '\(names.size)' \(size) both cut the inputs into blocks"
        : "'\(names.size)' and '\(names.count)' are both 0",
      at: names.count, hints: ["give one of them and set the other to 0"])
  }

  /// The largest divisor that is smaller than a number, and the smallest that is larger.
  static func divisors(of width: Int, near value: Int) -> [Int] {
    let all = (1...max(1, width)).filter { width.isMultiple(of: $0) }
    return [all.last { $0 < value }, all.first { $0 > value }].compactMap { $0 }
  }

  private static func words(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: " and ")
  }
}
