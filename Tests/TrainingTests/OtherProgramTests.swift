import Foundation
import PETL
import Recipes
import TestSupport
import Testing

@testable import Training

/// Runs that go on with other code than they were started with.
@Suite struct OtherProgramTests {
  private static func program(
    _ digest: String, name: String = "petl", code: String? = nil,
    path: String = "/code/Mine.swift"
  ) -> TrainingProgram {
    let file = PluginSource.File(name: "Mine.swift", contents: Array((code ?? "").utf8))
    let plugin = PluginSource(
      name: "Mine.swift", path: path, digest: "code \(code ?? "")", isFolder: false,
      files: [file])
    return TrainingProgram(name: name, digest: digest, plugins: code == nil ? [] : [plugin])
  }

  /// A run that was cut off, as a program left it.
  private func cutOff(
    _ laboratory: Laboratory, by program: TrainingProgram?
  ) throws -> (folder: RunFolder, recipe: Recipe) {
    let recipe = try laboratory.resumable(
      "{type: lora, rank: 4}", "{type: adamw, learning_rate: 1e-2}", "")
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "run")
    let interrupter = Interrupter(after: 5)
    let runner = Runner(
      try Experiment(recipe), folder: folder, program: program, observer: interrupter,
      stop: interrupter.stop)
    #expect(throws: TrainingInterrupted.self) { try runner.run() }
    return (folder, recipe)
  }

  /// Another build is warned of, in the summary too; the same one is not.
  @Test func builds() throws {
    for (now, warning) in [
      (Self.program("one"), nil), (Self.program("two"), "another build of petl"),
      (Self.program("two", name: "petl-spread"), "by petl (one)"), (nil, nil),
    ] {
      let laboratory = try Laboratory()
      let (folder, recipe) = try cutOff(laboratory, by: Self.program("one"))
      let summary = try Runner(try Experiment(recipe), folder: folder, program: now).resume()
      let notes = summary.notes.map(\.description).filter { $0.contains("goes on with") }
      #expect(notes.count == (warning == nil ? 0 : 1), "\(notes)")
      if let warning { #expect(notes.first?.contains(warning) == true, "\(notes)") }
    }
  }

  /// Another plugin file is refused, and one that is not there.
  @Test func pluginFiles() throws {
    let laboratory = try Laboratory()
    let (folder, recipe) = try cutOff(laboratory, by: Self.program("one", code: "let x = 1"))
    let kept = try String(contentsOfFile: folder.file("plugins/Mine.swift"), encoding: .utf8)
    #expect(kept == "let x = 1")
    func resume(_ code: String?, path: String = "/code/Mine.swift") throws {
      let program = Self.program("one", code: code, path: path)
      _ = try Runner(try Experiment(recipe), folder: folder, program: program).resume()
    }
    let hint = "add: --plugin \(folder.path)/plugins/Mine.swift"
    let changed = complaint { try resume("let x = 2") }
    #expect(
      changed.hasPrefix(
        "error: \(folder.path): cannot be resumed: the plugin file Mine.swift changed since it was started"
      ))
    #expect(changed.contains(hint))
    let edited = complaint {
      try resume("let x = 2", path: "\(folder.path)/plugins/Mine.swift")
    }
    #expect(edited.contains("  the run's own copy was edited: put back what it was\n"))
    #expect(!edited.contains(hint))
    let missing = complaint { try resume(nil) }
    #expect(missing.contains("cannot be resumed without its plugin file"))
    #expect(missing.contains(hint))
    #expect(throws: Never.self) { try resume("let x = 1") }
  }

  /// A stage that two builds trained is stored under the name of neither.
  @Test func sharesNoStageOfTwoBuilds() throws {
    let laboratory = try Laboratory()
    let (folder, recipe) = try cutOff(laboratory, by: Self.program("one"))
    let experiment = try Experiment(recipe)
    let store = try StageStore(
      folder: laboratory.folder + "/stages", digests: ContentDigests(experiment), program: "two")
    _ = try Runner(experiment, folder: folder, reuse: store, program: Self.program("two")).resume()
    let stored = try FileManager.default.contentsOfDirectory(atPath: store.folder)
    #expect(stored == [])
  }

  @Test func identity() {
    let plain = Self.program("one")
    let other = Self.program("two")
    let code = Self.program("one", code: "a")
    let edited = Self.program("one", code: "b")
    #expect(Set([plain, other, code, edited].map(\.identity)).count == 4)
    #expect(plain.identity == Self.program("one", name: "petl-spread").identity)
  }
}
