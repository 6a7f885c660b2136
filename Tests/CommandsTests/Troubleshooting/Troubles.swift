import Checkpoints
import PETL
import TestSupport
import Testing

/// What brings a message about, in a folder with `Bench.writeExperiment`'s files, and gives what was said.
typealias Trouble = @Sendable (Bench) throws -> String

/// The troubles of docs/troubleshooting.md by their messages.
enum Troubles {}

extension Bench {
  /// All that a line of the shell prints.
  func says(_ line: String) throws -> String {
    let outcome = try shell(line)
    return outcome.complaints + outcome.output
  }

  /// What the recipe with these changes is told.
  func validates(_ changes: String...) throws -> String {
    try says("petl validate r.yaml" + changes.map { " --set '\($0)'" }.joined())
  }

  /// Trains the recipe to its end, in the folder `run`.
  func train(_ changes: String...) throws {
    let line = "petl run r.yaml --output run" + changes.map { " --set '\($0)'" }.joined()
    let outcome = try shell(line)
    #expect(outcome.code == 0, "\(outcome)")
  }

  /// A run of the recipe in the folder `cut` that a signal ended when it had a checkpoint.
  func cutOff(_ recipe: String = "r.yaml") throws {
    let outcome = try shell(
      """
      petl run \(recipe) --output cut --set epochs=100000 & pid=$!
      for i in {1..1200}; do [ -s cut/metrics.jsonl ] && break; sleep 0.05; done
      kill $pid; wait $pid
      """)
    #expect(outcome.complaints.contains("petl resume cut"), "\(outcome)")
  }

  /// Writes a file of tensors anew under another name, each as `change` makes it, and some more.
  func rewrite(
    _ name: String, as other: String, adding more: [TensorRecord] = [],
    _ change: (_ name: String, _ shape: [Int], _ values: [Float]) throws -> TensorRecord = {
      .float32($0, shape: $1, $2)
    }
  ) throws {
    let file = try SafetensorsFile(path: "\(folder)/\(name)")
    let records = try file.entries.map { try change($0.name, $0.shape, file.floats($0.name)) }
    try SafetensorsWriter.write(
      records + more, metadata: file.metadata, to: "\(folder)/\(other)")
  }

  /// Copies an adapter of Tests/Fixtures/interop to the folder `adapter`, a piece of its configuration
  /// replaced.
  func copyAdapter(_ name: String, _ old: String = "", _ new: String = "") throws {
    try copy(fixture: "interop/\(name)", to: "adapter")
    guard !old.isEmpty else { return }
    let text = try self.text("adapter/adapter_config.json")
    #expect(text.contains(old))
    try write(text.replacing(old, with: new), to: "adapter/adapter_config.json")
  }
}
