import Foundation
import Testing

/// docs/troubleshooting.md quotes messages that the program has.
struct TroubleshootingTests {
  @Test func messagesAreThere() throws {
    let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL
    let page = try String(
      contentsOf: root.appending(path: "docs/troubleshooting.md"), encoding: .utf8)
    var sources = ""
    let files = FileManager.default.enumerator(
      at: root.appending(path: "Sources"), includingPropertiesForKeys: nil)
    for case let file as URL in files ?? .init() where ["c", "swift"].contains(file.pathExtension) {
      sources += try String(contentsOf: file, encoding: .utf8)
    }
    let headings = page.split(separator: "\n").filter { $0.hasPrefix("### `") }
    #expect(headings.count > 15)
    for heading in headings {
      let message = heading.dropFirst(5).dropLast()
      for part in message.split(separator: "…") {
        let words = part.trimmingCharacters(in: .whitespaces)
        let isThere = sources.contains(words)
        #expect(isThere, "\(heading)")
      }
    }
  }
}
