import PETL

/// What `adapter_config.json` says, as far as it bears on what the adapter computes.
struct PEFTConfiguration {
  let rank: Int
  let alpha: Double
  let dropout: Double
  let rslora: Bool
  let isDoRA: Bool
  /// Whether B has a bias.
  let hasBias: Bool
  /// Which biases of the network itself are held.
  let bias: PEFTBias
  let baseModel: String?
  /// The class of the network that it was trained on, as PEFT notes it; nil where it does not say.
  let baseClass: String?
  let targets: PEFTTargets
  private let rankPattern: PEFTPatterns<Int>
  private let alphaPattern: PEFTPatterns<Double>

  /// Reads the object `json` of the file called `file`; what is absent has PEFT's default.
  ///
  /// - Throws: `DiagnosticError` that names the key, if a value is wrong or not supported.
  init(_ json: JSONValue, file: String, knowing methods: [any PEFTConvertible.Type] = []) throws {
    guard json.members != nil else {
      throw DiagnosticError("\(file): an object is expected, not \(json.kind)")
    }
    let fields = PEFTFields(json: json, file: file)
    let kind = try fields.value("peft_type", "a string", \.text)
    guard kind == PEFTAdapterFolder.peftType else {
      let known = methods.first { $0.peftForm.type == kind }?.peftForm.title
      throw Self.refusal(
        of: kind, [PEFTAdapterFolder.peftType], file: file,
        hints: known.map { ["this is \($0), which is not read as a LoRA here"] } ?? [])
    }
    let unsupported = PEFTUnsupported.diagnostics(json, file: file)
    try unsupported.throwIfAny()
    rank = try fields.number("r", "a whole number", \.whole) ?? 8
    alpha = try fields.number("lora_alpha", "a number", \.double) ?? 8
    dropout = try fields.value("lora_dropout", "a number", \.double) ?? 0
    rslora = try fields.value("use_rslora", "a truth value", \.flag) ?? false
    isDoRA = try fields.value("use_dora", "a truth value", \.flag) ?? false
    hasBias = try fields.value("lora_bias", "a truth value", \.flag) ?? false
    bias = try fields.bias(of: PEFTAdapterFolder.peftType)
    baseModel = try fields.value("base_model_name_or_path", "a string", \.text)
    baseClass = json["auto_mapping"]?["base_model_class"]?.text
    rankPattern = try fields.pattern("rank_pattern", "a whole number", \.whole)
    alphaPattern = try fields.pattern("alpha_pattern", "a number", \.double)
    targets = try fields.targets()
    guard rank > 0, rankPattern.values.allSatisfy({ $0 > 0 }) else {
      throw DiagnosticError("\(file): `r` and the ranks of `rank_pattern` must be at least 1")
    }
    guard (0...1).contains(dropout) else {
      throw DiagnosticError("\(file): `lora_dropout` is \(dropout), expected 0 to 1")
    }
  }

  /// What is said of a type that is not read.
  static func refusal(
    of kind: String?, _ types: [String], file: String, hints: [String] = []
  ) -> DiagnosticError {
    var seen: Set<String> = []
    let expected = types.filter { seen.insert($0).inserted }.map { "`\($0)`" }
    return DiagnosticError(
      "\(file): `peft_type` is \(kind.map { "`\($0)`" } ?? "missing"), expected \(expected.joined(separator: " or "))",
      hints: hints)
  }

  /// The rank of the module at `path`: the first pattern that matches wins.
  ///
  /// - Throws: `DiagnosticError` that names a pattern that takes too long.
  func rank(of path: String) throws -> Int {
    try rankPattern.value(of: path) ?? rank
  }

  /// The alpha of the module at `path`: the first pattern that matches wins.
  ///
  /// - Throws: `DiagnosticError` that names a pattern that takes too long.
  func alpha(of path: String) throws -> Double {
    try alphaPattern.value(of: path) ?? alpha
  }

  /// A warning for the keys of each pattern whose value none of these modules has.
  ///
  /// - Throws: `DiagnosticError` that names a pattern that takes too long.
  func idlePatterns(_ paths: [String], file: String) throws -> [Diagnostic] {
    [
      PEFTIdlePatterns.warning("rank_pattern", try rankPattern.idleKeys(paths), file: file),
      PEFTIdlePatterns.warning("alpha_pattern", try alphaPattern.idleKeys(paths), file: file),
    ].compactMap(\.self)
  }

  /// The rank and alpha of the module at `path`; nil for one that is not adapted.
  ///
  /// - Throws: `DiagnosticError` that names an expression that takes too long.
  func choice(of path: String) throws -> (rank: Int, alpha: Double)? {
    guard try targets.adapts(path) else { return nil }
    return (try rank(of: path), try alpha(of: path))
  }
}
