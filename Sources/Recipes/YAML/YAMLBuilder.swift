import PETL

/// Builds a node from events.
///
/// Mistakes that leave the rest readable are collected; the others end it.
struct YAMLBuilder {
  /// The mistake that ends the reading has been noted.
  struct Stop: Error {}

  /// A node with its size once aliases are expanded.
  struct Built {
    let node: ConfigurationNode
    let size: Size
  }

  /// What the limits are about.
  struct Size {
    var nodes = 1
    var bytes = 0
    var height = 1
  }

  enum Anchor {
    /// The node that bears it is not complete yet.
    case open(id: Int)
    case complete(Built)
  }

  let events: YAMLEvents
  let locator: SpanLocator
  var mistakes: [Diagnostic] = []
  var anchors: [String: Anchor] = [:]
  private var anchorCount = 0
  private var total = Size(nodes: 0, bytes: 0)

  init(_ events: YAMLEvents, _ locator: SpanLocator) {
    self.events = events
    self.locator = locator
  }

  /// The one document of the text; nil when there is none.
  mutating func document() throws -> ConfigurationNode? {
    var root: ConfigurationNode?
    while true {
      let event = try events.next()
      switch event.kind {
      case .streamStart, .documentEnd: continue
      case .documentStart:
        if root != nil {
          try stop(
            "a second document starts here", event,
            hints: ["one file holds one document: remove the line '---'"])
        }
        root = try build(events.next(), depth: 1).node
      default: return root
      }
    }
  }

  /// The node that starts with `event`.
  mutating func build(_ event: YAMLEvent, depth: Int) throws -> Built {
    switch event.kind {
    case .alias(let name):
      return try alias(name, event, depth: depth)
    case .scalar(let text, let isPlain, let properties):
      let isQuoted = checkScalar(text, isPlain: isPlain, tag: properties.tag, event)
      let span = locator.span(event.start, event.end)
      let node = ConfigurationNode(.scalar(text: text, isQuoted: isQuoted), span: span)
      let built = Built(node: node, size: Size(bytes: text.utf8.count))
      try count(built.size, depth: depth, at: event)
      close(open(properties.anchor), built)
      return built
    case .sequenceStart(let properties):
      try count(Size(), depth: depth, at: event)
      check(properties.tag, is: .sequence, event)
      let anchor = open(properties.anchor)
      let built = try sequence(event, depth: depth)
      close(anchor, built)
      return built
    case .mappingStart(let properties):
      try count(Size(), depth: depth, at: event)
      check(properties.tag, is: .mapping, event)
      let anchor = open(properties.anchor)
      let built = try mapping(event, depth: depth)
      close(anchor, built)
      return built
    default:
      throw Stop()
    }
  }

  /// Counts values and refuses a text that expands beyond the limits.
  mutating func count(_ size: Size, depth: Int, at event: YAMLEvent) throws {
    total.nodes += size.nodes
    total.bytes += size.bytes
    if total.nodes > YAMLLimits.nodes {
      try stop("the text expands to more than \(YAMLLimits.nodes) values", event)
    }
    if total.bytes > YAMLLimits.expandedBytes {
      try stop("the text expands to more than \(YAMLLimits.expandedBytes >> 20) MiB", event)
    }
    if depth + size.height - 1 > YAMLLimits.depth {
      try stop("the nesting is deeper than \(YAMLLimits.depth) levels", event)
    }
  }

  /// Notes the mistake that ends the reading.
  private mutating func stop(_ message: String, _ event: YAMLEvent, hints: [String] = []) throws {
    mistakes.append(
      Diagnostic(message, at: locator.span(event.start, event.end), hints: hints))
    throw Stop()
  }

  private mutating func open(_ name: String?) -> (name: String, id: Int)? {
    guard let name else { return nil }
    anchorCount += 1
    anchors[name] = .open(id: anchorCount)
    return (name, anchorCount)
  }

  /// Completes an anchor, unless its name has been given to a node within in the meantime.
  private mutating func close(_ anchor: (name: String, id: Int)?, _ built: Built) {
    guard let anchor, case .open(anchor.id) = anchors[anchor.name] else { return }
    anchors[anchor.name] = .complete(built)
  }
}
