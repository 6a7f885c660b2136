import PETL

/// What bitsandbytes says beside a matrix in NF4: its shape and its blocks.
struct NormalFloatState {
  /// What the largest magnitudes are made of where they are quantised.
  struct Nesting {
    /// How many share a scale.
    let size: Int
    /// What is added to each.
    let offset: Float
  }

  /// How many rows the matrix has.
  let rows: Int
  /// How many columns it has.
  let columns: Int
  /// How many numbers share a largest magnitude.
  let size: Int
  /// Nil where largest magnitudes are as they are.
  let nesting: Nesting?

  /// Reads what is said.
  ///
  /// - Parameters:
  ///   - json: the text of the tensor.
  ///   - words: where it is, for messages.
  /// - Throws: `DiagnosticError` with every key whose value cannot be used.
  init(_ json: JSONValue, _ words: String) throws {
    var faults: [Diagnostic] = []
    func expect(_ key: String, _ isRight: Bool, _ expected: String) {
      if isRight { return }
      faults.append(
        Diagnostic(
          "\(words): `\(key)` is \(json[key]?.brief ?? "not there")",
          hints: ["expected \(expected)"])
      )
    }
    let shape = json["shape"]?.elements?.compactMap(\.whole) ?? []
    let size = json["blocksize"]?.whole ?? 0
    expect("quant_type", json["quant_type"] == .string("nf4"), "'nf4'")
    expect(
      "shape", shape.count == 2 && shape.allSatisfy { (1...(1 << 24)).contains($0) },
      "[out, in], two whole numbers from 1 on")
    expect("blocksize", (64...4096).contains(size) && size % 64 == 0, "64 or a multiple of it")
    var nesting: Nesting?
    if json["nested_blocksize"] != nil || json["nested_offset"] != nil {
      let (inner, offset) = (json["nested_blocksize"]?.whole ?? 0, json["nested_offset"]?.double)
      expect("nested_blocksize", inner > 0, "a whole number from 1 on")
      expect("nested_offset", offset?.isFinite ?? false, "a number")
      nesting = Nesting(size: inner, offset: Float(offset ?? 0))
    }
    try faults.throwIfAny()
    (rows, columns, self.size, self.nesting) = (shape[0], shape[1], size, nesting)
  }
}
