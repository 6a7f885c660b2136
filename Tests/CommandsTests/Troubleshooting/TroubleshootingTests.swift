import TestSupport
import Testing

/// docs/troubleshooting.md quotes messages of the program: every one of them is brought about here.
@Suite struct TroubleshootingTests {
  /// The messages that the page has a section of.
  private static func messages() throws -> [String] {
    try Checkout.text("docs/troubleshooting.md").split(separator: "\n")
      .filter { $0.hasPrefix("### `") }.map { String($0.dropFirst(5).dropLast()) }
  }

  private static let troubles: [String: Trouble] = [
    Troubles.ofRecipes, Troubles.ofWeights, Troubles.ofAdapters, Troubles.ofImages,
    Troubles.ofRuns, Troubles.ofTheMachine,
  ].reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }

  @Test func everyMessageOfThePageIsBroughtAbout() throws {
    let messages = try Self.messages()
    #expect(messages.sorted() == Self.troubles.keys.sorted())
  }

  /// `…` of the page stands for anything within a line.
  @Test(arguments: try messages())
  func isSaid(_ message: String) throws {
    let trouble = try #require(Self.troubles[message])
    let bench = try Bench()
    try bench.writeExperiment()
    let said = try trouble(bench)
    let isThere = said.split(separator: "\n").contains { line in
      var rest = line[...]
      return message.split(separator: "…").allSatisfy { part in
        guard let place = rest.firstRange(of: part) else { return false }
        rest = rest[place.upperBound...]
        return true
      }
    }
    #expect(isThere, "\(said)")
  }
}
