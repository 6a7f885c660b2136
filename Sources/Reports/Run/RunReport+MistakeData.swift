extension RunReport {
  /// How often examples of one class were taken for a class, perhaps the same.
  public struct Confusion: Sendable {
    /// The number of the examples' class.
    public let label: Int
    /// The number of the class that they were taken for.
    public let answer: Int
    /// How many they are.
    public let count: Int

    /// Collects a count.
    public init(label: Int, answer: Int, count: Int) {
      (self.label, self.answer, self.count) = (label, answer, count)
    }
  }

  /// A small picture, as a page holds it.
  public struct Picture: Sendable {
    /// A PNG file in base64.
    public let base64: String
    /// In pixels.
    public let width: Int
    /// In pixels.
    public let height: Int

    /// Takes a picture.
    public init(base64: String, width: Int, height: Int) {
      (self.base64, self.width, self.height) = (base64, width, height)
    }
  }

  /// An example of which the network was wrong.
  public struct WrongExample: Sendable {
    /// What it is, such as the name of its file.
    public let name: String
    /// The number of its class.
    public let label: Int
    /// The number of the class that it was taken for.
    public let answer: Int
    /// The probability of the class that it was taken for.
    public let probability: Double
    /// The probability of its own class.
    public let labelProbability: Double
    /// The image; nil of texts.
    public let picture: Picture?
    /// The beginning of the text, of two a line each; nil of images.
    public let text: String?

    /// Collects an example.
    public init(
      name: String, label: Int, answer: Int, probability: Double, labelProbability: Double,
      picture: Picture?, text: String?
    ) {
      (self.name, self.label, self.answer) = (name, label, answer)
      (self.probability, self.labelProbability) = (probability, labelProbability)
      (self.picture, self.text) = (picture, text)
    }
  }

  /// What the network takes for what, and where it is most wrong.
  public struct Mistakes: Sendable {
    /// What was measured, such as `the test split`.
    public let split: String
    /// The names of the classes.
    public let classes: [String]
    /// Which classes were taken for which, rightly or wrongly.
    public let confusions: [Confusion]
    /// The wrong answers, that with the least probability of the right class first.
    public let worst: [WrongExample]

    /// Collects mistakes.
    public init(
      split: String, classes: [String], confusions: [Confusion], worst: [WrongExample]
    ) {
      (self.split, self.classes) = (split, classes)
      (self.confusions, self.worst) = (confusions, worst)
    }
  }
}
