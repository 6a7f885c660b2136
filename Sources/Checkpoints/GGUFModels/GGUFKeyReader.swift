import PETL

/// Reads the keys of a GGUF file that are about its network, and remembers which.
struct GGUFKeyReader {
  let file: GGUFFile
  /// What the keys begin with.
  let prefix: String
  private(set) var faults: [Diagnostic] = []
  private var used: Set<String> = []

  init(_ file: GGUFFile, _ architecture: GGUFArchitecture) {
    self.file = file
    prefix = architecture.rawValue + "."
  }

  /// The value of a key; nil without it.
  mutating func value(_ key: String) -> GGUFValue? {
    used.insert(prefix + key)
    return file.value(prefix + key)
  }

  /// A whole number from 1 on that must be there; 1 and a fault otherwise.
  mutating func size(_ key: String) -> Int {
    if let size = optionalSize(key) { return size }
    if file.value(prefix + key) == nil {
      faults.append(
        Diagnostic(
          "\(file.name): there is no key `\(prefix)\(key)`",
          hints: ["without it the network is not known; convert the original weights again"]))
    }
    return 1
  }

  /// A whole number from 1 to 2^31-1; nil without it, and with a fault where it is something else.
  mutating func optionalSize(_ key: String) -> Int? {
    guard let value = value(key) else { return nil }
    if let size = value.whole, (1...TensorShape.longestAxis).contains(size) { return size }
    complain(key, value, "a whole number from 1 on")
    return nil
  }

  /// A positive number; nil without it, and with a fault where it is something else.
  mutating func number(_ key: String) -> Double? {
    guard let value = value(key) else { return nil }
    if let number = value.number, number > 0, number.isFinite { return number }
    complain(key, value, "a positive number")
    return nil
  }

  /// A fault of a key.
  mutating func complain(_ key: String, _ value: GGUFValue, _ expected: String) {
    faults.append(
      Diagnostic("\(file.name): `\(prefix)\(key)` is \(value.summary), expected \(expected)"))
  }

  /// A fault.
  mutating func complain(_ sentence: String, hints: [String] = []) {
    faults.append(Diagnostic("\(file.name): \(sentence)", hints: hints))
  }

  /// What these keys ask for is not computed here: a fault for each that is neither 0 nor false nor 1 where
  /// that is neutral.
  mutating func refuse(_ keys: [String], neutral: Set<Double> = [0]) {
    for key in keys {
      guard let value = value(key), value.flag != false else { continue }
      if let number = value.number, neutral.contains(number) { continue }
      complain(key, value, "no such key: what it asks for is not computed here")
    }
  }

  /// The keys of the network that nobody asked for.
  var unread: [String] {
    file.keyValues.map(\.key).filter { $0.hasPrefix(prefix) && !used.contains($0) }
  }
}
