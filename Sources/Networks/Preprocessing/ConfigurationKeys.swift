import Checkpoints
import PETL

/// Reads an object of a configuration key by key: what is asked for is used, what is refused or
/// without effect is said, and what is left at the end is unknown.
struct ConfigurationKeys {
  /// What is in error messages before a key: the file, and the section.
  let place: String
  /// What is in notes: the name of the file.
  let file: String
  private let members: [JSONValue.Member]
  private var asked: Set<String> = []
  /// Values that no program could use.
  private(set) var mistakes: [Diagnostic] = []
  /// Values that are understood, and change the images in a way that is not done here.
  private(set) var refusals: [Diagnostic] = []

  /// Takes an object.
  init(_ json: JSONValue, place: String, file: String) {
    (self.place, self.file, members) = (place, file, json.members ?? [])
  }

  /// The value of a key; nil where it is absent or null.
  mutating func value(_ key: String) -> JSONValue? {
    asked.insert(key)
    return members.first { $0.name == key }.flatMap { $0.value.isNull ? nil : $0.value }
  }

  /// Whether a key has a value, which is not asked for by that.
  func has(_ key: String) -> Bool { members.contains { $0.name == key && !$0.value.isNull } }

  /// Says that a value is none that can be.
  mutating func complain(_ key: String, _ value: JSONValue, _ expected: String) {
    mistakes.append(
      Diagnostic("\(place): `\(key)` is \(Self.words(value))", hints: ["expected \(expected)"]))
  }

  /// Says that a value changes the images in a way that is not done here.
  mutating func refuse(_ key: String, _ value: JSONValue, _ reason: String) {
    refusals.append(Diagnostic("\(place): `\(key)` is \(Self.words(value)): \(reason)"))
  }

  /// A truth value.
  mutating func flag(_ key: String) -> Bool? {
    guard let value = value(key) else { return nil }
    if value.flag == nil { complain(key, value, "true or false") }
    return value.flag
  }

  /// A string.
  mutating func text(_ key: String) -> String? {
    guard let value = value(key) else { return nil }
    if value.text == nil { complain(key, value, "a string") }
    return value.text
  }

  /// A number above 0.
  mutating func positive(_ key: String) -> Double? {
    guard let value = value(key) else { return nil }
    guard let number = value.double, number > 0, number.isFinite else {
      complain(key, value, "a number above 0")
      return nil
    }
    return number
  }

  /// A number of pixels.
  mutating func pixels(_ key: String) -> Int? {
    guard let value = value(key) else { return nil }
    guard let number = value.whole, (1...65_536).contains(number) else {
      complain(key, value, "a number of pixels")
      return nil
    }
    return number
  }

  /// A number for each channel; one number is for all three.
  mutating func channels(_ key: String, areDeviations: Bool = false) -> [Double]? {
    guard let value = value(key) else { return nil }
    let given = value.elements ?? [value]
    let numbers = given.compactMap(\.double).filter {
      areDeviations ? Float($0) >= .leastNormalMagnitude && Float($0).isFinite : Float($0).isFinite
    }
    guard numbers.count == given.count, [1, 3].contains(numbers.count) else {
      complain(
        key, value, areDeviations ? "three numbers above 0" : "three numbers, red, green and blue")
      return nil
    }
    return numbers.count == 3 ? numbers : Array(repeating: numbers[0], count: 3)
  }

  /// Marks keys that change no image.
  mutating func skip(_ keys: String...) { asked.formUnion(keys) }

  /// Refuses keys that would change images, where they are on.
  mutating func refuse(whereOn reasons: KeyValuePairs<String, String>) {
    for (key, reason) in reasons {
      guard let value = value(key), value.flag != false else { continue }
      refuse(key, value, reason)
    }
  }

  /// The keys that nothing asked for, in a sentence; nil where there are none.
  var unknown: String? {
    let left = members.map(\.name).filter { !asked.contains($0) }
    guard !left.isEmpty else { return nil }
    let names = left.prefix(8).map { "`\($0.prefix(60))`" }.joined(separator: ", ")
    let more = left.count > 8 ? " and \(left.count - 8) more" : ""
    return "\(file): \(names)\(more) \(left.count == 1 ? "is" : "are") not known here and not used"
  }

  /// A value in words.
  static func words(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): "'\(text.prefix(60))'"
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .bool(let flag): "\(flag)"
    case .array(let elements): "a list of \(elements.count)"
    case .null, .object: value.kind
    }
  }
}
