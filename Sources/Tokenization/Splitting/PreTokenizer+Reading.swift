import Checkpoints
import PETL

extension PreTokenizer {
  /// Reads the object of a pre-tokenizer.
  ///
  /// - Throws: `DiagnosticError` with the key if it is not supported.
  init(_ json: JSONValue, file: String, path: String) throws {
    let any = try Fields(json, file: file, path: path)
    func fields(_ keys: [String]) throws -> Fields {
      try Fields(json, file: file, path: path, keys: keys)
    }
    let type = try any.type()
    switch type {
    case "Sequence":
      let parts = try fields(["pretokenizers"]).parts("pretokenizers")
      self = .sequence(try parts.map { try PreTokenizer($0.json, file: file, path: $0.path) })
    case "ByteLevel":
      // `trim_offsets` moves places in the text, which nobody asks for here.
      let fields = try fields(["add_prefix_space", "trim_offsets", "use_regex"])
      self = .byteLevel(
        addsPrefixSpace: try fields.flag("add_prefix_space", default: true),
        cutsWords: try fields.flag("use_regex", default: true))
    case "Split":
      let fields = try fields(["pattern", "behavior", "invert"])
      self = .split(
        try SplitPattern(fields, "pattern"), try fields.behavior(default: nil),
        isInverted: try fields.flag("invert", default: false))
    case "Digits":
      let flag = try fields(["individual_digits"]).flag("individual_digits", default: false)
      self = .digits(areIndividual: flag)
    case "Metaspace": self = .metaspace(try Metaspace(any))
    case "BertPreTokenizer":
      _ = try fields([])
      self = .bert
    case "Whitespace":
      _ = try fields([])
      self = .whitespace
    case "WhitespaceSplit":
      _ = try fields([])
      self = .whitespaceSplit
    case "Punctuation":
      self = .punctuation(try fields(["behavior"]).behavior(default: .isolated))
    default:
      throw any.unsupported(
        "type", value: type,
        hint: "known here: Sequence, ByteLevel, Split, Digits, Metaspace, BertPreTokenizer, "
          + "Whitespace, WhitespaceSplit, Punctuation")
    }
  }
}

extension Fields {
  fileprivate func behavior(default fallback: SplitBehavior?) throws -> SplitBehavior {
    if self["behavior"] == nil, let fallback { return fallback }
    let name = try requiredText("behavior")
    guard let behavior = SplitBehavior(rawValue: name) else {
      let known = SplitBehavior.allCases.map(\.rawValue).joined(separator: ", ")
      throw unsupported("behavior", value: name, hint: "expected one of \(known)")
    }
    return behavior
  }
}
