import Foundation

/// A folder of its own, which `petl` is run in.
package final class Bench {
  private let scratch: ScratchFolder

  package init() throws { scratch = try ScratchFolder() }

  /// The folder's path.
  package var folder: String { scratch.path }

  /// Runs `petl` in the folder.
  package func petl(_ arguments: [String]) throws -> Outcome {
    try Self.petl(arguments, in: folder)
  }

  /// Runs `petl`, as it was built beside these tests.
  package static func petl(_ arguments: [String], in folder: String) throws -> Outcome {
    try Program.run(Program.petl(), arguments, in: folder)
  }

  /// Runs a line of the shell in the folder, in which `petl` is the program; for redirections and
  /// limits.
  package func shell(_ line: String) throws -> Outcome {
    let programs = try Program.petl().deletingLastPathComponent().path
    return try Program.run(
      URL(filePath: "/bin/bash"), ["-c", "PATH='\(programs)':$PATH; \(line)"], in: folder)
  }

  /// Puts a text into the folder.
  package func write(_ text: String, to name: String) throws {
    try scratch.write(text, to: name)
  }

  /// The text of a file of the folder.
  package func text(_ name: String) throws -> String { try scratch.text(name) }

  /// Puts an image of Tests/Fixtures/images into the folder.
  package func copy(image: String, to name: String) throws {
    try scratch.copy(image: image, to: name)
  }

  /// Puts a file or folder of Tests/Fixtures into the folder.
  package func copy(fixture: String, to name: String) throws {
    try scratch.copy(fixture: fixture, to: name)
  }

  /// Puts `tiny.safetensors`, `data.safetensors` and `r.yaml` into the folder: a network of width 16
  /// for 8-pixel images, and a recipe for it on a few random images.
  package func writeExperiment(_ more: String = "epochs: 2\n") throws {
    try SmallViT.write(to: scratch.file("tiny.safetensors"))
    try SmallSets.writeNoise(to: scratch.file("data.safetensors"))
    let recipe = """
      name: tiny
      backbone: {weights: tiny.safetensors}
      data: {type: safetensors, path: data.safetensors}
      adapter: {type: lora, rank: 2}
      batch_size: 8

      """
    try write(recipe + more, to: "r.yaml")
  }

  /// Puts `headed.safetensors` into the folder: the network of `writeExperiment` with a head of three
  /// classes.
  package func writeHead() throws {
    try SmallViT.write(to: scratch.file("headed.safetensors"), classes: 3)
  }
}
