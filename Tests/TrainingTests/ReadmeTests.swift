import TestSupport
import Testing

@Suite("The README")
struct ReadmeTests {
  @Test("shows the very regularizer that the tests compile and train")
  func regularizer() throws {
    let readme = try Checkout.text("README.md")
    let file = try Checkout.text("Tests/TrainingTests/Support/OneFileRegularizer.swift")
    #expect(readme.contains(file))
    #expect(file.split(separator: "\n", omittingEmptySubsequences: false).count <= 26)
  }

  @Test("shows the very regularizer of the example")
  func example() throws {
    let file = try Checkout.text("Tests/TrainingTests/Support/OneFileRegularizer.swift")
    let example = try Checkout.text(
      "Examples/CustomRegularizer/Sources/CustomRegularizer/Crowding.swift")
    #expect(example == file)
  }
}
