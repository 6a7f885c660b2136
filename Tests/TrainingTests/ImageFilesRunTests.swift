import Datasets
import Foundation
import PETL
import Recipes
import TestSupport
import Testing

@testable import Networks
@testable import Training

@Suite("Training on images in files")
struct ImageFilesRunTests {
  private let laboratory: Laboratory
  private var images: String { laboratory.folder + "/images" }

  /// Six images of two classes to train on, two to test, out of the fixtures.
  init() throws {
    laboratory = try Laboratory()
    for index in 0..<6 { try copy("size-16x16.jpg", to: "train/cat/\(index).jpg") }
    for index in 0..<6 { try copy("grey.jpg", to: "train/dog/\(index).jpg") }
    try copy("rgb.png", to: "test/cat/1.png")
    try copy("palette-4.png", to: "test/dog/1.png")
  }

  private func copy(_ image: String, to name: String) throws {
    try laboratory.scratch.copy(image: image, to: "images/\(name)")
  }

  private func recipe(_ data: String) throws -> Recipe {
    try laboratory.recipe(data: "{path: \(images), \(data)}")
  }

  @Test("a folder trains, and the run says what was left out")
  func folder() throws {
    try copy("bad/truncated.jpg", to: "train/dog/broken.jpg")
    let failing = try recipe("type: folder, cache: false")
    let error = #expect(throws: DiagnosticError.self) { try Experiment(failing).train() }
    #expect(error?.description.contains("train/dog/broken.jpg: the JPEG file cannot be") == true)
    let summary = try Experiment(recipe("type: folder, cache: false, on_error: skip")).train()
    #expect(summary.stages[0].test?.examples == 2)
    #expect(summary.notes.words.contains { $0.contains("1 of 13 images") })
  }

  @Test("few shots are those of the data's seed, not of the run's")
  func shots() throws {
    func names(_ overrides: [String]) throws -> [String] {
      let recipe = try laboratory.recipe(
        data: "{path: \(images), type: folder, shots: 2, cache: false}", overrides)
      return try #require(try Experiment(recipe).pipeline().train.names)
    }
    let two = try names([])
    #expect(two.count == 4)
    #expect(two.count { $0.hasPrefix("cat/") } == 2)
    #expect(try names(["seed=5"]) == two)
    let others = try (1...5).map { try names(["data.seed=\($0)"]) }
    #expect(others.contains { $0 != two })
  }

  @Test("a preset decides what the network sees")
  func preset() throws {
    func first(_ preset: String) throws -> [Float] {
      let pipeline = try Experiment(recipe("type: folder, cache: false, preset: \(preset)"))
        .pipeline()
      return try #require(pipeline.test.map { pipeline.batch($0, [0]).values })
    }
    let (noah, petl, timm, vpt) = try (
      first("noah"), first("petl-vit"), first("timm"), first("vpt")
    )
    #expect(noah == petl)
    #expect(noah != timm)
    #expect(noah != vpt)
    #expect(timm != vpt)
    let set = try Dataset(folder: images)
    let test = try #require(set.test)
    let expected = try test.prepared(
      Preprocessing(resize: .shorterSide, crop: 0.9, normalization: .inception), size: 8
    ).images.batch([0], normalization: .inception)
    #expect(timm == expected)
  }

  @Test("digests tell changed files and labels apart")
  func digests() throws {
    func digest() throws -> String {
      try ContentDigests(Experiment(recipe("type: folder, cache: false"))).data
    }
    let first = try digest()
    #expect(try digest() == first)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 5)],
      ofItemAtPath: "\(images)/train/cat/0.jpg")
    #expect(try digest() != first)
  }
}
