import Checkpoints
import PETL

/// What tensors and description say together of a Vision Transformer: contradictions are problems,
/// guesses are notes.
struct ViTFindings {
  private let tensors: NamedWeights
  private let described: DescribedTower
  /// The description's file, for messages.
  private let file: String
  /// What does not go together.
  private(set) var problems: [Diagnostic] = []
  /// Whether the heads were guessed.
  private(set) var guessesHeads = false
  /// What was guessed.
  private(set) var notes: [Note] = []

  init(_ tensors: NamedWeights, _ described: DescribedTower, file: String) {
    (self.tensors, self.described, self.file) = (tensors, described, file)
  }

  private var name: String { tensors.store.name }

  private mutating func complain(_ message: String, hints: [String] = []) {
    problems.append(Diagnostic(message, hints: hints))
  }

  /// The heads where nothing says them.
  mutating func guessedHeads(width: Int) -> Int {
    let guess = max(1, width / 64)
    guessesHeads = true
    notes.append(
      .guess(
        "nothing says how many heads attention has: \(guess) is taken, the width / 64 "
          + "(--heads, backbone.heads)", at: name))
    return guess
  }

  /// Notes what the user says otherwise than the description: the user's word counts.
  mutating func compare(_ facts: BackboneFacts) {
    func note<Value: Equatable>(_ own: Value?, _ said: Described<Value>?, _ what: String) {
      guard let own, let said, own != said.value else { return }
      notes.append(
        Note("\(said.key) is \(said.value), \(own) is taken for \(what) as you say", at: file))
    }
    note(facts.heads, described.heads, "the heads")
    note(facts.epsilon, described.epsilon, "the ε of layer norms")
    note(facts.activation, described.activation, "the function in the MLPs")
  }

  /// Warns where the user says other heads than the file's own metadata: with a wrong number features are plausible, and
  /// wrong.
  mutating func compare(_ facts: BackboneFacts, stored heads: Int?) {
    guard let own = facts.heads, let heads, own != heads else { return }
    notes.append(
      .warning("the file itself says \(heads) heads; \(own) are taken as you say", at: name))
  }

  /// The function in the MLPs where nothing says it.
  mutating func guessedActivation(normalizesFirst: Bool) -> Activation {
    let usual: Activation = tensors.naming.isQuickGELU ? .quickGELU : .gelu
    if normalizesFirst {
      notes.append(
        .guess(
          "the weights do not say which function is in their MLPs: \(usual.rawValue) is taken; OpenAI's CLIP has quick-gelu (backbone.activation)"
        ))
    }
    return usual
  }

  /// Whether the last norm comes after pooling: timm's names show it, open_clip's have one for both.
  var normalizesAfterPooling: Bool {
    tensors.naming.id == WeightNaming.openCLIP.id
      ? described.normalizesAfterPooling?.value ?? false : tensors.has("fc_norm.weight")
  }

  /// What the feature is made of.
  ///
  /// - Parameter stored: what the file's own metadata say.
  /// - Returns: one that fits the tensors, where no problem was found.
  mutating func pooling(_ stored: Pooling?) -> Pooling {
    let hasToken = tensors.has("cls_token")
    let isAfter = normalizesAfterPooling
    var pooling = described.pooling
    if let other = described.otherPooling, let first = pooling {
      // What was saved may have been pooled in another way than its architecture: the norm shows it.
      if !described.isPoolingGiven, isAfter, other.value != .token {
        pooling = other
      } else {
        complain(
          "\(file): \(other.key) says that the feature is \(other.value.rawValue), \(first.key) that it is \(first.value.rawValue)",
          hints: ["say one of them in both places"])
      }
    }
    if let after = described.normalizesAfterPooling, pooling?.key == described.pooling?.key,
      after.value != isAfter, isAfter || tensors.has("norm.weight")
    {
      complain(
        "\(file): \(after.key) says that the last norm comes \(after.value ? "after" : "before") "
          + "pooling, the tensor '\(isAfter ? "fc_norm" : "norm").weight' that it comes "
          + "\(isAfter ? "after" : "before") it")
    }
    if let pooling {
      if pooling.value == .token, !hasToken {
        complain("\(file): \(pooling.key) asks for a class token, which the weights do not have")
      }
      return pooling.value
    }
    if let stored { return stored }
    if hasToken, isAfter {
      notes.append(
        .guess(
          "nothing says what the feature is: \(Pooling.patches.rawValue) is taken, as most networks with 'fc_norm' and a class token have it",
          at: name))
    }
    return hasToken && !isAfter ? .token : .patches
  }

  /// Checks what the description says against the sizes of the tensors.
  mutating func compare(
    _ found: ViTConfiguration, classes: Int?, _ description: NetworkDescription?
  ) {
    for (size, said) in described.sizes {
      let own: Int =
        switch size {
        case .width, .features: found.width
        case .depth: found.depth
        case .registers: found.registers
        case .mlpWidth: found.mlpWidth
        }
      if said.value != own {
        complain(
          "\(file): \(said.key) is \(said.value), the tensors have a \(size.rawValue) of \(own)")
      }
    }
    for (said, own, what) in [
      (described.hasClassToken, found.hasClassToken, "a class token"),
      (
        described.hasQueryKeyValueBias, found.hasQueryKeyValueBias, "biases of query, key and value"
      ),
      (described.normalizesFirst, found.normalizesFirst, "a norm before the first block"),
    ] {
      guard let said, said.value != own else { continue }
      complain("\(file): \(said.key) is \(said.value), the tensors have \(own ? what : "no such")")
    }
    if let down = tensors.shape("blocks.0.mlp.fc2.weight", rank: 2)?[1],
      down.multipliedReportingOverflow(by: 2).partialValue == found.mlpWidth
    {
      complain(
        "\(name): the MLPs are \(found.mlpWidth) wide, then \(down): gates (SwiGLU) are not supported"
      )
    }
    if let said = description?.classes, let classes, said.value != classes, said.value > 0 {
      notes.append(Note("\(said.key) is \(said.value), the head has \(classes) classes", at: file))
    }
  }
}

extension ViTFindings {
  /// The side of the grid of patches, and the tokens before it.
  struct Grid {
    let side: Int
    let registers: Int
    let unpositioned: Int
  }

  /// The grid that the positions are for.
  ///
  /// - Parameter patch: the shape of the patch embedding.
  /// - Returns: one that fits the tensors, where no problem was found.
  mutating func grid(patch: [Int]) -> Grid {
    let positions = tensors.shape("pos_embed", rank: 3)?[1] ?? 0
    let registers = tensors.shape("reg_token", rank: 3)?[1] ?? 0
    let prefix = (tensors.has("cls_token") ? 1 : 0) + registers
    func grid(_ positioned: Int) -> Grid {
      Grid(
        side: Int(Double(max(0, positions - positioned)).squareRoot()), registers: registers,
        unpositioned: prefix - positioned)
    }
    if patch[2] != patch[3] {
      complain(
        "\(name): the patches are \(patch[2])×\(patch[3]) px: rectangular patches are not supported"
      )
      return grid(prefix)
    }
    if let said = described.patch, said.value != ImageExtent(height: patch[2], width: patch[3]) {
      complain("\(file): \(said.key) is \(said.value), the tensors have patches of \(patch[2]) px")
    }
    var counts = prefixes(prefix)
    let image = described.image ?? described.usualImage
    if let image, image.value.height != image.value.width {
      // A rectangle of as many patches, or one that the user means to have.
      let tokens = image.value.height / patch[2] * (image.value.width / patch[2])
      if described.image != nil || counts.contains(where: { positions - $0 == tokens }) {
        complain(
          "\(file): \(image.key) is \(image.value): rectangular images are not supported",
          hints: ["expected height and width to be the same"])
        return grid(counts[0])
      }
    }
    counts.removeAll { !isSquare(positions - $0) }
    if let side = image?.value.height, counts.count > 1 {
      counts =
        counts.filter { grid($0).side == side / patch[2] }.isEmpty
        ? counts : counts.filter { grid($0).side == side / patch[2] }
    }
    guard let first = counts.first else {
      let stored = tensors.place("pos_embed")?.names[0] ?? "pos_embed"
      if let other = tensors.otherParts {
        complain("\(name): tensor \(other)")
        return grid(0)
      }
      let patches = positions - prefixes(prefix)[0]
      complain(
        "\(name): '\(stored)' has \(patches) patch positions, not a square",
        hints: ["rectangular images are not supported"])
      return grid(0)
    }
    if counts.count > 1 {
      let sides = counts.map {
        "\(grid($0).side)×\(grid($0).side) patches and \($0) tokens before them"
      }
      complain(
        "\(name): the positions may be of \(sides.joined(separator: ", or of "))",
        hints: [
          "a config.json of timm in the folder says it: model_args.no_embed_class or img_size"
        ])
    }
    let found = grid(first)
    checkImage(found.side * patch[2], patch: patch[2])
    return found
  }

  /// How many of the tokens before the patches may have positions.
  private func prefixes(_ prefix: Int) -> [Int] {
    // timm has all or none (`no_embed_class`), the others the class token alone.
    if tensors.naming.id != WeightNaming.timm.id { return [min(1, prefix)] }
    if let said = described.positionsPrefix { return [said.value ? prefix : 0] }
    return prefix > 0 ? [prefix, 0] : [0]
  }

  /// Compares the images that are said with those that the positions are for.
  private mutating func checkImage(_ own: Int, patch: Int) {
    if let said = described.image {
      let side = said.value.height
      if side / patch != own / patch {
        complain("\(file): \(said.key) is \(said.value), the positions are of images of \(own) px")
      } else if side % patch != 0 {
        complain(
          "\(file): \(said.key) is \(said.value), of which patches of \(patch) px leave some out",
          hints: ["expected a multiple of \(patch)"])
      }
    } else if let usual = described.usualImage, usual.value.height != own {
      notes.append(
        Note(
          "\(usual.key) is \(usual.value), the positions are of images of \(own) px, which are taken (--image-size)",
          at: file))
    }
  }
}

private func isSquare(_ count: Int) -> Bool {
  guard count > 0 else { return false }
  let root = Int(Double(count).squareRoot())
  return root * root == count
}
