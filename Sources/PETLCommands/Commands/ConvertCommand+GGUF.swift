import Checkpoints
import Foundation
import PETL
import Training

extension ConvertCommand {
  /// Whether one side is a GGUF file.
  var isOfGGUF: Bool { to == "gguf" || isGGUF(input) }

  /// A GGUF file to a folder of Hugging Face's or to another GGUF file, or such a folder to a GGUF file.
  func convertGGUF() throws -> Report {
    guard weights == nil, naming == nil, model == nil, heads == nil else {
      throw DiagnosticError(
        "\(input) is a network of language: --weights, --naming, --model and --heads go with others"
      )
    }
    guard ["gguf", "hf"].contains(to) else {
      throw unknown("a GGUF file is not written as '\(to)'", to, ["hf", "gguf"])
    }
    return try to == "gguf" ? writeGGUF() : writeFolder()
  }

  /// The tensors under Hugging Face's names, and config.json.
  private func writeFolder() throws -> Report {
    let weights = try GGUFWeights(path: input)
    let types: [String: ScalarType] = ["f32": .f32, "f16": .f16, "bf16": .bf16]
    let type = try dtype.map { name in
      guard let type = types[name] else {
        throw unknown("there is no type '\(name)'", name, types.keys.sorted())
      }
      return type
    }
    try checkEmpty(output)
    let records = try weights.entries.compactMap { entry in
      TensorRecord.floating(
        entry.name, as: type ?? entry.type, shape: entry.shape, try weights.floats(entry.name))
    }
    let words: [ScalarType: String] = [.f32: "float32", .f16: "float16", .bf16: "bfloat16"]
    let members = (weights.configuration.members ?? []).map {
      $0.name == "torch_dtype"
        ? JSONValue.Member($0.name, .string(words[type ?? .f32] ?? "float32")) : $0
    }
    let text = try JSONValue.object(members).formatted() + "\n"
    try RunFailure.marking {
      try createFolder(output, hints: ["choose another --output"])
      try SafetensorsWriter.write(
        records, metadata: ["format": "pt"], to: "\(output)/model.safetensors")
      try writeAtomically(Array(text.utf8), to: "\(output)/config.json")
    }
    let note = Note("the tokenizer stays in the GGUF file: no tokenizer.json is written")
    return Report(
      output: "\(output)/model.safetensors", from: "gguf", to: to, tensors: records.count,
      notes: weights.notes + [note])
  }

  private func writeGGUF() throws -> Report {
    let types: [String: GGUFTensorType] = ["f32": .f32, "f16": .f16, "bf16": .bf16, "q8_0": .q80]
    let name = dtype ?? "f16"
    guard let type = types[name] else {
      throw unknown("GGUF files are not written in '\(name)'", name, types.keys.sorted())
    }
    try checkFree(output)
    let file = try WeightFile(path: input)
    let (conversion, notes) = try GGUFConversion.planning(file, as: type)
    try RunFailure.marking { try conversion.write(to: output) }
    let source = file.store is GGUFWeights ? "gguf" : "hf"
    return Report(
      output: output, from: source, to: to, tensors: conversion.records.count,
      notes: notes + conversion.notes)
  }
}
