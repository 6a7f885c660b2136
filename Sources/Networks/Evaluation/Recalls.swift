import PETL

/// How often the right one is among the first k of a ranking by cosine, with several captions of an image.
public struct Recalls: Sendable, Codable, Equatable {
  /// The recalls of one direction, from 0 to 1.
  public struct Direction: Sendable, Codable, Equatable {
    /// Among the first.
    public let at1: Double
    /// Among the first five.
    public let at5: Double
    /// Among the first ten.
    public let at10: Double

    /// The shares of ranks, counted from 0, that are below 1, 5 and 10.
    init(_ ranks: [Int]) {
      func share(_ limit: Int) -> Double {
        Double(ranks.count { $0 < limit }) / Double(max(1, ranks.count))
      }
      (at1, at5, at10) = (share(1), share(5), share(10))
    }
  }

  /// For each image its captions are looked for among all captions: a hit if any of them is found.
  public let imageToText: Direction
  /// For each caption its image is looked for among all images.
  public let textToImage: Direction

  /// All six recalls together in per cent, at most 600: the literature's rsum.
  public var sum: Double {
    [imageToText, textToImage].reduce(0) { $0 + 100 * ($1.at1 + $1.at5 + $1.at10) }
  }

  private enum CodingKeys: String, CodingKey {
    case imageToText, textToImage, sum
  }

  /// Takes what was written; the sum follows from the rest.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    imageToText = try values.decode(Direction.self, forKey: .imageToText)
    textToImage = try values.decode(Direction.self, forKey: .textToImage)
  }

  /// Writes both directions and their sum.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(imageToText, forKey: .imageToText)
    try values.encode(textToImage, forKey: .textToImage)
    try values.encode(sum, forKey: .sum)
  }

  /// Ranks all captions for each image and all images for each caption.
  ///
  /// Where two are equally near, the earlier counts as nearer; what is not a number finds nothing.
  ///
  /// - Parameters:
  ///   - images: [images, length], each of length 1.
  ///   - texts: [captions, length], each of length 1.
  ///   - owners: the image of each caption; every image has one.
  package init(images: Tensor, texts: Tensor, owners: [Int]) {
    require(texts.shape[0] == owners.count, "Every caption has an image.")
    var captions = [[Int]](repeating: [], count: images.shape[0])
    for (caption, image) in owners.enumerated() { captions[image].append(caption) }
    imageToText = Direction(Self.ranks(of: captions, rows: images, among: texts))
    textToImage = Direction(Self.ranks(of: owners.map { [$0] }, rows: texts, among: images))
  }

  /// How many wrong columns come before the first right one, for each row.
  private static func ranks(of right: [[Int]], rows: Tensor, among columns: Tensor) -> [Int] {
    let block = 256
    return stride(from: 0, to: right.count, by: block).flatMap { start in
      let end = min(right.count, start + block)
      let cosines = noGradient {
        rows.sliced(axis: 0, start..<end).matmul(columns, transposingOther: true).values
      }
      return (start..<end).map { row in
        rank(
          of: right[row],
          in: cosines.dropFirst((row - start) * columns.shape[0])
            .prefix(columns.shape[0]))
      }
    }
  }

  private static func rank(of right: [Int], in cosines: ArraySlice<Float>) -> Int {
    let first = cosines.startIndex
    let best = right.max { a, b in
      (cosines[first + a], b) < (cosines[first + b], a)
    }
    guard let best, cosines[first + best].isFinite else { return .max }
    let (own, isRight) = (cosines[first + best], Set(right))
    var rank = 0
    for (index, cosine) in cosines.enumerated()
    where cosine > own || cosine == own && index < best || cosine.isNaN {
      if !isRight.contains(index) { rank += 1 }
    }
    return rank
  }
}
