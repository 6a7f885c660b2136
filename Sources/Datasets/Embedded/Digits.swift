import PETL

extension EmbeddedData {
  /// The UCI handwritten digits: 1,797 real grey images of 8×8 pixels, 10 classes.
  ///
  /// They are shuffled once with a fixed seed and cut into 800 training, 200 validation and 797 test
  /// images. The shuffle is not stratified and mixes the 13 writers, so a writer occurs in all
  /// three splits. A value v of 0…16 is the byte v·255/16, rounded.
  public static func digits() throws -> Dataset {
    guard let bytes = bytes(named: "digits") else {
      stopProgram("The digits are missing from the program.")
    }
    let pixels = side * side
    let count = bytes.count / (1 + pixels)
    var stream = SeededStream(seed: 0)
    let order = stream.permutation(of: count)
    func split(_ name: String, _ range: Range<Int>) throws -> LabelledImages {
      let records = order[range].map { bytes[$0 * (1 + pixels)..<($0 + 1) * (1 + pixels)] }
      return try LabelledImages(
        images: records.flatMap { $0.dropFirst().map { UInt8((Int($0) * 255 + 8) / 16) } },
        shape: [range.count, side, side, 1],
        labels: records.map { Int($0.first ?? 0) },
        origin: .init(
          file: "embedded:digits", images: "\(name)_images", labels: "\(name)_labels"))
    }
    return try Dataset(
      description, train: split("train", 0..<800), val: split("val", 800..<1000),
      test: split("test", 1000..<count))
  }

  /// The height and the width of a digit, in pixels.
  private static let side = 8

  private static let description = Dataset.Description(
    name: "digits", classes: (0..<10).map(String.init), group: "natural",
    source: "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine"
      + " Learning Repository, doi 10.24432/C50P49 (test part, through scikit-learn)",
    licence: "CC BY 4.0",
    note: "a seeded shuffle cut into 800/200/797; writers occur in all splits")
}
