extension RunReport.Mistakes {
  /// The most classes whose matrix is drawn: our choice, about what a page has room for.
  static let mostDrawn = 30
  /// The most pairs of classes that are listed (our choice).
  static let mostListed = 20

  /// Whether the whole matrix is drawn.
  var isDrawn: Bool { classes.count <= Self.mostDrawn }

  /// The name of a class.
  func name(_ index: Int) -> String {
    classes.indices.contains(index) ? classes[index] : "\(index)"
  }

  /// How many examples of a class there are.
  func examples(of label: Int) -> Int {
    confusions.lazy.filter { $0.label == label }.reduce(0) { $0 + $1.count }
  }

  /// How many examples there are.
  var examples: Int { confusions.reduce(0) { $0 + $1.count } }

  /// The classes that are taken for each other most often; nil where none is.
  var pairs: ReportTable? {
    let wrong = confusions.filter { $0.label != $0.answer && $0.count > 0 }.sorted {
      ($1.count, $0.label, $0.answer) < ($0.count, $1.label, $1.answer)
    }
    guard !wrong.isEmpty else { return nil }
    let shown = wrong.prefix(Self.mostListed)
    let rest = isDrawn ? "" : " The matrix of \(classes.count) classes is not drawn."
    return ReportTable(
      title: "Most confused classes",
      caption: "Classes of \(split) that were taken for another, the most frequent first"
        + (wrong.count > shown.count ? ", \(shown.count) of \(wrong.count) pairs." : ".") + rest,
      columns: ["true class", "taken for", "times", "of"],
      rows: shown.map {
        [name($0.label), name($0.answer), "\($0.count)", "\(examples(of: $0.label))"]
      }, wordColumns: [1])
  }

  /// What stands over the wrong answers.
  var worstTitle: String {
    worst.contains { $0.picture != nil } ? "Most wrong images" : "Most wrong texts"
  }

  /// Which answers these are.
  var worstCaption: String {
    let count = worst.count == 1 ? "The one" : "The \(worst.count)"
    return "\(count) of \(examples) examples of \(split) whose own class got the least probability"
      + (worst.contains { $0.picture != nil }
        ? ", as the network sees them; below, the probability of the answer against that of the true class."
        : ".")
  }

  /// The wrong answers about texts; nil of images, and where there are none.
  var worstTexts: ReportTable? {
    guard !worst.isEmpty, worst.allSatisfy({ $0.text != nil }) else { return nil }
    return ReportTable(
      title: worstTitle, caption: worstCaption,
      columns: ["text", "true class", "taken for", "probability", "of the true class"],
      rows: worst.map { wrong in
        let text = (wrong.text ?? "").replacing("\n", with: " ‖ ")
        return [
          "\(text)\n\(wrong.name)", name(wrong.label), name(wrong.answer),
          percentage(wrong.probability), percentage(wrong.labelProbability),
        ]
      }, wordColumns: [0, 1, 2])
  }
}
