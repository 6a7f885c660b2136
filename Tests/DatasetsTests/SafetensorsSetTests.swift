import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import Datasets

@Suite("Sets in a safetensors file")
struct SafetensorsSetTests {
  /// A real set: its name, group, number of classes, side, channels and test images.
  struct RealSet: Sendable, CustomTestStringConvertible {
    let name: String
    let group: String
    let classes: Int
    let side: Int
    let channels: Int
    var tests = 1000

    var testDescription: String { name }
  }

  @Test(
    "are read from the real files",
    .enabled(if: RealData.isPresent, RealData.absence),
    arguments: [
      RealSet(name: "clothing10", group: "natural", classes: 10, side: 56, channels: 3),
      RealSet(name: "grocery43", group: "natural", classes: 43, side: 56, channels: 3),
      RealSet(
        name: "pneumonia2", group: "specialised", classes: 2, side: 28, channels: 1, tests: 624),
      RealSet(name: "bloodcount7", group: "structured", classes: 7, side: 48, channels: 1),
      RealSet(name: "signdigits10", group: "structured", classes: 10, side: 48, channels: 1),
      RealSet(name: "omniglot-alphabet", group: "structured", classes: 8, side: 48, channels: 1),
      RealSet(name: "sprites-orient8", group: "structured", classes: 8, side: 48, channels: 1),
      RealSet(name: "sprites-location16", group: "structured", classes: 16, side: 48, channels: 1),
    ])
  func realSets(_ real: RealSet) throws {
    let set = try Dataset(safetensorsSet: RealData.set(real.name))
    #expect(set.name == real.name)
    #expect(set.description.group == real.group)
    #expect(set.classes.count == real.classes)
    #expect(!set.description.licence.isEmpty)
    #expect(set.train?.pixels?.shape == [800, real.side, real.side, real.channels])
    #expect(set.val?.pixels?.shape == [200, real.side, real.side, real.channels])
    #expect(set.test?.pixels?.shape == [real.tests, real.side, real.side, real.channels])
    #expect(try set.images(of: .trainAndVal).count == 1000)
    #expect(Set(set.train?.labels ?? []) == Set(0..<real.classes))
  }

  @Test("without metadata are named after the file, and their classes by number")
  func noMetadata() throws {
    let set = try dataset([images("test", 3), labels("test", [0, 2, 1])])
    #expect(set.name == "a")
    #expect(set.classes == ["0", "1", "2"])
    #expect(set.splits == [.test])
    #expect(set.test?.pixels?.images == [0, 1, 2])
  }

  @Test("with a mistake are refused, and the message says which")
  func mistakes() {
    expect("tensor `val_images` has no `val_labels` beside it", [images("val", 1)])
    expect("tensor `val_labels` has no `val_images` beside it", [labels("val", [1])])
    expect(
      "tensor `tain_images` is not a part of a data set\n  did you mean 'train_images'?",
      [images("tain", 1)])
    expect(
      "tensor `train_labels` holds 1 labels\n  expected 2, one for each image of train_images",
      [images("train", 2), labels("train", [0])])
    expect(
      "tensor `train_images` is F32\n  expected U8, the pixels as bytes",
      [.float32("train_images", shape: [1, 1, 1, 1], [0]), labels("train", [0])])
    expect(
      "tensor `test_labels`: image 1 has label 2\n  expected 0...1, as there are 2 classes",
      [images("test", 2), labels("test", [0, 2])], classes: #"["a", "b"]"#)
    expect(
      #"metadata `classes` is not a list of names"# + "\n"
        + #"  expected JSON such as ["cat", "dog"]"#,
      [images("test", 1), labels("test", [0])], classes: "2")
  }

  @Test("need images")
  func noImages() {
    let error = #expect(throws: DiagnosticError.self) {
      try dataset([.float32("weight", shape: [1], [0])])
    }
    #expect(
      error?.description.hasSuffix(
        """
        a.safetensors holds no images
          expected tensors train_images, train_labels, val_images, val_labels, test_images, \
        test_labels
        """) == true)
  }

  private func expect(_ message: String, _ tensors: [TensorRecord], classes: String? = nil) {
    let error = #expect(throws: DiagnosticError.self) { try dataset(tensors, classes: classes) }
    #expect(error?.description.hasSuffix("a.safetensors: " + message) == true, "\(error)")
  }

  /// Grey images of one pixel: 0, 1, 2 and so on.
  private func images(_ split: String, _ count: Int) -> TensorRecord {
    TensorRecord(
      name: "\(split)_images", type: .u8, shape: [count, 1, 1, 1],
      bytes: (0..<count).map { UInt8($0) })
  }

  private func labels(_ split: String, _ labels: [Int]) -> TensorRecord {
    .int64("\(split)_labels", shape: [labels.count], labels)
  }

  private func dataset(_ tensors: [TensorRecord], classes: String? = nil) throws -> Dataset {
    let folder = try ScratchFolder()
    let path = folder.file("a.safetensors")
    try SafetensorsWriter.write(
      tensors, metadata: classes.map { ["classes": $0] } ?? [:], to: path)
    return try Dataset(safetensorsSet: path)
  }
}
