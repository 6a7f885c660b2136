import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import Datasets

@Suite("Images with captions")
struct PairTests {
  private let scratch: ScratchFolder
  private var folder: String { scratch.path }

  /// A set of three images of 2 pixels, and two PNG files that are not opened here.
  init() throws {
    scratch = try ScratchFolder()
    try writeSet("set.safetensors", shape: [3, 2, 2, 3])
    for name in ["a.png", "b.png"] { try write(name, "not opened") }
  }

  private func writeSet(_ name: String, shape: [Int]) throws {
    let bytes = (0..<shape.reduce(1, *)).map { UInt8($0) }
    try SafetensorsWriter.write(
      [
        TensorRecord(name: "train_images", type: .u8, shape: shape, bytes: bytes),
        .int64("train_labels", shape: [shape[0]], Array(repeating: 0, count: shape[0])),
      ], metadata: [:], to: "\(folder)/\(name)")
  }

  private func write(_ name: String, _ text: String) throws {
    try scratch.write(text, to: name)
  }

  private func read(_ text: String) throws -> PairedDataset {
    try write("p.jsonl", text)
    return try PairedDataset(pairs: folder + "/p.jsonl")
  }

  private func complaint(_ text: String) -> String {
    TestSupport.complaint { try read(text) }
  }

  @Test("come from a safetensors set, in the order of the lines")
  func sets() throws {
    let pairs = try read(
      """
      {"image": "set.safetensors#train/2", "captions": ["two", "zwei"]}

      {"image": "set.safetensors#train/0", "caption": "none", "id": 7}
      {"image": "set.safetensors#train/1", "caption": "one", "split": "TEST"}
      """)
    #expect(pairs.captions == [["two", "zwei"], ["none"], ["one"]])
    let train = try #require(pairs.images.train?.pixels)
    #expect(train.labels == [0, 1])
    #expect(train.images[0] == 24)
    #expect(train.images[12] == 0)
    let test = try #require(pairs.images.test?.pixels)
    #expect(test.labels == [2])
    #expect(test.images[0] == 12)
    #expect(pairs.images.val == nil)
    #expect(pairs.images.name == "p")
  }

  @Test("come from files, and from a file for each split")
  func files() throws {
    try write("train.jsonl", #"{"image": "a.png", "caption": "a"}"#)
    try write("val.jsonl", #"{"image": "b.png", "caption": "b", "split": "val"}"# + "\n")
    let pairs = try PairedDataset(pairs: folder)
    #expect(pairs.captions == [["a"], ["b"]])
    let items = try #require(pairs.images.val?.files?.items)
    #expect(items.map(\.name) == ["b.png"])
    #expect(items.map(\.label) == [1])
    #expect(items[0].place?.line == 1)
    let joined = try pairs.images.images(of: .trainAndVal)
    #expect(joined.labels == [0, 1])
  }

  @Test("All mistakes are told, with their lines")
  func mistakes() throws {
    let found = complaint(
      """
      {"image": "a.png", "captoins": ["a"]}
      [1]
      {"image": "a.png"
      {"image": "none.png", "caption": "a"}
      {"caption": "a"}
      {"image": "", "captions": []}
      {"image": "a.png", "caption": "a", "captions": ["a"]}
      {"image": "a.png", "caption": 3, "split": "trian"}
      {"image": "a.png", "captions": ["a", " "]}
      {"image": "set.safetensors#train", "caption": "a"}
      {"image": "set.safetensors#train/9", "caption": "a"}
      {"image": "set.safetensors#val/0", "caption": "a"}
      {"image": "gone.safetensors#train/0", "caption": "a"}
      """)
    let expected = [
      "p.jsonl:1:1: error: there is no key 'captoins'", "did you mean 'captions'?",
      "p.jsonl:1:1: error: there are no 'captions'", "p.jsonl:2:1: error: this line is a list",
      "p.jsonl:3:1", "p.jsonl:4:1: error: there is no file",
      "p.jsonl:5:1: error: there is no 'image'",
      "p.jsonl:6:1: error: 'image' is an empty text", "p.jsonl:7:1: error: there are both",
      "p.jsonl:8:1: error: 'caption' is a whole number", "did you mean 'train'?",
      "p.jsonl:9:1: error: 'captions' is no list", "p.jsonl:10:1: error: 'set.safetensors#train'",
      "p.jsonl:11:1: error: 'set.safetensors#train/9': there are 3 images",
      "p.jsonl:12:1: error: the data set set has no split val", "p.jsonl:13:1",
    ]
    for words in expected { #expect(found.contains(words), "\(words)\n\(found)") }
  }

  @Test("Images of two kinds or sizes are refused, and empty files")
  func kinds() throws {
    let set = #"{"image": "set.safetensors#train/0", "caption": "a"}"# + "\n"
    let file = #"{"image": "a.png", "caption": "a"}"#
    #expect(complaint(set + file).contains("others are of safetensors sets"))
    try writeSet("small.safetensors", shape: [1, 1, 1, 3])
    let other = #"{"image": "small.safetensors#train/0", "caption": "a"}"#
    #expect(complaint(set + other).contains("have shape [1, 1, 3]"))
    #expect(complaint("\n").contains("names no image"))
    try FileManager.default.createDirectory(
      atPath: folder + "/empty", withIntermediateDirectories: true)
    let error = #expect(throws: DiagnosticError.self) {
      try PairedDataset(pairs: folder + "/empty")
    }
    #expect(error?.description.contains("no pairs in this folder") == true)
    try write("test.jsonl", #"{"image": "a.png", "caption": "a", "split": "val"}"#)
    let crossed = #expect(throws: DiagnosticError.self) { try PairedDataset(pairs: folder) }
    #expect(crossed?.description.contains("its file of 'test'") == true)
  }
}
