import AdapterFiles
import Checkpoints
import Networks
import PETL

extension MergeCommand {
  /// Merges into a language model.
  func runLanguage(_ weights: String, _ registry: PluginRegistry) throws {
    for (option, isGiven) in [
      ("--image-size", shared.imageSize != nil), ("--heads", shared.heads != nil),
      ("--position-resampling", shared.positionResampling != nil),
      ("--unverified", shared.unverified),
    ] where isGiven {
      throw DiagnosticError(
        "\(option) goes with a network of images; \(weights) is a language model")
    }
    let isGGUF = shared.output.hasSuffix(".gguf")
    guard isGGUF || !shared.output.hasSuffix(".safetensors") else {
      throw DiagnosticError(
        "--output is '\(shared.output)', and a language model is more than its tensors",
        hints: ["expected the name of a folder, or of a .gguf file"])
    }
    let files: [String: GGUFTensorType] = ["f32": .f32, "f16": .f16, "bf16": .bf16, "q8_0": .q80]
    let types: [String: ScalarType] = ["f32": .f32, "f16": .f16, "bf16": .bf16]
    let known = (isGGUF ? Array(files.keys) : Array(types.keys)).sorted()
    if let dtype, !known.contains(dtype) {
      let nearest = nearestName(to: dtype, among: known).map { ["did you mean '\($0)'?"] } ?? []
      throw DiagnosticError(
        "--dtype is '\(dtype)'",
        hints: nearest + ["expected one of \(known.joined(separator: ", "))"])
    }
    try isGGUF ? checkFree(shared.output) : checkEmpty(shared.output)
    let merging = try LanguageMerging(
      .init(adapter: shared.adapter, weights: weights, keepsHead: head == "keep"),
      registry: registry)
    let planned = try isGGUF ? merging.planGGUF(as: files[dtype ?? "f16"] ?? .f16) : nil
    let notes = try RunFailure.marking {
      guard let planned else {
        return try merging.writeFolder(to: shared.output, as: dtype.flatMap { types[$0] })
      }
      try planned.conversion.write(to: shared.output)
      return planned.notes
    }
    let report = merging.report
    if shared.json { return try Terminal.printJSON(report) }
    for note in report.notes + notes { Terminal.note(note) }
    Terminal.say(
      "\(shared.output): the adapter merged into \(report.changed.count) of \(report.tensors) tensors; "
        + "hidden states differ by at most \(scientific(report.difference)) of the largest"
        + (report.roundingLoss.map {
          "; rounding loses \(fixed(100 * $0, 1)) % of the change"
        } ?? ""))
  }
}
