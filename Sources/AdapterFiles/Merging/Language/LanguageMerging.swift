import Backbones
import Checkpoints
import Foundation
import Networks
import PETL

/// An adapter merged into a language model, to be written as a folder of Hugging Face's or as a GGUF file.
public struct LanguageMerging {
  /// What is asked for.
  public struct Request: Sendable {
    /// The adapter: a folder of PEFT's or mlx's, our own file, or the folder of a run.
    public var adapter: String
    /// The language model: a folder of Hugging Face's, or a GGUF file.
    public var weights: String
    /// Whether the adapter's head of classes is left out.
    public var keepsHead: Bool

    /// Asks for a merge.
    public init(adapter: String, weights: String, keepsHead: Bool = false) {
      (self.adapter, self.weights, self.keepsHead) = (adapter, weights, keepsHead)
    }
  }

  /// What was done.
  public let report: AdapterMerging.Report
  /// The weights.
  let file: WeightFile
  /// What is written.
  let weights: MergedWeights
  /// The config.json of what is written.
  let description: JSONValue
  /// Whether `description` is what the folder has.
  let keepsDescription: Bool
  /// Whether a head of classes is written.
  let hasHead: Bool

  /// Merges in memory, and compares what the network gives with the adapter beside the weights and in them.
  ///
  /// - Parameters:
  ///   - request: What.
  ///   - registry: The plugins that the adapter may be made by.
  /// - Throws: `DiagnosticError` when something does not fit, cannot be merged or is not the same after.
  public init(_ request: Request, registry: PluginRegistry) throws {
    file = try WeightFile(path: request.weights)
    let checkpoint = try LanguageWeights.checkpoint(request.weights)
    let trained = try AdapterFile.backboneWeights(request.adapter, registry: registry)
    let beside = try checkpoint.network { trained.contains($0.name) }
    let loaded = try LoadedAdapter.read(
      request.adapter, for: beside, of: checkpoint.configuration.family, registry: registry)
    try AdapterMerging.requireFinite(loaded)
    var notes = checkpoint.notes + loaded.warnings.map { Note($0) }
    notes += [
      TrainedPrecision.stated(in: loaded.metadata, registry).flatMap(TrainedPrecision.mergingNote)
    ].compactMap(\.self)
    let merge = try WeightMerge(
      loaded.adapters, backboneWeights: checkpoint.whole(beside.parameters), into: checkpoint)
    var merged = try merge.merged()
    let loss = try merge.roundingLoss(in: merged)
    if let loss, loss > AdapterMerging.largeLoss {
      notes.append(
        .warning(
          "rounding to the types of the weights loses \(String(format: "%.0f", 100 * loss)) % of the "
            + "change (‖rounded ΔW − ΔW‖ / ‖ΔW‖)"))
    }
    let own = try Self.description(of: file, request.weights)
    var said = own
    let head = request.keepsHead ? nil : try loaded.textHead(on: checkpoint)
    if let head {
      let whole = try LanguageHeadMerge(
        head, classes: ClassNames.read(loaded.metadata, count: head.weight.shape[0]),
        into: checkpoint, said)
      (merged, said) = (whole.weights(merged), whole.description)
    } else if loaded.textHead != nil {
      notes.append("the adapter's head of classes is left out")
    }
    let plain = try LanguageCheckpoint(
      merged, description: LanguageDescription(said, path: checkpoint.description.path))
    let difference = try NetworkDistance.between(
      beside, loaded.adapters, try plain.network(), checkpoint.configuration)
    let isSingle = Set(checkpoint.store.entries.map(\.type)).isDisjoint(with: [.f16, .bf16])
    guard difference <= AdapterMerging.tolerance || !isSingle else {
      throw DiagnosticError(
        "with the adapter in the weights the hidden states differ by \(difference) of the largest, "
          + "more than \(AdapterMerging.tolerance): nothing is written")
    }
    (weights, description, hasHead) = (merged, said, head != nil)
    keepsDescription =
      said == own && file.description != nil && !(file.store is QuantizedWeights)
    if let quantized = file.store as? QuantizedWeights {
      notes.append(
        Note("\(quantized.count) quantised matrices are written in single precision, unpacked"))
    }
    report = AdapterMerging.Report(
      changed: merge.changed, tensors: merged.entries.count, difference: difference,
      roundingLoss: loss, probe: nil, classesBefore: checkpoint.classes, classes: plain.classes,
      notes: notes)
  }

  /// What the config.json of the weights says; of a GGUF file, what it would say.
  private static func description(of file: WeightFile, _ path: String) throws -> JSONValue {
    if let weights = file.store as? GGUFWeights { return weights.configuration }
    guard let description = file.description else {
      throw DiagnosticError(
        "\(path): there is no config.json beside these weights",
        hints: ["give the folder of the model"])
    }
    let json = try JSONValue(parsing: readFile(description, limit: 64 << 20), name: description)
    guard file.store is QuantizedWeights, let members = json.members else { return json }
    // What is written is not quantised.
    return .object(members.filter { !["quantization", "quantization_config"].contains($0.name) })
  }
}

extension LanguageCheckpoint {
  /// Weights that were trained as the file has them: query, key and value of GPT-2 as one.
  ///
  /// - Throws: `DiagnosticError` when a part that was not trained cannot be read.
  fileprivate func whole(
    _ trained: [(name: String, parameter: Parameter)]
  ) throws -> [(name: String, parameter: Parameter)] {
    guard configuration.family == .gpt2 else { return trained }
    let ends = [".attn.q.", ".attn.k.", ".attn.v."]
    var parts: [String: [Int: Tensor]] = [:]
    var others: [(name: String, parameter: Parameter)] = []
    for (name, parameter) in trained {
      guard let part = ends.firstIndex(where: name.contains) else {
        others.append((name, parameter))
        continue
      }
      let fused = name.replacing(ends[part], with: ".attn.qkv.")
      parts[fused, default: [:]][part] = parameter.value
    }
    for (name, own) in parts.sorted(by: { $0.key < $1.key }) {
      let shape = shape(of: name) ?? []
      let all = try values(of: name)
      let count = all.count / 3
      let values = (0..<3).flatMap { part in
        own[part]?.values ?? Array(all[part * count..<(part + 1) * count])
      }
      others.append((name, Parameter(name, Tensor(values, shape: shape))))
    }
    return others
  }
}
