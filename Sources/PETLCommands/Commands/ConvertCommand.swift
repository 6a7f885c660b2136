import AdapterFiles
import ArgumentParser
import Backbones
import Checkpoints
import Foundation
import Networks
import PETL
import Recipes
import Training

/// `petl convert`.
struct ConvertCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write weights under another library's names, or an adapter in another format.",
    discussion: """
      Weights, any that petl reads, to the names of timm, hf-vit, hf-vit-v5, hf-dinov2, hf-clip, \
      open-clip, jax-npz, big-vision-npz; of a Swin: swin, swin-original, hf-swin. The result is \
      safetensors, or NumPy's archive for an --output that ends in .npz; one without an extension \
      is a folder, with the config.json that transformers wants. An adapter to peft, mlx or petl, in the module names of --naming.

      A GGUF file to hf, a folder with the names of Hugging Face; such a folder, or a GGUF file, to gguf, \
      with the --dtype f32, f16, bf16 or q8_0.

      Examples:
        petl convert ViT-B_16.npz --to hf-vit --output vit-base
        petl convert peft-folder --weights w.safetensors --to mlx --output mlx
        petl convert smollm2.Q4_1.gguf --to hf --output smollm2
        petl convert old --weights vit --to peft --naming hf-vit-v5 --output new
      """)

  @Argument(help: "Weights, an adapter, or the folder of a run.", completion: .file())
  var input: String

  @Option(
    help: ArgumentHelp("The names, or the format.", valueName: "name"),
    completion: Completions.formats)
  var to: String

  @Option(help: "What to write: a .safetensors file or a folder.", completion: .file())
  var output: String

  @Option(help: "With an adapter: the weights it is for; those of the run when left out.")
  var weights: String?

  @Option(help: "With an adapter: the names of modules, timm when left out.")
  var naming: String?

  @Option(
    help:
      "With --naming: bare (ViTModel, Dinov2Model) or head (ViTForImageClassification); when left out bare of DINOv2, else head."
  )
  var model: String?

  @Option(help: "With weights: attention heads, where nothing beside the file says them.")
  var heads: Int?

  @Option(
    help:
      "With weights: f32, f16 or bf16; the type of each tensor stays when left out. Of a GGUF file that is written also q8_0; f16 when left out."
  )
  var dtype: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  /// What was written.
  struct Report: Encodable {
    let output: String
    let from: String
    let to: String
    let tensors: Int
    let notes: [Note]
  }

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  var pluginPlaces: [String] { [input] }

  func validate() throws {
    if let heads, !(1...1024).contains(heads) { throw ValidationError("--heads is 1 to 1024.") }
  }

  func run(with registry: PluginRegistry) throws {
    let report =
      try AdapterConversion.isAdapter(input)
      ? convertAdapter(registry) : isOfGGUF ? convertGGUF() : convertWeights()
    if json { return try Terminal.printJSON(report) }
    for note in report.notes { Terminal.note(note) }
    Terminal.say("\(report.output): \(report.tensors) tensors, from \(report.from) to \(report.to)")
  }

  private func convertWeights() throws -> Report {
    guard weights == nil, naming == nil, model == nil else {
      throw DiagnosticError(
        "\(input) is no adapter: --weights, --naming and --model go with one",
        hints: ["--to names the library that the weights are for"])
    }
    guard !LanguageWeights.recognizes(input) else {
      throw DiagnosticError(
        "\(input) is a language model, which is written as gguf, and not as '\(to)'",
        hints: [
          "its names are those of Hugging Face's already, which mlx-lm reads too",
          "--to hf writes a folder of a GGUF file; peft, mlx and petl are formats of adapters",
        ])
    }
    let known = WeightNaming.all + WeightNaming.swins
    guard let target = known.first(where: { $0.id == to }) else {
      throw unknown("there are no weights with the names of '\(to)'", to, known.map(\.id))
    }
    let type = try dtype.map { name -> ScalarType in
      let types: [String: ScalarType] = ["f32": .f32, "f16": .f16, "bf16": .bf16]
      guard let type = types[name] else {
        throw unknown("there is no type '\(name)'", name, types.keys.sorted())
      }
      return type
    }
    let checkpoint = try BackboneRecipe(weights: input) { $0.heads = heads }.opened()
    let converted = try ConvertedWeights(checkpoint, to: target, type: type)
    let isArchive = output.hasSuffix(".npz")
    let isFile = isArchive || output.hasSuffix(".safetensors")
    let file = isFile ? output : "\(output)/model.safetensors"
    try isFile ? checkFree(output) : checkEmpty(output)
    let data =
      try isArchive
      ? NPZWriter.data(converted.records)
      : SafetensorsWriter.data(converted.records, metadata: converted.metadata)
    try RunFailure.marking {
      if !isFile {
        try createFolder(output, hints: ["choose another --output"])
      }
      try writeAtomically(data, to: file)
      if !isFile, var description = converted.description {
        if to == WeightNaming.timm.id {
          description = try WeightsPreprocessing(for: checkpoint.store, at: input)
            .stated(in: description)
        }
        let text = try description.formatted() + "\n"
        try writeAtomically(Array(text.utf8), to: "\(output)/config.json")
      }
    }
    var notes = checkpoint.notes + converted.notes
    if let rule = checkpoint.positionResampling, rule != target.positionResampling {
      notes.append(
        Note(
          "at another image size, positions under these names are resampled as "
            + "\(target.positionResampling.rawValue) does, under those of the input as "
            + "\(rule.rawValue) does"))
    }
    if isFile, converted.description != nil {
      notes.append("without a config.json: give a folder as --output to have one")
    }
    return Report(
      output: file, from: checkpoint.naming.id, to: to, tensors: converted.records.count,
      notes: notes)
  }

  private func convertAdapter(_ registry: PluginRegistry) throws -> Report {
    guard dtype == nil, heads == nil else {
      throw DiagnosticError(
        "\(input) is an adapter: --dtype and --heads go with weights",
        hints: ["adapters are written in f32"])
    }
    let formats = ["peft", "mlx", "petl"]
    guard formats.contains(to) else {
      throw unknown("there is no format '\(to)' of adapters", to, formats)
    }
    try checkEmpty(output)
    let conversion = try AdapterConversion(
      input, weights: weights, to: to, naming: naming, model: model, registry: registry)
    try RunFailure.marking { try conversion.write(to: output) }
    return Report(
      output: output, from: conversion.source, to: conversion.target,
      tensors: conversion.tensors, notes: conversion.notes)
  }

  func unknown(_ message: String, _ name: String, _ known: [String]) -> DiagnosticError {
    let nearest = nearestName(to: name, among: known).map { ["did you mean '\($0)'?"] } ?? []
    return DiagnosticError(
      message, hints: nearest + ["expected one of \(known.joined(separator: ", "))"])
  }
}
