import Checkpoints
import PETL

/// The tokens of a model by their spelling in UTF-8, and by their number.
struct Vocabulary: Sendable {
  /// The numbers that a token may have (our choice; the largest vocabularies have 2^18).
  static let ids = 0..<1 << 24
  /// The longest spelling, in bytes (our choice).
  static let longest = 1 << 16

  private(set) var idOf: [[UInt8]: Int] = [:]
  private(set) var spellingOf: [Int: [UInt8]] = [:]

  /// How many tokens there are.
  var count: Int { spellingOf.count }

  subscript(_ spelling: [UInt8]) -> Int? { idOf[spelling] }

  subscript(_ spelling: String) -> Int? { idOf[Array(spelling.utf8)] }

  mutating func reserve(_ count: Int) {
    idOf.reserveCapacity(count)
    spellingOf.reserveCapacity(count)
  }

  /// Adds a token.
  ///
  /// - Throws: `DiagnosticError` if its number is taken or out of range, or its spelling is too long.
  mutating func add(_ spelling: [UInt8], _ id: Int, place: String) throws {
    guard Self.ids.contains(id) else {
      throw DiagnosticError(
        "\(place): the token '\(String(decoding: spelling, as: UTF8.self))' has the number \(id)",
        hints: ["expected a number from 0 on, below \(Self.ids.upperBound)"])
    }
    guard spelling.count <= Self.longest else {
      throw DiagnosticError("\(place): the token \(id) takes more than \(Self.longest) bytes")
    }
    if let other = spellingOf.updateValue(spelling, forKey: id) {
      let names = [other, spelling].map { "'\(String(decoding: $0, as: UTF8.self))'" }
      throw DiagnosticError("\(place): \(names[0]) and \(names[1]) have the same number \(id)")
    }
    idOf[spelling] = id
  }

  /// Reads an object of spellings and numbers.
  init(_ json: JSONValue?, place: String) throws {
    guard let members = json?.members else {
      throw DiagnosticError(
        "\(place) is \(json?.kind ?? "missing"), expected an object of tokens and numbers")
    }
    reserve(members.count)
    for member in members {
      guard let id = member.value.whole else {
        throw DiagnosticError(
          "\(place): the token '\(member.name)' has \(member.value.kind) as its number")
      }
      try add(Array(member.name.utf8), id, place: place)
    }
  }

  /// No token yet.
  init() {}

  /// The number of the token that stands for each byte, `<0x0A>`; nil for one that is missing.
  var byteTokens: [Int?] {
    (0...255).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return self["<0x\(digits.count == 1 ? "0" : "")\(digits)>"]
    }
  }
}
