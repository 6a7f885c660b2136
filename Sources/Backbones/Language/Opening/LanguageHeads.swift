import Checkpoints
import PETL

/// The heads that a file of a language model may have: one that predicts tokens, one of classes.
struct LanguageHeads {
  /// The tensors that must be there beside the network's.
  private(set) var expected: [(name: String, shape: [Int])] = []
  /// The tensors that may be there.
  private(set) var optional: [(name: String, shape: [Int])] = []
  /// What is wrong with them.
  private(set) var problems: [Diagnostic] = []
  /// What the user should know, a sentence each.
  private(set) var notes: [Note] = []

  init(_ tensors: NamedWeights, _ description: LanguageDescription) {
    let sizes = description.configuration
    let name = description.architecture ?? ""
    if sizes.family.isDecoder {
      let head = (name: "head.weight", shape: [sizes.vocabulary, sizes.width])
      let predicts = name.hasSuffix("ForCausalLM") || name == "GPT2LMHeadModel"
      if predicts, !sizes.isTied { expected.append(head) } else { optional.append(head) }
      if sizes.isTied, tensors.has(head.name) {
        notes.append(
          Note("the head is the table of embeddings: the tensor of it is checked to be the same"))
      }
      if let classes = tensors.shape("score.weight", rank: 2)?[0] {
        optional.append(("score.weight", [classes, sizes.width]))
      }
    } else {
      optional += [("pooler.weight", [sizes.width, sizes.width]), ("pooler.bias", [sizes.width])]
      if let classes = tensors.shape("head.weight", rank: 2)?[0] {
        optional += [("head.weight", [classes, sizes.width]), ("head.bias", [classes])]
      }
      // Microsoft's files keep the table that training had, which transformers leaves out too.
      if sizes.relativePositions != nil, sizes.learnedPositions == nil,
        let shape = tensors.shape("pos_embed", rank: 2)
      {
        optional.append(("pos_embed", shape))
        notes.append(
          Note("the table of positions is not used, as `position_biased_input` is false"))
      }
    }
    check(classes: tensors, description)
  }

  /// A head of another number of classes than the description has names for is not its head.
  private mutating func check(classes tensors: NamedWeights, _ description: LanguageDescription) {
    let own = description.configuration.family.isDecoder ? "score.weight" : "head.weight"
    guard let classes = tensors.shape(own, rank: 2)?[0], let labels = description.labels,
      labels.count != classes
    else { return }
    problems.append(
      Diagnostic(
        "\(description.path): `id2label` has \(labels.count) classes, and the head of "
          + "\(tensors.store.name) has \(classes)"))
  }
}
