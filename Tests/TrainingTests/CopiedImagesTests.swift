import Datasets
import Foundation
import PETL
import Recipes
import TestSupport
import Testing

@testable import Training

/// Runs that go on after their images were copied or moved.
@Suite struct CopiedImagesTests {
  private let laboratory: Laboratory
  private var images: String { laboratory.folder + "/images" }

  init() throws {
    laboratory = try Laboratory()
    for name in ["cat", "dog"] {
      for index in 0..<4 { try copy("size-16x16.jpg", to: "train/\(name)/\(index).jpg") }
      try copy("rgb.png", to: "test/\(name)/1.png")
    }
  }

  private func copy(_ image: String, to name: String) throws {
    try laboratory.scratch.copy(image: image, to: "images/\(name)")
  }

  private func recipe(_ path: String? = nil) throws -> Recipe {
    try laboratory.recipe(
      "epochs: 3\n", data: "{type: folder, path: \(path ?? images), cache: false}")
  }

  private func provenance(_ experiment: Experiment) throws -> [String: String] {
    ["data_sha256": try experiment.dataDigest()]
  }

  /// A run that a kill ended after its first steps.
  private func interrupted() throws -> RunFolder {
    let experiment = try Experiment(recipe())
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "run")
    let stop = StopRequest()
    stop.make()
    let runner = Runner(
      experiment, folder: folder, provenance: try provenance(experiment), stop: stop)
    #expect(throws: TrainingInterrupted.self) { try runner.run() }
    return folder
  }

  private func resume(
    _ folder: RunFolder, _ path: String? = nil
  ) throws -> (summary: RunSummary, notes: [String]) {
    let experiment = try Experiment(recipe(path))
    let watcher = Watcher()
    let runner = Runner(
      experiment, folder: folder, provenance: try provenance(experiment), observer: watcher)
    return (try runner.resume(moved: path != nil), watcher.notes)
  }

  private let note =
    "the images are at other places or times than when the run was started; they were all read, "
    + "and hold the same"

  @Test func copiesGoOn() throws {
    let folder = try interrupted()
    let file = "\(images)/train/cat/0.jpg"
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 5)], ofItemAtPath: file)
    let (summary, notes) = try resume(folder)
    #expect(notes.contains(note))
    #expect(summary.stages[0].epochs == 3)
    let isKept = FileManager.default.fileExists(atPath: folder.file("images.sha256"))
    #expect(!isKept)
  }

  @Test func movedFoldersGoOn() throws {
    let folder = try interrupted()
    let elsewhere = laboratory.folder + "/elsewhere"
    try FileManager.default.moveItem(atPath: images, toPath: elsewhere)
    let (_, notes) = try resume(folder, elsewhere)
    #expect(notes.contains(note))
    let text = try String(contentsOfFile: folder.file("recipe.yaml"), encoding: .utf8)
    #expect(text.contains("path: \(elsewhere)"))
  }

  @Test func unchangedImagesAreNotMentioned() throws {
    let folder = try interrupted()
    #expect(try !resume(folder).notes.contains(note))
  }

  @Test func otherContentsAreNamed() throws {
    let folder = try interrupted()
    var bytes = try Data(contentsOf: URL(filePath: "\(images)/train/dog/2.jpg"))
    bytes[bytes.count - 3] ^= 1
    try bytes.write(to: URL(filePath: "\(images)/train/dog/2.jpg"))
    try FileManager.default.removeItem(atPath: "\(images)/train/cat/3.jpg")
    try copy("rgb.png", to: "train/cat/9.png")
    #expect(
      complaint { try resume(folder) } == """
        error: \(folder.path): cannot be resumed: the data changed since it was started
          no longer there: train 0 cat/3.jpg
          new: train 0 cat/9.png
          other contents: train 1 dog/2.jpg
          start it anew with: petl run \(folder.path)/recipe.yaml
        """)
  }

  @Test func otherClassesAreOtherData() throws {
    let folder = try interrupted()
    for split in ["train", "test"] {
      try FileManager.default.moveItem(
        atPath: "\(images)/\(split)/dog", toPath: "\(images)/\(split)/dogs")
    }
    let found = complaint { try resume(folder) }
    #expect(found.contains("the data changed"))
    #expect(found.contains("no longer there: class dog"))
  }
}
