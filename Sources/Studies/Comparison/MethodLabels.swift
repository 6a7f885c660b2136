/// Short names of methods: of the settings of each only what tells them apart.
///
/// A section with a `type`, such as an adapter, is named by it (`lora`), and its other keys count only
/// where methods of that same type differ in them (`lora rank=4`): an AdaptFormer's bottleneck does not
/// make a LoRA another method.
struct MethodLabels {
  private let methods: [[String: String]]
  private let shown: [String: String]

  /// Finds what tells methods apart.
  ///
  /// - Parameter methods: the settings of each by dotted key.
  init(_ methods: [[String: String]]) {
    self.methods = methods
    var differing: [String] = []
    for key in Set(methods.flatMap(\.keys)) {
      let groups = Dictionary(grouping: methods) { Self.types(around: key, $0) }
      if groups.values.contains(where: { Set($0.map { $0[key] }).count > 1 }) {
        differing.append(key)
      }
    }
    shown = Self.shortened(differing)
  }

  /// The name of a method among the others; empty when nothing tells it apart.
  func label(_ method: [String: String]) -> String {
    let keys = shown.keys.filter { key in
      let types = Self.types(around: key, method)
      let alike = methods.filter { Self.types(around: key, $0) == types }
      return Set(alike.map { $0[key] }).count > 1
    }
    // Adapters first, then penalties, then the rest.
    let sections = ["adapter", "regularizers"]
    func place(_ key: String) -> Int {
      sections.firstIndex { key.hasPrefix("\($0).") } ?? sections.count
    }
    func isType(_ key: String) -> Bool { key.hasSuffix(".type") }
    let sorted = keys.sorted {
      (place($0), isType($0) ? 0 : 1, $0) < (place($1), isType($1) ? 0 : 1, $1)
    }
    return sorted.compactMap { key in
      guard let value = method[key] else { return nil }
      return isType(key) ? value : "\(shown[key] ?? key)=\(value)"
    }.joined(separator: " ")
  }

  /// The types of the sections that a key stands in.
  private static func types(around key: String, _ method: [String: String]) -> [String?] {
    let parts = key.split(separator: ".")
    return (1..<max(1, parts.count)).compactMap { count -> String?? in
      let type = parts[..<count].joined(separator: ".") + ".type"
      return type == key ? nil : .some(method[type])
    }
  }

  /// For each key the shortest end of it that no other of them has.
  private static func shortened(_ keys: [String]) -> [String: String] {
    func end(_ key: String, _ count: Int) -> String {
      key.split(separator: ".").suffix(count).joined(separator: ".")
    }
    return Dictionary(
      uniqueKeysWithValues: keys.map { key in
        let depth = key.split(separator: ".").count
        let count = (1...depth).first { count in
          keys.count { end($0, count) == end(key, count) } == 1
        }
        return (key, end(key, count ?? depth))
      })
  }
}
