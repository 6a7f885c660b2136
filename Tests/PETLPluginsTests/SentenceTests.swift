import Foundation
import TestSupport
import Testing

/// What ends a program is said in release builds too.
@Suite struct SentenceTests {
  /// Swift's own checks lose their sentence in a release build; `require(_:_:)` and `stopProgram(_:)` do not.
  @Test(arguments: ["Sources", "Plugins"])
  func swiftsOwnChecksAreNotUsed(_ folder: String) throws {
    let silent = try Self.matches(
      of: #/\b(precondition|preconditionFailure|fatalError|assert|assertionFailure)\(/#, in: folder)
    #expect(silent.isEmpty, "\(silent.joined(separator: "\n"))")
  }

  /// What is looked for is found: otherwise the test above could not fail.
  @Test func checksAreFound() throws {
    let found = try Self.matches(of: #/\b(require|stopProgram)\(/#, in: "Sources")
    #expect(found.count > 100)
  }

  private static func matches(of word: Regex<(Substring, Substring)>, in folder: String) throws
    -> [String]
  {
    let root = Checkout.path(folder)
    var found: [String] = []
    for case let file as String in FileManager.default.enumerator(atPath: root) ?? .init()
    where file.hasSuffix(".swift") {
      let text = try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8)
      for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated()
      where line.contains(word) { found.append("\(folder)/\(file):\(index + 1): \(line)") }
    }
    return found
  }
}
