import Checkpoints
import Datasets
import PETL
import Testing

/// Data sets of 8-pixel images in safetensors files.
package enum SmallSets {
  /// Random pixels of three classes in turn: 24 images to train on, 8 to validate, 12 to test.
  package static func writeNoise(to path: String) throws {
    var stream = RandomGenerator(seed: 1)
    let records = [("train", 24), ("val", 8), ("test", 12)].flatMap { split, count in
      let bytes = stream.words(count * 192).map { UInt8(truncatingIfNeeded: $0) }
      return [
        TensorRecord(name: "\(split)_images", type: .u8, shape: [count, 8, 8, 3], bytes: bytes),
        TensorRecord.int64("\(split)_labels", shape: [count], (0..<count).map { $0 % 3 }),
      ]
    }
    try SafetensorsWriter.write(records, metadata: [:], to: path)
  }

  /// Digits: 48 to train on, 24 to validate, 24 to test.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - splits: the ones that are written.
  ///   - relabel: what becomes of the test labels.
  /// - Throws: when the file cannot be written.
  package static func writeDigits(
    to path: String, splits: [String] = ["train", "val", "test"], relabel: (Int) -> Int = { $0 }
  ) throws {
    let digits = try #require(try Dataset.embedded(named: "digits").train?.pixels)
    let parts = [("train", 0..<48), ("val", 48..<72), ("test", 72..<96)]
    let records = parts.filter { splits.contains($0.0) }.flatMap { split, range in
      let part = digits.selecting(range)
      let labels = split == "test" ? part.labels.map(relabel) : part.labels
      return [
        TensorRecord(name: "\(split)_images", type: .u8, shape: part.shape, bytes: part.images),
        TensorRecord.int64("\(split)_labels", shape: [range.count], labels),
      ]
    }
    let classes = "[" + (0..<10).map { "\"\($0)\"" }.joined(separator: ",") + "]"
    try SafetensorsWriter.write(records, metadata: ["classes": classes], to: path)
  }
}
