import Foundation
import Testing

@Suite("The README")
struct ReadmeTests {
  private static func text(_ path: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  @Test("shows the very regularizer that the tests compile and train")
  func regularizer() throws {
    let readme = try Self.text("README.md")
    let file = try Self.text("Tests/TrainingTests/Support/OneFileRegularizer.swift")
    #expect(readme.contains(file))
    #expect(file.split(separator: "\n", omittingEmptySubsequences: false).count <= 26)
  }

  @Test("shows the very regularizer of the example")
  func example() throws {
    let file = try Self.text("Tests/TrainingTests/Support/OneFileRegularizer.swift")
    let example = try Self.text(
      "Examples/CustomRegularizer/Sources/CustomRegularizer/Crowding.swift")
    #expect(example == file)
  }
}
