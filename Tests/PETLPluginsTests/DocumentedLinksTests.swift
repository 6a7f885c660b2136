import Foundation
import TestSupport
import Testing

/// Every link from a page of this repository to another leads to a file, and to a heading of it where it
/// names one.
@Suite struct DocumentedLinksTests {
  static func pages() -> [String] {
    let folders = ["docs", "Examples/CustomAdapter", "Examples/CustomRegularizer"]
    let found = folders.flatMap { folder -> [String] in
      let all = FileManager.default.enumerator(atPath: Checkout.path(folder))
      return (all?.compactMap { $0 as? String } ?? [])
        .filter { $0.hasSuffix(".md") && !$0.contains(".build") }.map { "\(folder)/\($0)" }
    }
    return ["README.md", "CONTRIBUTING.md"] + found.sorted()
  }

  /// The names that a page's headings have in links.
  private static func anchors(of text: String) -> Set<String> {
    let headings = text.split(separator: "\n").filter { $0.wholeMatch(of: /#+ .+/) != nil }
    return Set(
      headings.map { heading in
        let words = heading.drop { $0 == "#" }.dropFirst().lowercased()
        return String(
          words.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
            .map { $0 == " " ? "-" : $0 })
      })
  }

  @Test(arguments: pages())
  func leadSomewhere(_ page: String) throws {
    let place = URL(filePath: Checkout.path(page))
    let text = try String(contentsOf: place, encoding: .utf8)
    for link in text.matches(of: /\]\(([^)\s]+)\)/).map({ String($0.1) })
    where !link.hasPrefix("http") {
      let parts = link.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
      let file =
        parts[0].isEmpty
        ? place : place.deletingLastPathComponent().appending(path: parts[0]).standardized
      guard FileManager.default.fileExists(atPath: file.path) else {
        Issue.record("\(page) links to \(link), which is not there")
        continue
      }
      guard parts.count > 1 else { continue }
      let target = try String(contentsOf: file, encoding: .utf8)
      #expect(Self.anchors(of: target).contains(parts[1]), "\(page) links to \(link)")
    }
  }

  @Test func readmeIsShort() throws {
    let lines = try Checkout.text("README.md").split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 111)
    #expect(lines.filter { $0.count > 120 } == [])
  }
}
