/// A task of GLUE, and where its files have texts and labels.
///
/// Source: arXiv 1804.07461. The columns are those of the files that GLUE distributes; names of classes are those of Hugging Face's `glue`, in
/// its order.
public enum GLUETask: String, Sendable, CaseIterable {
  case cola, sst2, mrpc, stsb, qqp, mnli, qnli, rte, wnli

  /// The columns of texts, from 0.
  var texts: [Int] {
    switch self {
    case .cola: [3]
    case .sst2: [0]
    case .mrpc, .qqp: [3, 4]
    case .stsb: [7, 8]
    case .mnli: [8, 9]
    case .qnli, .rte, .wnli: [1, 2]
    }
  }

  /// What the header calls the columns of texts; the files for tests have them in other places.
  var textNames: [String] {
    switch self {
    case .cola, .sst2: ["sentence"]
    case .mrpc: ["#1 String", "#2 String"]
    case .qqp: ["question1", "question2"]
    case .qnli: ["question", "sentence"]
    case .stsb, .mnli, .rte, .wnli: ["sentence1", "sentence2"]
    }
  }

  /// The column of the label, from 0; nil for the last.
  var label: Int? {
    switch self {
    case .cola: 1
    case .sst2: 1
    case .mrpc: 0
    case .qqp: 5
    case .stsb, .mnli, .qnli, .rte, .wnli: nil
    }
  }

  /// Whether the first line names the columns.
  var hasHeader: Bool { self != .cola }

  /// The classes as the files spell them, with their names, in order; none of a regression.
  var classes: [(spelling: String, name: String)] {
    func counted(_ names: String...) -> [(String, String)] {
      names.enumerated().map { ("\($0.offset)", $0.element) }
    }
    func named(_ names: String...) -> [(String, String)] { names.map { ($0, $0) } }
    return switch self {
    case .cola: counted("unacceptable", "acceptable")
    case .sst2: counted("negative", "positive")
    case .mrpc: counted("not_equivalent", "equivalent")
    case .qqp: counted("not_duplicate", "duplicate")
    case .wnli: counted("not_entailment", "entailment")
    case .mnli: named("entailment", "neutral", "contradiction")
    case .qnli, .rte: named("entailment", "not_entailment")
    case .stsb: []
    }
  }

  /// What its labels are.
  public var kind: TextLabel.Kind { self == .stsb ? .number : .classes }

  /// Whether two texts are compared.
  public var isOfPairs: Bool { texts.count == 2 }

  /// The names of the files of splits, and of those that are not read.
  var files: (train: String, val: String, unread: [String]) {
    self == .mnli
      ? (
        "train.tsv", "dev_matched.tsv",
        ["dev_mismatched.tsv", "test_matched.tsv", "test_mismatched.tsv"]
      ) : ("train.tsv", "dev.tsv", ["test.tsv"])
  }
}
