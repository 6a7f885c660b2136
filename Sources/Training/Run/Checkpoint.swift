import Checkpoints
import PETL

/// The trained part of a model in a file: adapters and head, with what they were trained by.
public enum Checkpoint {
  /// The value of the metadata key `format`.
  static let format = "petlkit-checkpoint"
  /// The value of the metadata key `version`.
  static let version = "1"
  /// The metadata key whose value names the rules, separated by commas, that left their state.
  private static let stateKey = "state"

  /// Writes all parameters and constants of a model, atomically.
  ///
  /// - Parameters:
  ///   - model: whose parameters.
  ///   - path: of a safetensors file.
  ///   - state: more tensors, an optimizer's; each name starts with the rule's and a point.
  ///   - metadata: strings to keep beside them.
  /// - Throws: `DiagnosticError` when the file cannot be written; an older one is then still whole.
  public static func write(
    _ model: any TrainedNetwork, to path: String, state: [String: Tensor] = [:],
    metadata: [String: String] = [:]
  ) throws {
    let values = model.stored.map { ($0.name, $0.parameter.value) } + state.map { ($0, $1) }
    let records = values.map { name, value in
      TensorRecord.float32(name, shape: value.shape, value.values)
    }
    var own = ["format": format, "version": version]
    let owners = Set(state.keys.map { $0.prefix { $0 != "." } }).sorted()
    if !owners.isEmpty { own[stateKey] = owners.joined(separator: ",") }
    try SafetensorsWriter.write(
      records, metadata: metadata.merging(own) { _, own in own }, to: path)
  }

  /// Loads the parameters of a model, strictly: nothing may be missing, unexpected or misshaped.
  ///
  /// - Throws: `DiagnosticError` naming every tensor that does not fit; the model is then unchanged.
  public static func load(_ path: String, into model: any TrainedNetwork) throws {
    let file = try SafetensorsFile(path: path)
    guard file.metadata["format"] == format else {
      throw DiagnosticError(
        "\(path): not a checkpoint of petl", hints: ["expected metadata format = \(format)"])
    }
    // Files from before there was a choice of rules do not name theirs.
    let owners = (file.metadata[stateKey] ?? "adamw").split(separator: ",").map { "\($0)." }
    try file.load(into: model.stored) { name in owners.contains(where: name.hasPrefix) }
  }
}
