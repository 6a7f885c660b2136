import PETL

/// What a library calls the tensors of a Vision Transformer: one row for each of timm's.
public struct WeightNaming: Sendable {
  /// One tensor, or the weight and bias of one map.
  struct Row: Sendable {
    /// timm's name; `#` is the layer, or the stage of a Swin, `%` the block in it, `<` the stage
    /// before it, a last `*` both weight and bias.
    let own: String
    /// The library's; three of them where query, key and value are maps of their own.
    ///
    /// `@` is what
    /// the file puts before all names of the network, or nothing.
    let stored: [String]
    /// How the numbers lie.
    let layout: TensorLayout

    init(_ own: String, _ stored: String..., layout: TensorLayout = .same) {
      self.init(own: own, stored: stored, layout: layout)
    }

    init(own: String, stored: [String], layout: TensorLayout = .same) {
      (self.own, self.stored, self.layout) = (own, stored, layout)
    }
  }

  /// A tensor that may be there and is no part of the network.
  struct Aside: Sendable {
    /// How its name begins, or what is in it.
    ///
    /// Without an `@` a beginning counts only in files where
    /// `@` stands for something: elsewhere the network's own tensors may begin so.
    let text: String
    /// What it is.
    let what: String
    /// The tower that it is of, where it is of one.
    var tower: Tower?
    /// Whether the text may be anywhere in the name.
    let isAnywhere: Bool

    init(prefix: String, what: String, of tower: Tower? = nil) {
      self.tower = tower
      (text, self.what, isAnywhere) = (prefix, what, false)
    }

    init(containing text: String, what: String) {
      (self.text, self.what, isAnywhere) = (text, what, true)
    }

    func matches(_ name: String, prefix: String) -> Bool {
      if isAnywhere { return name.contains(text) }
      return text.hasPrefix("@")
        ? name.hasPrefix(text.replacing("@", with: prefix))
        : !prefix.isEmpty && name.hasPrefix(text)
    }
  }

  /// The name in commands, such as `hf-vit`.
  public let id: String
  /// Which files have it, in words.
  public let summary: String
  /// What may stand for `@`; the first that fits is taken.
  let prefixes: [String]
  /// What stands for `@` in files that are written.
  let writtenPrefix: String
  /// A tensor that no other naming has; with `@`.
  let marker: String
  /// One row a tensor.
  let rows: [Row]
  /// What may be there and is left aside.
  let asides: [Aside]
  /// The ε of layer norms where nothing says it.
  let epsilon: Float
  /// The function in the MLP where nothing says it.
  let isQuickGELU: Bool

  init(
    id: String, summary: String, prefixes: [String] = [""], writing writtenPrefix: String? = nil,
    marker: String, rows: [Row], asides: [Aside] = [], epsilon: Float = 1e-6,
    isQuickGELU: Bool = false
  ) {
    (self.id, self.summary, self.prefixes, self.marker) = (id, summary, prefixes, marker)
    self.writtenPrefix = writtenPrefix ?? prefixes[0]
    (self.rows, self.asides) = (rows, asides)
    (self.epsilon, self.isQuickGELU) = (epsilon, isQuickGELU)
  }
}

extension WeightNaming {
  /// Where a tensor of timm's is stored.
  struct Place {
    /// The names in the file.
    let names: [String]
    /// How the numbers lie.
    let layout: TensorLayout
  }

  /// Where one of timm's tensors is stored; nil when this naming has no such tensor.
  func place(_ name: String, prefix: String) -> Place? {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let end = parts.last ?? ""
    var numbers: [String] = []
    for (index, group) in [(1, "blocks"), (1, "layers"), (3, "blocks")]
    where parts.count > index + 1 && parts[index - 1] == group && Int(parts[index]) != nil {
      numbers.append(parts[index])
      parts[index] = numbers.count == 1 ? "#" : "%"
    }
    let general = parts.joined(separator: ".")
    let both = general.dropLast(end.count) + "*"
    guard let row = rows.first(where: { $0.own == general || $0.own == both }) else { return nil }
    let first = numbers.first ?? ""
    let before = Int(first).map { String($0 &- 1) } ?? ""
    let names = row.stored.map { text in
      text.replacing("@", with: prefix).replacing("#", with: first).replacing("<", with: before)
        .replacing("%", with: numbers.last ?? "").replacing("*", with: end)
    }
    return Place(names: names, layout: row.layout)
  }

  /// What stands for `@` in a file that has these names; nil when they are of another naming.
  func prefix(in names: Set<String>) -> String? {
    prefixes.first { names.contains(marker.replacing("@", with: $0)) }
  }

  /// What a tensor is that is no part of the network; nil for one that should not be there.
  func aside(_ name: String, prefix: String) -> Aside? {
    asides.first { $0.matches(name, prefix: prefix) }
  }

  /// What the file puts before the number of a layer.
  func layerPrefix(_ prefix: String) -> String {
    let first = rows.first { $0.own.hasPrefix("blocks.#.") }?.stored[0] ?? ""
    return String(first.replacing("@", with: prefix).prefix { $0 != "#" })
  }
}
