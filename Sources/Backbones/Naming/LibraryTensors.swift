package import Checkpoints
package import PETL

/// How the modules of a library's network hold the weights of ours: timm's names to the library's, and back.
package struct LibraryTensors {
  /// A tensor of the library that holds one of ours, or equal parts of its rows.
  package struct Part {
    /// Its name.
    package let name: String
    /// Its shape.
    package let shape: [Int]
    /// The number of the part.
    package let index: Int
    /// How many parts there are: three where query, key and value are maps of their own.
    package let count: Int

    /// The module that it is a parameter of; nothing where it is one of the network itself.
    package var module: String { name.split(separator: ".").dropLast().joined(separator: ".") }
  }

  private let naming: WeightNaming
  private let root: String

  /// The tensors of a library's modules; nil where only its linear maps are known.
  package init?(_ modules: SiteModules) {
    guard let naming = WeightNaming.named(modules) else { return nil }
    (self.naming, root) = (naming, modules.root)
  }

  /// The tensors that hold one of ours; none where the library has no such weight.
  package func parts(of weight: BackboneWeight) -> [Part] {
    guard let place = naming.place(weight.name, prefix: root) else { return [] }
    var shape = weight.shape
    shape[0] /= place.names.count
    return place.names.enumerated().map { index, name in
      Part(
        name: name, shape: place.layout.stored(shape, heads: 1), index: index,
        count: place.names.count)
    }
  }

  /// The numbers of a part in the library's order, from all of ours.
  package func stored(_ values: [Float], of weight: BackboneWeight, _ part: Part) -> [Float] {
    let count = values.count / part.count
    let own = Array(values[part.index * count..<(part.index + 1) * count])
    return layout(of: weight).write(own, shape: shape(of: weight, part))
  }

  /// The numbers of a part in our order.
  package func own(_ values: [Float], of weight: BackboneWeight, _ part: Part) -> [Float] {
    layout(of: weight).read(values, shape: shape(of: weight, part))
  }

  private func layout(of weight: BackboneWeight) -> TensorLayout {
    naming.place(weight.name, prefix: root)?.layout ?? .same
  }

  private func shape(of weight: BackboneWeight, _ part: Part) -> [Int] {
    var shape = weight.shape
    shape[0] /= part.count
    return shape
  }

  /// What a tensor is that is no part of the network, such as Hugging Face's pooler; nil for one that may be.
  package func aside(_ name: String) -> String? { naming.aside(name, prefix: root)?.what }

  /// The weights of ours that a tensor of the library may hold, by their names.
  package func own(_ name: String) -> [String] {
    naming.rows.flatMap { row in
      row.stored.compactMap { text in
        RowMatch(text.replacing("@", with: root), name).map { $0.name(row.own) }
      }
    }
  }
}

/// The numbers of a name that a row of a table matches.
private struct RowMatch {
  private var first = ""
  private var last = ""
  private var ending = ""

  /// nil where the row is of other names.
  init?(_ text: String, _ name: String) {
    let (pattern, parts) = (text.split(separator: "."), name.split(separator: "."))
    guard pattern.count == parts.count else { return nil }
    for (expected, found) in zip(pattern, parts) {
      switch expected {
      case "#", "%", "<":
        guard let number = Int(found), number >= 0, String(number) == found else { return nil }
        if expected == "%" {
          last = "\(number)"
        } else {
          first = "\(expected == "<" ? number + 1 : number)"
        }
      case "*":
        guard found == "weight" || found == "bias" else { return nil }
        ending = String(found)
      default: guard expected == found else { return nil }
      }
    }
  }

  func name(_ own: String) -> String {
    own.replacing("#", with: first).replacing("%", with: last).replacing("*", with: ending)
  }
}

extension WeightNaming {
  /// The table of the tensors of a library's modules, whose names may be newer than those of its files.
  fileprivate static func named(_ modules: SiteModules) -> WeightNaming? {
    switch modules.name {
    case "hf-deit": return huggingFaceViT
    case "hf-deit-v5": return huggingFaceViTModules
    case "hf-dinov2", "hf-dinov2-with-registers": return huggingFaceDINOv2
    case "hf-dinov2-v5", "hf-dinov2-with-registers-v5": return huggingFaceDINOv2.renewed
    case "hf-swin-v5": return huggingFaceSwin.renewed
    default: return (all + swins + textTowers).first { $0.id == modules.name }
    }
  }

  /// The same with the names of modules since transformers 5.
  private var renewed: WeightNaming {
    let names = [
      ("attention.attention.query", "attention.q_proj"),
      ("attention.attention.key", "attention.k_proj"),
      ("attention.attention.value", "attention.v_proj"),
      ("attention.self.query", "attention.q_proj"), ("attention.self.key", "attention.k_proj"),
      ("attention.self.value", "attention.v_proj"),
      (
        "attention.self.relative_position_bias_table",
        "attention.relative_position_bias.relative_position_bias_table"
      ),
      ("attention.output.dense", "attention.o_proj"), ("intermediate.dense", "mlp.fc1"),
      ("output.dense", "mlp.fc2"),
    ]
    return WeightNaming(
      id: id, summary: summary, prefixes: prefixes, marker: marker,
      rows: rows.map { row in
        Row(
          own: row.own,
          stored: row.stored.map { text in
            names.reduce(text) { $0.replacing($1.0, with: $1.1) }
          }, layout: row.layout)
      }, asides: asides, epsilon: epsilon, isQuickGELU: isQuickGELU)
  }
}
