import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite("Folders of pairs")
struct PairFolderTests {
  @Test("have a validation split of any of its names, and nothing in them vanishes")
  func splits() throws {
    let folder = try ScratchFolder()
    try folder.copy(image: "pixel.png", to: "1.png")
    for name in ["train", "valid", "extra"] {
      try folder.write(#"{"image": "1.png", "caption": "a dot"}"#, to: "\(name).jsonl")
    }
    let pairs = try PairedDataset(pairs: folder.path)
    #expect(pairs.images.splits == [.train, .val, .trainAndVal])
    #expect(pairs.images.notes.words == ["\(folder.path)/extra.jsonl is no split, and is not read"])
    try folder.write(#"{"image": "1.png", "caption": "a dot"}"#, to: "val.jsonl")
    #expect(
      mistakes(in: folder) { _ = try PairedDataset(pairs: folder.path) } == """
        error: ROOT has 2 validation splits: val, valid
          keep one of them
        """)
  }
}
