import Foundation
import TestSupport

/// A folder in which `petl` is run on plugin files, with a cache for what it makes of them that the tests
/// have to themselves.
struct PluginBench {
  let bench: Bench
  /// The folder's path.
  var folder: String { bench.folder }

  /// Holds a small experiment that names no plugin.
  init(_ more: String = "epochs: 1\n") throws {
    bench = try Bench()
    try bench.writeExperiment(more)
  }

  /// Runs `petl`.
  func petl(_ arguments: [String]) throws -> Outcome {
    try run(Program.petl(), arguments)
  }

  /// Runs a program.
  func run(
    _ program: URL, _ arguments: [String], _ environment: [String: String] = [:]
  ) throws -> Outcome {
    let cache = NSTemporaryDirectory() + "petl-tests-cache"
    return try Program.run(
      program, arguments, in: folder,
      environment: environment.merging(["XDG_CACHE_HOME": cache]) { own, _ in own })
  }

  /// Writes a regularizer: the mean square of the coefficients, times a number.
  func writePenalty(
    _ file: String = "Mine.swift", type: String = "Mine", name: String = "mine", factor: Int = 1
  ) throws {
    try bench.write(Self.penalty(type: type, name: name, factor: factor), to: file)
  }

  /// The source of that regularizer.
  static func penalty(type: String = "Mine", name: String = "mine", factor: Int = 1) -> String {
    """
    import PETL

    struct \(type): RedundancyRegularizer {
      struct Options: PluginOptions {
        var power = 2.0
        mutating func visit(_ options: OptionReader) {
          options.number("power", &power, in: 1...8, help: "how hard large overlaps count")
        }
      }
      static let descriptor = PluginDescriptor(name: "\(name)", summary: "ours", source: "test")
      let power: Double
      init(options: Options) { power = options.power }
      func penalty(on subspaces: Subspaces) -> Tensor {
        subspaces.centeredCoefficientGram.correlation().offDiagonalMean(exponent: power)
          .scaled(by: \(factor))
      }
    }

    """
  }

  /// A file of the folder as JSON.
  func json(_ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
    return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }

  /// The lines of a file that a run logged, without what they took of time.
  func epochs(_ run: String) throws -> [String] {
    try bench.text("\(run)/metrics.jsonl").split(separator: "\n").map { line in
      String(line).replacing(/"(seconds|imagesPerSecond)":[^,}]*/, with: "")
    }
  }
}
