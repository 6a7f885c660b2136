import Backbones
import Checkpoints
import Foundation
import PETL
import Testing

/// What a run of the program `petl` left.
struct Outcome {
  let code: Int32
  let output: String
  let complaints: String

  /// Standard output as one JSON object.
  func json() throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any], "\(output)")
  }
}

/// A folder of its own, which the program is run in.
final class Bench {
  let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "petl-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Runs `petl` in the folder.
  func petl(_ arguments: [String]) throws -> Outcome {
    try Self.petl(arguments, in: folder)
  }

  /// Runs `petl`, as it was built beside these tests.
  static func petl(_ arguments: [String], in folder: String) throws -> Outcome {
    let process = Process()
    process.executableURL = try program()
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    // Files rather than pipes: nothing can fill up.
    let tag = UUID().uuidString
    let paths = ["out", "err"].map { "\(NSTemporaryDirectory())/petl-\(tag).\($0)" }
    defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
    let handles = try paths.map { path in
      try Data().write(to: URL(fileURLWithPath: path))
      return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
    process.standardOutput = handles[0]
    process.standardError = handles[1]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let texts = try paths.map {
      String(decoding: try Data(contentsOf: URL(fileURLWithPath: $0)), as: UTF8.self)
    }
    let outcome = Outcome(
      code: process.terminationStatus, output: texts[0], complaints: texts[1])
    #expect(process.terminationReason == .exit, "\(arguments) \(outcome)")
    // Never a stack trace, never Swift's own words for an error.
    for word in ["Fatal error", "Stack dump", "Crash", "Backtrace", "Error Domain", "Swift."] {
      #expect(!(texts[0] + texts[1]).contains(word), "\(arguments): \(texts)")
    }
    return outcome
  }

  static func program() throws -> URL {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let bundles = Bundle.allBundles.map(\.bundleURL) + [Bundle.main.bundleURL]
    let candidates = [folder] + bundles.flatMap { [$0, $0.deletingLastPathComponent()] }
    for candidate in candidates {
      folder = candidate
      for _ in 0..<4 {
        let program = folder.appendingPathComponent("petl")
        var isFolder: ObjCBool = false
        let exists = unsafe FileManager.default.fileExists(
          atPath: program.path, isDirectory: &isFolder)
        if exists, !isFolder.boolValue,
          FileManager.default.isExecutableFile(atPath: program.path)
        {
          return program
        }
        folder = folder.deletingLastPathComponent()
      }
    }
    throw DiagnosticError("petl was not built beside the tests; looked from \(candidates)")
  }

  /// Puts a text into the folder.
  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  /// Puts a network of width 16 for 8-pixel images, and a recipe for it on a few random images.
  func writeExperiment(_ more: String = "epochs: 2\n") throws {
    let configuration = ViTConfiguration(
      imageSize: 8, patchSize: 4, width: 16, depth: 2, heads: 2, mlpWidth: 32)
    let network = ViT(untrained: configuration, generator: RandomGenerator(seed: 5))
    let weights = network.parameters.map {
      TensorRecord.float32($0.name, shape: $0.parameter.value.shape, $0.parameter.value.values)
    }
    try SafetensorsWriter.write(
      weights, metadata: ["heads": "2"], to: folder + "/tiny.safetensors")
    var stream = RandomGenerator(seed: 1)
    let records = [("train", 24), ("val", 8), ("test", 12)].flatMap { split, count in
      let bytes = stream.words(count * 192).map { UInt8(truncatingIfNeeded: $0) }
      return [
        TensorRecord(name: "\(split)_images", type: .u8, shape: [count, 8, 8, 3], bytes: bytes),
        TensorRecord.int64("\(split)_labels", shape: [count], (0..<count).map { $0 % 3 }),
      ]
    }
    try SafetensorsWriter.write(records, metadata: [:], to: folder + "/data.safetensors")
    let recipe = """
      name: tiny
      backbone: {weights: tiny.safetensors}
      data: {type: safetensors, path: data.safetensors}
      adapter: {type: lora, rank: 2}
      batch_size: 8

      """
    try write(recipe + more, to: "r.yaml")
  }

  /// Puts the network of `writeExperiment` with a head of three classes into the folder.
  func writeHead() throws {
    let file = try SafetensorsFile(path: folder + "/tiny.safetensors")
    var tensors = try file.entries.map {
      TensorRecord.float32($0.name, shape: $0.shape, try file.floats($0.name))
    }
    var stream = RandomGenerator(seed: 3)
    tensors.append(.float32("head.weight", shape: [3, 16], stream.normal(48)))
    tensors.append(.float32("head.bias", shape: [3], stream.normal(3)))
    try SafetensorsWriter.write(
      tensors, metadata: file.metadata, to: folder + "/headed.safetensors")
  }
}

extension Bench {
  /// Runs a line of the shell in the folder, in which `petl` is the program; for redirections and limits.
  func shell(_ line: String) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    let program = try Self.program().deletingLastPathComponent().path
    process.arguments = ["-c", "PATH='\(program)':$PATH; \(line)"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    let names = ["out", "err"].map { "\(folder)/.shell.\($0)" }
    let handles = try names.map { name in
      try Data().write(to: URL(fileURLWithPath: name))
      return try FileHandle(forWritingTo: URL(fileURLWithPath: name))
    }
    (process.standardOutput, process.standardError) = (handles[0], handles[1])
    try process.run()
    process.waitUntilExit()
    let texts = try names.map {
      String(decoding: try Data(contentsOf: URL(fileURLWithPath: $0)), as: UTF8.self)
    }
    #expect(process.terminationReason == .exit, "\(line): \(texts)")
    for word in ["Fatal error", "Crash", "Backtrace", "Error Domain"] {
      #expect(!texts.joined().contains(word), "\(line): \(texts)")
    }
    return Outcome(code: process.terminationStatus, output: texts[0], complaints: texts[1])
  }
}
