/// Reads the options of one mapping, key by key, and collects every mistake with its position.
///
/// The same calls serve every purpose: with a node they read its values into variables whose values
/// before are the defaults; made with `init(describing:)` they leave the defaults; writing, they take
/// the values as they are; and always they collect the descriptors that `petl describe` prints. No call
/// throws: it reports the mistake and leaves the default, so that one run shows all that is wrong.
public final class OptionReader {
  /// What there is to read from.
  enum Mode {
    /// The entries of a mapping.
    case reading
    /// Nothing: descriptors only.
    case describing
    /// Nothing, because the section is absent: defaults only.
    case absent
    /// Nothing, because the node is not a mapping, which has been reported.
    case broken
    /// Nothing: values are written.
    case writing
  }

  /// Something that was declared: an option, or a section whose own options belong to it.
  struct Declaration {
    let descriptor: OptionDescriptor
    var prefix = ""
    var child: OptionReader?
    /// The elements of a list of sections.
    var elements: [OptionReader] = []
  }

  /// The name of the section as messages show it: `adapter`, `regularizers.0`; empty at the top.
  public let section: String
  let mode: Mode
  let place: SourceSpan?
  let entries: [ConfigurationNode.Entry]
  private var entryOfKey: [String: ConfigurationNode.Entry]
  /// A reader that described the defaults, beside one that writes.
  let standard: OptionReader?
  var declarations: [Declaration] = []
  var declaredKeys: Set<String> = []
  var children: [OptionReader] = []
  var mistakes: [Diagnostic] = []
  var ownNotes: [Note] = []
  var isFinished = false
  /// The keys whose values are `null` where the default is something.
  var keptNulls: Set<String> = []
  /// The keys that are not resolved.
  var unrecordedKeys: Set<String> = []
  /// The keys that were given values which could be read.
  package var readKeys: Set<String> = []
  /// The keys that were given other values than the defaults.
  ///
  /// An option that means nothing beside the others is reported where it is among them: a stored recipe
  /// holds every default. Those of sections within are not; nothing is where nothing is read.
  public internal(set) var changedKeys: Set<String> = []

  /// Makes a reader of a mapping.
  ///
  /// `section` is its name in messages, for example `adapter`; empty for
  /// the top of a recipe. A node that is not a mapping is a mistake.
  package convenience init(_ node: ConfigurationNode, section: String) {
    self.init(node, section: section, place: node.span)
  }

  /// Makes a reader without values: every getter returns its default and nothing is a mistake.
  package convenience init(describing section: String) {
    self.init(section: section, mode: .describing, place: nil)
  }

  /// Makes a writer of values: beside the defaults, so that what is nothing where they are something is
  /// written too.
  package convenience init(writingBeside standard: OptionReader?, section: String = "") {
    self.init(section: section, mode: .writing, place: nil, standard: standard)
  }

  /// Makes a reader without values, for a section that is described, absent or written.
  init(
    section: String, mode: Mode, place: SourceSpan?, entries: [ConfigurationNode.Entry] = [],
    standard: OptionReader? = nil
  ) {
    self.section = section
    self.standard = standard
    self.mode = mode
    self.place = place
    self.entries = entries
    self.entryOfKey = Dictionary(
      entries.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Makes a reader of a mapping whose mistakes as a whole stand at `place`.
  convenience init(_ node: ConfigurationNode, section: String, place: SourceSpan) {
    if case .mapping(let entries) = node.value {
      self.init(section: section, mode: .reading, place: place, entries: entries)
      return
    }
    self.init(section: section, mode: .broken, place: place)
    let name = section.isEmpty ? "the recipe" : "'\(section)'"
    if node.isNull {
      report("\(name) has no value", hints: ["expected a mapping of options"])
    } else {
      let message = "\(name) must be a mapping of options, found \(node.kindDescription)"
      mistakes.append(Diagnostic(message, at: node.span))
    }
  }

  /// The entry of `key`, when it is there.
  func entry(_ key: String) -> ConfigurationNode.Entry? { entryOfKey[key] }

  /// Takes a value that is written.
  func write(_ key: String, _ value: ConfigurationNode) {
    entryOfKey[key] = ConfigurationNode.Entry(writing: key, value)
  }

  /// `key` with the sections around it, as messages show it.
  func path(_ key: String) -> String { section.isEmpty ? key : "\(section).\(key)" }

  /// Declares an option, once, so that its key is known.
  func declare(
    _ descriptor: OptionDescriptor, prefix: String = "", child: OptionReader? = nil,
    elements: [OptionReader] = []
  ) {
    guard declaredKeys.insert(descriptor.name).inserted else { return }
    declarations.append(
      Declaration(descriptor: descriptor, prefix: prefix, child: child, elements: elements))
  }

  /// The options read so far, in the order of the calls; those of a nested section follow it.
  package var descriptors: [OptionDescriptor] {
    declarations.flatMap { declaration in
      let nested = declaration.child?.descriptors ?? []
      return [declaration.descriptor] + nested.map { $0.nested(under: declaration.prefix) }
    }
  }

  /// Whether the options are described, not read.
  package var isDescribing: Bool {
    if case .describing = mode { true } else { false }
  }

  /// Whether the section is not there.
  package var isAbsent: Bool {
    if case .absent = mode { true } else { false }
  }

  /// Whether values are written, not read.
  package var isWriting: Bool {
    if case .writing = mode { true } else { false }
  }

  /// Whether the mapping gives `key` a value, `null` not counted.
  public func contains(_ key: String) -> Bool { entry(key).map { !$0.value.isNull } ?? false }

  /// Where the value of `key` stands; its key when it has none, the mapping when it is absent.
  public func span(of key: String) -> SourceSpan? {
    guard let entry = entry(key) else { return place }
    return entry.value.isNull ? entry.keySpan : entry.value.span
  }
}
