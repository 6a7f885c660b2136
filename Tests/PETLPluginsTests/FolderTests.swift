import Foundation
import TestSupport
import Testing

/// Folders of a target lie in layers: what stands in one names nothing of those above it.
@Suite struct FolderTests {
  /// In `Tensors` a tensor, its gradients, the operations on it and their kernels are one thing in
  /// several files (docs/architecture/tensors.md).
  private static let knots = ["Tensors"]

  @Test(arguments: try Self.targets())
  func pointOneWay(_ target: String) throws {
    let house = try House("Sources/\(target)")
    let cycle = house.cycle()
    #expect(Self.knots.contains(target) || cycle.isEmpty, "\(cycle.joined(separator: "\n"))")
  }

  /// What is looked for is found: otherwise the test above could not fail.
  @Test func aKnotIsFound() throws {
    let cycle = try House("Sources/Tensors").cycle()
    #expect(cycle.contains { $0.hasPrefix("Core -> ") })
  }

  private static func targets() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: Checkout.path("Sources")).filter { name in
      name.first?.isUppercase == true && !name.hasPrefix("C") || name == "Checkpoints"
    }.sorted()
  }
}

/// The files of a target by folder, with the types that each declares and names.
private struct House {
  private struct Room {
    let folder: String
    let file: String
    let names: Set<String>
    let nested: Set<String>
  }

  private var rooms: [Room] = []
  /// The folder of each type that one file alone declares outside of others.
  private var homes: [String: String] = [:]

  init(_ path: String) throws {
    let root = Checkout.path(path)
    var declared: [String: Set<String>] = [:]
    for case let file as String in FileManager.default.enumerator(atPath: root) ?? .init()
    where file.hasSuffix(".swift") {
      let words = Self.words(try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8))
      let parts = file.split(separator: "/")
      let folder = parts.count > 1 ? String(parts[0]) : "."
      let kinds: Set = ["struct", "class", "enum", "protocol", "actor", "typealias"]
      var nested: Set<String> = []
      for (index, word) in words.enumerated() where kinds.contains(word.text) {
        guard index + 1 < words.count, word.depth == words[index + 1].depth else { continue }
        let name = words[index + 1].text
        guard name.first?.isUppercase == true else { continue }
        if word.depth == 0 {
          declared[name, default: []].insert(folder)
        } else {
          nested.insert(name)
        }
      }
      let names = words.filter { !$0.isMember && $0.text.first?.isUppercase == true }.map(\.text)
      rooms.append(Room(folder: folder, file: file, names: Set(names), nested: nested))
    }
    for (name, folders) in declared where folders.count == 1 { homes[name] = folders.first }
  }

  /// The ties of folders that lead back to where they start; none in a house without knots.
  func cycle() -> [String] {
    var ties: [String: [String: String]] = [:]
    for room in rooms {
      for name in room.names.subtracting(room.nested).sorted() {
        guard let home = homes[name], home != room.folder else { continue }
        ties[room.folder, default: [:]][home] = "\(name) in \(room.file)"
      }
    }
    func reaches(_ from: String, _ goal: String) -> Bool {
      var (seen, open): (Set<String>, [String]) = ([], [from])
      while let folder = open.popLast() {
        if folder == goal { return true }
        if seen.insert(folder).inserted { open += ties[folder, default: [:]].keys }
      }
      return false
    }
    return ties.flatMap { folder, others in
      others.filter { reaches($0.key, folder) }.map { "\(folder) -> \($0.key): \($0.value)" }
    }.sorted()
  }

  private struct Word {
    let text: String
    /// How many braces it stands in.
    let depth: Int
    /// Whether it follows a point.
    let isMember: Bool
  }

  /// The words of a source without comments and strings.
  private static func words(_ source: String) -> [Word] {
    var words: [Word] = []
    var (depth, inBlock) = (0, false)
    for line in source.split(separator: "\n") {
      if line.contains("\"\"\"") { inBlock.toggle() }
      if inBlock || line.trimmingPrefix(while: \.isWhitespace).hasPrefix("//") { continue }
      var (text, inString, last): (String, Bool, Character) = ("", false, " ")
      var isMember = false
      for character in line + " " {
        if character == "\"", last != "\\" { inString.toggle() }
        if !inString, last == "/", character == "/" { break }
        if !inString, character.isLetter || character.isNumber || character == "_" {
          if text.isEmpty { isMember = last == "." }
          text.append(character)
        } else if !text.isEmpty {
          words.append(Word(text: text, depth: depth, isMember: isMember))
          text = ""
        }
        if !inString {
          if character == "{" { depth += 1 }
          if character == "}" { depth -= 1 }
        }
        last = character
      }
    }
    return words
  }
}
