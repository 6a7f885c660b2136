import PETL
import Testing

@testable import Datasets

/// The place that test images claim to come from.
let anOrigin = LabelledImages.Origin(file: "a.safetensors", images: "x", labels: "y")

@Suite("Images with labels")
struct DatasetTests {
  /// A wrong set of images, and the message about it.
  struct Mistake: Sendable {
    let bytes: Int
    let shape: [Int]
    let labels: Int
    let message: String
  }

  @Test(
    "are checked, and the message names file and tensor",
    arguments: [
      Mistake(
        bytes: 8, shape: [2, 2, 2], labels: 2,
        message: """
          error: a.safetensors: tensor `x` has shape [2, 2, 2]
            expected [count, height, width, channels] with 1 or 3 channels
          """),
      Mistake(
        bytes: 8, shape: [2, 2, 1, 2], labels: 2,
        message: """
          error: a.safetensors: tensor `x` has shape [2, 2, 1, 2]
            expected [count, height, width, channels] with 1 or 3 channels
          """),
      Mistake(
        bytes: 0, shape: [0, 2, 2, 1], labels: 0,
        message: """
          error: a.safetensors: tensor `x` has shape [0, 2, 2, 1], which holds no image
            expected at least one image
          """),
      Mistake(
        bytes: 7, shape: [2, 2, 2, 1], labels: 2,
        message: """
          error: a.safetensors: tensor `x` holds 7 bytes
            expected 8 bytes for shape [2, 2, 2, 1]
          """),
      Mistake(
        bytes: 8, shape: [2, 2, 2, 1], labels: 3,
        message: """
          error: a.safetensors: tensor `y` holds 3 labels
            expected 2, one for each image of x
          """),
    ])
  func mistakes(_ mistake: Mistake) {
    let error = #expect(throws: DiagnosticError.self) {
      try LabelledImages(
        images: [UInt8](repeating: 0, count: mistake.bytes), shape: mistake.shape,
        labels: [Int](repeating: 0, count: mistake.labels), origin: anOrigin)
    }
    #expect(error?.description == mistake.message)
  }

  @Test("have labels that are classes", arguments: [-1, 2])
  func labelOutOfRange(_ label: Int) throws {
    let images = try someImages(labels: [0, 1, label])
    let error = #expect(throws: DiagnosticError.self) {
      try Dataset(.init(name: "a", classes: ["0", "1"]), val: images)
    }
    #expect(
      error?.description == """
        error: a.safetensors: tensor `y`: image 2 has label \(label)
          expected 0...1, as there are 2 classes
        """)
  }

  @Test("come in splits; training and validation can be joined")
  func splits() throws {
    let set = try Dataset(
      .init(name: "a", classes: ["0", "1"]), train: someImages(labels: [0, 1]),
      val: someImages(labels: [1]))
    #expect(set.splits == [.train, .val, .trainAndVal])
    let both = try set.images(of: .trainAndVal)
    #expect(both.labels == [0, 1, 1])
    #expect(both.pixels?.images == [10, 20, 10])
    #expect(both.pixels?.origin.images == "x+x")
    let error = #expect(throws: DiagnosticError.self) { try set.images(of: .test) }
    #expect(
      error?.description == """
        error: the data set a has no split test
          expected one of: train, val, train+val
        """)
  }

  @Test("need at least one split")
  func noSplit() {
    #expect(throws: DiagnosticError.self) { try Dataset(.init(name: "a", classes: ["0"])) }
  }

  @Test("of different sizes are not joined")
  func differentSizes() throws {
    let wide = try LabelledImages(
      images: [1, 2], shape: [1, 1, 2, 1], labels: [0], origin: anOrigin)
    let error = #expect(throws: DiagnosticError.self) {
      try someImages(labels: [0]).joined(with: wide)
    }
    #expect(
      error?.description == """
        error: a.safetensors: tensor `x` has images of shape [1, 2, 1]
          expected [1, 1, 1], to join them with x of a.safetensors
        """)
  }

  /// Images of one grey pixel, 10 then 20 then 30 and so on.
  private func someImages(labels: [Int]) throws -> LabelledImages {
    try LabelledImages(
      images: labels.indices.map { UInt8(10 * ($0 + 1)) }, shape: [labels.count, 1, 1, 1],
      labels: labels, origin: anOrigin)
  }
}
