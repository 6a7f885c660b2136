import Checkpoints
import PETL

/// The tensors of a file under timm's names, whatever the file calls them.
struct NamedWeights {
  let store: any WeightStore
  let naming: WeightNaming
  /// What the file puts before all names of the network.
  let prefix: String

  /// Finds out which naming a file has.
  ///
  /// - Parameters:
  ///   - store: the file.
  ///   - namings: those it may have; the first that fits is taken.
  /// - Throws: `DiagnosticError` with the first tensors of a file that has none of them.
  init(_ store: any WeightStore, among namings: [WeightNaming] = WeightNaming.all) throws {
    let names = Set(store.entries.map(\.name))
    for naming in namings {
      if let prefix = naming.prefix(in: names) {
        (self.store, self.naming, self.prefix) = (store, naming, prefix)
        return
      }
    }
    let first = store.entries.prefix(4).map(\.name).joined(separator: ", ")
    throw DiagnosticError(
      "\(store.name): not a network whose names are known",
      hints: [
        "known are the names of \((WeightNaming.all + WeightNaming.swins).map(\.summary).joined(separator: "; "))",
        first.isEmpty ? "the file has no tensors" : "the file's first tensors are \(first)",
      ])
  }

  /// Where one of timm's tensors is; nil when the naming has no such tensor.
  func place(_ name: String) -> WeightNaming.Place? { naming.place(name, prefix: prefix) }

  /// Whether the file has a tensor of timm's, or a part of it.
  func has(_ name: String) -> Bool {
    place(name)?.names.contains { store.entry($0) != nil } ?? false
  }

  /// The shape that a tensor has for us; nil when it is not there or has other axes.
  ///
  /// - Parameters:
  ///   - name: timm's.
  ///   - rank: how many axes it has for us.
  /// - Returns: the shape.
  func shape(_ name: String, rank: Int) -> [Int]? {
    guard let place = place(name) else { return nil }
    let shapes = place.names.compactMap { store.entry($0)?.shape }
    guard shapes.count == place.names.count, let first = shapes.first,
      var own = place.layout.own(first, rank: rank), own.count == rank
    else { return nil }
    own[0] *= shapes.count
    return own
  }

  /// The numbers of a tensor of the file in our order; nil when the file has none.
  ///
  /// - Parameters:
  ///   - name: timm's.
  ///   - shape: ours, as the file has it.
  /// - Returns: as many as the shape says.
  /// - Throws: `DiagnosticError` when the tensor cannot be read.
  func floats(_ name: String, shape: [Int]) throws -> [Float]? {
    guard let place = place(name), has(name) else { return nil }
    var part = shape
    part[0] /= place.names.count
    return try place.names.flatMap { place.layout.read(try store.floats($0), shape: part) }
  }

  /// The tensors of the file that hold one of ours, with new numbers.
  ///
  /// - Parameters:
  ///   - name: timm's.
  ///   - values: as we have it.
  ///   - shape: ours.
  ///   - heads: of attention.
  /// - Returns: for each tensor its name, shape and numbers in the file's order; none of a name that there is not.
  func stored(_ name: String, _ values: [Float], shape: [Int], heads: Int) -> [StoredTensor] {
    guard let place = place(name) else { return [] }
    var part = shape
    part[0] /= place.names.count
    let count = part.reduce(1, *)
    require(count * place.names.count == values.count, "Values of another shape.")
    return place.names.enumerated().map { index, stored in
      StoredTensor(
        name: stored, shape: place.layout.stored(part, heads: heads),
        values: place.layout.write(
          Array(values[index * count..<(index + 1) * count]), shape: part))
    }
  }

  /// How many heads the shapes themselves show; nil where maps to heads are stored flat.
  var heads: Int? {
    guard let place = place("blocks.0.attn.qkv.weight"), place.layout == .toHeads,
      let shape = store.entry(place.names[0])?.shape, shape.count == 3
    else { return nil }
    return shape[1]
  }

  /// How many blocks the names speak of; a number that no file of so few tensors can reach does not
  /// count.
  var depth: Int {
    let start = naming.layerPrefix(prefix)
    let layers = store.entries.compactMap { entry -> Int? in
      guard entry.name.hasPrefix(start) else { return nil }
      return Int(entry.name.dropFirst(start.count).prefix { $0 != "." && $0 != "/" })
    }
    return (layers.filter { 0..<store.entries.count ~= $0 }.max() ?? 0) + 1
  }
}

extension NamedWeights {
  /// Every tensor that is missing, misshaped or unexpected.
  ///
  /// - Parameters:
  ///   - expected: timm's names and our shapes.
  ///   - optional: what may be there beside them.
  ///   - heads: of attention.
  /// - Returns: a diagnostic each, in the order of the names.
  func mismatches(
    expected: [(name: String, shape: [Int])], optional: [(name: String, shape: [Int])] = [],
    heads: Int
  ) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    var known: [String] = []
    for (index, tensor) in (expected + optional).enumerated() {
      guard let place = place(tensor.name) else { continue }
      var part = tensor.shape
      part[0] /= place.names.count
      let shape = place.layout.stored(part, heads: heads)
      known += place.names
      for name in place.names {
        let entry = store.entry(name)
        if let entry, entry.shape.contains(0) {
          problems.append(
            Diagnostic(
              "\(store.name): tensor '\(name)' has shape \(entry.shape): it has no numbers",
              hints: ["every axis of a weight is at least 1"]))
          continue
        }
        if entry?.shape == shape || entry == nil && index >= expected.count { continue }
        let found = entry.map { "has shape \($0.shape)" } ?? "is missing"
        problems.append(
          Diagnostic("\(store.name): tensor '\(name)' \(found)", hints: ["expected \(shape)"]))
      }
    }
    let expectedNames = Set(known)
    var names = NearestNames(among: known)
    for entry in store.entries
    where !expectedNames.contains(entry.name) && naming.aside(entry.name, prefix: prefix) == nil {
      let reason = Self.reason(entry.name)
      let nearest =
        reason == nil ? names.nearest(to: entry.name).map { "nearest known: \($0)" } : nil
      problems.append(
        Diagnostic(
          "\(store.name): tensor '\(entry.name)' is unexpected",
          hints: [reason ?? nearest].compactMap { $0 }))
    }
    return problems
  }

  /// A wrapper, and what is left aside, a sentence for each kind; none of an ordinary file.
  var notes: [Note] {
    var counts: [(aside: WeightNaming.Aside, names: [String])] = []
    for entry in store.entries {
      guard let aside = naming.aside(entry.name, prefix: prefix) else { continue }
      if let index = counts.firstIndex(where: { $0.aside.what == aside.what }) {
        counts[index].names.append(entry.name)
      } else {
        counts.append((aside, [entry.name]))
      }
    }
    let wrapper = store.wrapper.isEmpty ? [] : [Note(Wrapper.note(store.wrapper, "tensors"))]
    return wrapper
      + counts.map { aside, names in
        let count = names.count == 1 ? "" : " and \(names.count - 1) more"
        return Note(
          "left aside, no part of the network: \(aside.what) (\(names[0])\(count))",
          tower: aside.tower)
      }
  }

  private static func reason(_ name: String) -> String? {
    unsupported.first { name.contains($0.part) }?.reason
  }

  /// What the file's tensors are of, if any is a part of networks that are not ours.
  var otherParts: String? {
    Self.unsupported.lazy.compactMap { part, reason in
      store.entries.first { $0.name.contains(part) }.map { "'\($0.name)': \(reason)" }
    }.first
  }

  /// Parts of networks that are not ours, with what they mean.
  private static let unsupported: [(part: String, reason: String)] = [
    ("cpb_mlp", "Swin Transformers of the second version are not supported"),
    ("rel_pos", "relative positions in every block are not supported here"),
    ("rope", "rotary positions are not supported"),
    ("q_norm", "networks that normalise queries and keys are not supported"),
    ("k_norm", "networks that normalise queries and keys are not supported"),
    ("dist_token", "distilled networks with a second token are not supported: use the plain one"),
    ("head_dist", "distilled networks with a second token are not supported: use the plain one"),
    ("distillation", "distilled networks with a second token are not supported: use the plain one"),
    ("w12", "SwiGLU in place of the MLP is not supported"),
    ("fc1_g", "SwiGLU in place of the MLP is not supported"),
    ("lambda_", "differential attention is not supported"),
    ("attn.norm.", "norms inside of attention are not supported"),
    ("mlp.norm.", "norms inside of the MLPs are not supported"),
    ("in_proj.", "blocks with attention and MLP side by side are not supported"),
    ("attns.", "blocks of parallel branches are not supported"),
    ("patch_embed.backbone", "a network of convolutions before the blocks is not supported"),
    ("patch_embed.norm", "a norm in the patch embedding is not supported here"),
    ("q_bias", "the biases of BEiT and EVA are not supported"),
    ("weights_in", "SwiGLU in place of the MLP is not supported"),
    ("attn_pool", "pooling by attention is not supported"),
    ("decoder", "the decoder of pre-training is no part of the network: leave it out"),
  ]
}
