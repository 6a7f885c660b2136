import Checkpoints
import PETL

/// The trained part of a model in a file: adapters and head, with what they were trained by.
public enum Checkpoint {
  /// The value of the metadata key `format`.
  package static let format = "petlkit-checkpoint"
  /// The value of the metadata key `version`.
  static let version = "1"
  /// The metadata key whose value says, separated by commas, what the names of other tensors begin with.
  private static let ownersKey = "state"

  /// Writes all parameters and constants of a model, atomically.
  ///
  /// - Parameters:
  ///   - model: whose parameters.
  ///   - path: of a safetensors file.
  ///   - metadata: strings to keep beside them.
  /// - Throws: `DiagnosticError` when the file cannot be written; an older one is then still whole.
  public static func write(
    _ model: any TrainedNetwork, to path: String, metadata: [String: String] = [:]
  ) throws {
    try write(records(of: model), to: path, owners: [], metadata: metadata)
  }

  /// Writes records as a checkpoint, atomically.
  ///
  /// - Parameters:
  ///   - records: a model's, and others.
  ///   - path: of a safetensors file.
  ///   - owners: what the names of the others begin with.
  ///   - metadata: strings to keep beside them.
  /// - Throws: `DiagnosticError` when the file cannot be written.
  package static func write(
    _ records: [TensorRecord], to path: String, owners: [String], metadata: [String: String]
  ) throws {
    var own = ["format": format, "version": version]
    if !owners.isEmpty { own[ownersKey] = owners.joined(separator: ",") }
    try SafetensorsWriter.write(
      records, metadata: metadata.merging(own) { _, own in own }, to: path)
  }

  /// The parameters and constants of a model.
  package static func records(of model: any TrainedNetwork) -> [TensorRecord] {
    model.stored.map { name, parameter in
      TensorRecord.float32(name, shape: parameter.value.shape, parameter.value.values)
    }
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
    let owners = (file.metadata[ownersKey] ?? "").split(separator: ",").map(String.init)
    try file.load(into: model.stored) { name in owners.contains(where: name.hasPrefix) }
  }
}
