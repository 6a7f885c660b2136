import Datasets
import Foundation
import Networks
import PETL

/// What a trained network takes for what, and where it is most wrong: `mistakes.json` of a run.
///
/// It holds all that a report shows of it, small pictures of images or the beginnings of texts, so that neither data nor
/// weights are needed then.
public struct Mistakes: Sendable, Codable, Equatable {
  /// How often examples of one class were taken for a class, perhaps the same.
  public struct Confusion: Sendable, Equatable {
    /// The number of the examples' class.
    public let label: Int
    /// The number of the class that they were taken for.
    public let answer: Int
    /// How many they are.
    public let count: Int
  }

  /// An example of which the network was wrong.
  public struct Example: Sendable, Codable, Equatable {
    /// Its place in the split, from 0.
    public let index: Int
    /// The file of an image, or the file and line of a text; nil where there is none.
    public let name: String?
    /// The number of its class.
    public let label: Int
    /// The number of the class that it was taken for.
    public let answer: Int
    /// The probability of the class that it was taken for.
    public let probability: Double
    /// The probability of its own class.
    public let labelProbability: Double
    /// A PNG file of at most 64 × 64 pixels, as the network sees the image; nil of texts.
    public let image: Data?
    /// The beginning of the text, of two a line each; nil of images.
    public let text: String?
  }

  /// What is shown of an example.
  struct Picture {
    /// The file of an image, or the file and line of a text; nil where there is none.
    var name: String?
    /// A small PNG file.
    var image: Data?
    /// The beginning of a text.
    var text: String?
  }

  /// The split: `test`, or else `val`.
  public let split: String
  /// The names of the classes.
  public let classes: [String]
  /// Which classes were taken for which, rightly or wrongly; without those that never were.
  public let confusion: [Confusion]
  /// The wrong answers, that with the least probability of the right class first.
  public let worst: [Example]

  /// How many examples there were.
  public var examples: Int { confusion.reduce(0) { $0 + $1.count } }

  /// The longest side of a picture.
  static let side = 64
  /// The most characters that are kept of a text.
  static let longestText = 160

  /// Collects what is wrong about answers.
  ///
  /// - Parameters:
  ///   - judged: the answers.
  ///   - split: what they are of.
  ///   - classes: the names of the classes.
  ///   - picture: what is shown of an example, by its place.
  init(
    _ judged: JudgedAnswers, of split: Split, classes: [String], picture: (Int) -> Picture
  ) {
    self.split = split.rawValue
    self.classes = judged.confusion.counts.indices.map {
      classes.indices.contains($0) ? classes[$0] : "\($0)"
    }
    confusion = judged.confusion.counts.enumerated().flatMap { label, row in
      row.enumerated().filter { $0.element > 0 }.map { answer, count in
        Confusion(label: label, answer: answer, count: count)
      }
    }
    worst = judged.worst.map { wrong in
      let picture = picture(wrong.index)
      return Example(
        index: wrong.index, name: picture.name, label: wrong.label, answer: wrong.answer,
        probability: wrong.probability, labelProbability: wrong.labelProbability,
        image: picture.image, text: picture.text)
    }
  }
}

extension Mistakes.Confusion: Codable {
  /// Reads the list of three numbers.
  public init(from decoder: any Decoder) throws {
    var numbers = try decoder.unkeyedContainer()
    label = try numbers.decode(Int.self)
    answer = try numbers.decode(Int.self)
    count = try numbers.decode(Int.self)
  }

  /// A list of three numbers: class, answer, count.
  public func encode(to encoder: any Encoder) throws {
    var numbers = encoder.unkeyedContainer()
    for number in [label, answer, count] { try numbers.encode(number) }
  }
}

extension Mistakes.Picture {
  /// An image as the network sees it.
  init(_ images: LabelledImages, _ index: Int) {
    name = images.names?[index]
    // A picture that cannot be written is left out: what was trained is whole without it.
    image = (try? images.thumbnail(of: index, side: Mistakes.side).png()).map { Data($0) }
  }

  /// The beginning of a text, of two that are compared of both.
  init(_ record: TextRecord) {
    let place = record.place
    name =
      place.file.map { "\(URL(fileURLWithPath: $0).lastPathComponent):\(place.line)" }
      ?? place.description
    let texts = [record.text] + (record.pair.map { [$0] } ?? [])
    let most = Mistakes.longestText / texts.count
    text = texts.map { text in
      let line = String(text.map { $0.isNewline ? " " : $0 })
      return line.count > most ? line.prefix(most - 1) + "…" : line
    }.joined(separator: "\n")
  }
}
