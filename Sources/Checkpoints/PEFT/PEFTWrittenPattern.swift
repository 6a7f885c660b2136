import PETL

/// Values that differ between maps, as `rank_pattern` and its like hold them.
enum PEFTWrittenPattern {
  /// The modules whose value is not the usual one.
  ///
  /// PEFT matches each name as an expression at the end of a path, the first match winning: the shortest
  /// endings that mean these modules and no others are taken, else full paths, else anchored ones.
  ///
  /// - Throws: `DiagnosticError` if no set of patterns says which module has which value.
  static func json<Value: Hashable & Comparable>(
    _ key: String, of modules: [(module: String, value: Value)], usual: Value,
    _ json: (Value) -> JSONValue
  ) throws -> JSONValue {
    let unusual = modules.filter { $0.value != usual }.sorted { $0.module < $1.module }
    let groups = Dictionary(grouping: unusual, by: \.value)
    let short = groups.sorted { $0.key < $1.key }.flatMap { value, group in
      shortestTargets(for: group.map(\.module), among: modules.map(\.module)).map { ($0, value) }
    }
    let plain = unusual.map { ($0.module, $0.value) }
    let anchored = unusual.map {
      ("^" + $0.module.split(separator: ".").joined(separator: "\\."), $0.value)
    }
    for choice in [short, plain, anchored] {
      let keys = try choice.map { (try PEFTPatternKey($0.0, key: key, file: "adapter"), $0.1) }
      let exact = try modules.allSatisfy { module, value in
        let found = try keys.first { try $0.0.matches(module) }?.1 ?? usual
        return found == value
      }
      if exact { return .object(choice.map { .init($0.0, json($0.1)) }) }
    }
    throw DiagnosticError("the names of the modules are such that `\(key)` cannot tell them apart")
  }
}

/// The value that occurs most often, the smallest of those that occur equally often.
func mostCommon<Value: Hashable & Comparable>(_ values: [Value]) -> Value {
  var counts: [Value: Int] = [:]
  for value in values { counts[value, default: 0] += 1 }
  let best = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
  guard let best else { stopProgram("an adapter without modules was checked before") }
  return best.key
}
