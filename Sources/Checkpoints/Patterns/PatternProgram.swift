/// An expression as steps of a machine.
struct PatternProgram: Sendable {
  /// What the machine does in a step.
  enum Step: Sendable {
    case set(ScalarSet)
    case place(PatternNode.Place)
    /// On at the first, and if that fails at the second.
    case split(Int, Int)
    case jump(Int)
    case save(Int)
    /// Keeps where an iteration begins.
    case enter(Int)
    /// Leaves a loop after an iteration of nothing.
    case leaveIfEmpty(Int, Int)
    /// A part by itself, an index of `parts`.
    case look(Int, behind: Int?, isNegative: Bool)
    case atomic(Int)
    case reference(Int, ignoresCase: Bool)
    /// On at the next step where a group has matched, else there.
    case unless(Int, Int)
    case match
  }

  /// The most steps (our choice).
  private static let maximumCount = 20_000

  /// The whole expression, and then the parts that are matched by themselves.
  private(set) var parts: [[Step]] = [[]]
  /// The number of groups, the whole match among them.
  let groups: Int
  /// The numbers of the named groups.
  let names: [String: Int]
  /// How many loops there are.
  private(set) var loops = 0
  /// Whether all that follows from a step is its place in the text.
  let isRegular: Bool
  /// Whether case is ignored anywhere.
  private(set) var ignoresCase = false
  private var count = 0

  /// Compiles an expression.
  ///
  /// - Throws: `PatternFault` when it takes too many steps.
  init(_ node: PatternNode, groups: Int, names: [String: Int]) throws {
    (self.groups, self.names) = (groups, names)
    isRegular = !node.refersBack
    try add(node, to: 0)
    try append(.match, to: 0)
  }

  private mutating func append(_ step: Step, to part: Int) throws {
    count += 1
    guard count <= Self.maximumCount else {
      throw PatternFault("repeats too much", hint: "write `*` where a bound is not needed")
    }
    parts[part].append(step)
  }

  private mutating func add(_ node: PatternNode, to part: Int) throws {
    switch node {
    case .set(let set):
      ignoresCase = ignoresCase || set.ignoresCase
      try append(.set(set), to: part)
    case .sequence(let nodes): for node in nodes { try add(node, to: part) }
    case .choice(let nodes): try add(choice: nodes, to: part)
    case .capture(let group, let node):
      try append(.save(2 * group), to: part)
      try add(node, to: part)
      try append(.save(2 * group + 1), to: part)
    case .repeated(let node, let least, let most, let isLazy):
      for _ in 0..<least { try add(node, to: part) }
      try add(further: node, most.map { $0 - least }, isLazy, to: part)
    case .atomic(let node): try append(.atomic(try separate(node)), to: part)
    case .place(let place): try append(.place(place), to: part)
    case .look(let node, let behind, let isNegative):
      try append(.look(try separate(node), behind: behind, isNegative: isNegative), to: part)
    case .reference(let group, let ignores):
      ignoresCase = ignoresCase || ignores
      try append(.reference(group, ignoresCase: ignores), to: part)
    case .conditional(let group, let yes, let no):
      let test = parts[part].count
      try append(.unless(group, 0), to: part)
      try add(yes, to: part)
      let end = parts[part].count
      try append(.jump(0), to: part)
      parts[part][test] = .unless(group, parts[part].count)
      try add(no, to: part)
      parts[part][end] = .jump(parts[part].count)
    }
  }

  private mutating func separate(_ node: PatternNode) throws -> Int {
    parts.append([])
    let index = parts.count - 1
    try add(node, to: index)
    try append(.match, to: index)
    return index
  }

  private mutating func add(choice nodes: [PatternNode], to part: Int) throws {
    var ends: [Int] = []
    for (index, node) in nodes.enumerated() {
      guard index < nodes.count - 1 else {
        try add(node, to: part)
        continue
      }
      let split = parts[part].count
      try append(.split(split + 1, 0), to: part)
      try add(node, to: part)
      ends.append(parts[part].count)
      try append(.jump(0), to: part)
      parts[part][split] = .split(split + 1, parts[part].count)
    }
    for end in ends { parts[part][end] = .jump(parts[part].count) }
  }

  /// A part any number of times, or up to `count` times.
  private mutating func add(
    further node: PatternNode, _ count: Int?, _ isLazy: Bool, to part: Int
  ) throws {
    var (splits, tests): ([Int], [(step: Int, loop: Int)]) = ([], [])
    for _ in 0..<(count ?? 1) {
      let loop = loops
      loops += 1
      splits.append(parts[part].count)
      try append(.split(0, 0), to: part)
      try append(.enter(loop), to: part)
      try add(node, to: part)
      tests.append((parts[part].count, loop))
      try append(.leaveIfEmpty(loop, 0), to: part)
    }
    if count == nil, let first = splits.first { try append(.jump(first), to: part) }
    let exit = parts[part].count
    for split in splits {
      parts[part][split] = isLazy ? .split(exit, split + 1) : .split(split + 1, exit)
    }
    for test in tests { parts[part][test.step] = .leaveIfEmpty(test.loop, exit) }
  }
}
