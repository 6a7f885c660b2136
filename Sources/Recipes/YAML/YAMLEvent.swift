/// A place as libyaml counts: line and column from 0, the column in Unicode scalars.
struct YAMLMark {
  let line: Int
  let column: Int
}

/// One event of the parse of a YAML text, free of pointers.
struct YAMLEvent {
  /// How a scalar, a list or a mapping is marked up.
  struct Properties {
    let anchor: String?
    let tag: String?
  }

  enum Kind {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case alias(String)
    case scalar(text: String, isPlain: Bool, Properties)
    case sequenceStart(Properties)
    case sequenceEnd
    case mappingStart(Properties)
    case mappingEnd
  }

  let kind: Kind
  let start: YAMLMark
  let end: YAMLMark
}

/// What stopped libyaml.
struct YAMLProblem: Error {
  enum Place {
    case mark(YAMLMark)
    /// A character that YAML does not allow, by its offset in bytes.
    case byte(Int)
  }

  let message: String
  let place: Place
  /// What was being parsed, as in "while parsing a block mapping", and where that began.
  let context: (text: String, start: YAMLMark)?
}
