import Checkpoints
import PETL

/// One tensor of a file in figures.
public struct TensorSummary: Sendable, Encodable {
  /// Its name.
  public let name: String
  /// The type of its numbers, as safetensors calls it; of a GGUF file as that does, such as Q4_K.
  public let type: String
  /// The dimensions, outermost first.
  public let shape: [Int]
  /// The Frobenius norm of its finite numbers, summed in 64 bits; nil for integers, truth values,
  /// and blocks that are not read here.
  public let norm: Double?
  /// How many of its numbers are infinite or not a number.
  public let nonFinite: Int

  /// How many numbers it holds.
  public var count: Int { shape.reduce(1, *) }

  /// Reads a tensor.
  ///
  /// - Throws: `DiagnosticError` when it cannot be read.
  init(_ entry: TensorEntry, in store: any WeightStore) throws {
    name = entry.name
    let quantized = store as? any BlockStore
    type = quantized?.storedType(entry.name) ?? entry.type.rawValue
    shape = entry.shape
    guard quantized?.isReadable(entry.name) ?? true, [.f16, .bf16, .f32, .f64].contains(entry.type)
    else {
      (norm, nonFinite) = (nil, 0)
      return
    }
    var squares = 0.0
    var wrong = 0
    for value in try store.floats(entry.name) {
      if value.isFinite { squares += Double(value) * Double(value) } else { wrong += 1 }
    }
    (norm, nonFinite) = (squares.squareRoot(), wrong)
  }
}

/// The tensors of a file that differ in the numbers of their layers only.
public struct TensorGroup: Sendable {
  /// The name, with `*` for numbers: `blocks.*.attn.qkv.weight`.
  public let pattern: String
  /// The tensors, in the order of the file.
  public let members: [TensorSummary]

  /// The tensors of a file in groups of one pattern, type and shape, in order of first appearance.
  ///
  /// - Parameter tensors: of a file.
  /// - Returns: every tensor in one group.
  public static func grouping(_ tensors: [TensorSummary]) -> [TensorGroup] {
    var order: [String] = []
    var groups: [String: [TensorSummary]] = [:]
    for tensor in tensors {
      let key = "\(pattern(of: tensor.name)) \(tensor.type) \(tensor.shape)"
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(tensor)
    }
    return order.compactMap { key in
      groups[key].flatMap { members in
        members.first.map {
          TensorGroup(
            pattern: members.count == 1 ? $0.name : pattern(of: $0.name), members: members)
        }
      }
    }
  }

  private static func pattern(of name: String) -> String {
    name.split(separator: ".", omittingEmptySubsequences: false).map {
      !$0.isEmpty && $0.allSatisfy(\.isNumber) ? "*" : String($0)
    }.joined(separator: ".")
  }
}
