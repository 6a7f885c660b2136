import ArgumentParser
import Networks
import Tensors

extension BenchCommand {
  func validate() throws {
    guard (1...65_536).contains(batch ?? 1) else { throw ValidationError("--batch is 1 to 65536.") }
    guard (1...1_000_000).contains(steps ?? 1) else {
      throw ValidationError("--steps is 1 to 1000000.")
    }
    guard (1...4096).contains(imageSize ?? 1) else {
      throw ValidationError("--image-size is 1 to 4096.")
    }
    guard (1...1000).contains(depth ?? 1) else { throw ValidationError("--depth is 1 to 1000.") }
    guard (1...256).contains(threads ?? 1) else { throw ValidationError("--threads is 1 to 256.") }
    guard (1...1000).contains(rounds ?? 1) else { throw ValidationError("--rounds is 1 to 1000.") }
    try validateKind()
    try validateGrowth()
    if forwardOnly, regularizer != nil || allRegularizers {
      throw ValidationError("A regularizer costs nothing in a forward pass; leave one of them out.")
    }
  }

  /// Refuses what has no meaning with `--growth`, or without it.
  private func validateGrowth() throws {
    guard growth else {
      let given = [
        ("--along", !along.isEmpty), ("--rounds", rounds != nil), ("--figure", figure != nil),
      ].first(where: \.1)
      if let given { throw ValidationError("\(given.0) needs --growth.") }
      return
    }
    if forwardOnly || precision ?? .single != .single, along.contains(.ranks) {
      throw ValidationError("--along ranks is for whole steps in fp32.")
    }
  }

  /// The options of steps that were given.
  private var given: [String] {
    [
      ("--model", model != nil), ("--depth", depth != nil), ("--precision", precision != nil),
      ("--batch", batch != nil), ("--steps", steps != nil), ("--adapter", adapter != nil),
      ("--regularizer", regularizer != nil), ("--set", !overrides.isEmpty),
      ("--all-regularizers", allRegularizers), ("--all-adapters", allAdapters),
      ("--forward-only", forwardOnly), ("--products", products), ("--images", images != nil),
      ("--image-size", imageSize != nil), ("--growth", growth),
    ].filter(\.1).map(\.0)
  }

  /// Refuses what changes nothing of what is measured.
  private func validateKind() throws {
    let (kind, own): (String, Set<String>)
    let others: Set = ["--images", "--products", "--growth"]
    if images != nil {
      (kind, own) = ("--images", ["--images", "--image-size"])
    } else if products {
      (kind, own) = ("--products", ["--products", "--steps"])
    } else if growth {
      (kind, own) = (
        "--growth",
        [
          "--growth", "--model", "--depth", "--precision", "--batch", "--steps", "--adapter",
          "--set",
          "--forward-only",
        ]
      )
    } else if imageSize != nil {
      throw ValidationError("--image-size needs --images.")
    } else {
      return
    }
    guard let other = given.first(where: { !own.contains($0) }) else { return }
    throw ValidationError(
      others.contains(other)
        ? "\(other) and \(kind): leave one of them out."
        : "\(other) changes nothing of what \(kind) measures: leave it out.")
  }
}
